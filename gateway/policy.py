"""What the app allows in one hearing, checked and ready to ask: what it does not name is not forwarded nor recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from gateway.messages import Flow, Look, MessageError, PolicySeat
from gateway.packet import Kind
from gateway.sink import SittingInfo

SEATS = 100
"""As many as `hearings.creation` gives a hearing; a test holds the two together."""
_FLOWS = ("av", "a", "v")
_LOOKS = ("face", "witness", "scene")
_SITTING = ("court", "sitting", "number", "started_utc")


@dataclass(frozen=True, slots=True)
class Policy:
    hearing: str
    version: int
    capacity: int
    sitting: SittingInfo | None
    seats: Mapping[str, PolicySeat]
    links: Mapping[str, Mapping[str, Flow]]
    record: Mapping[str, Flow]
    speaker_first: tuple[str, ...] = field(default=())
    link_threshold_bps: int = 0
    sampled: Mapping[str, Look] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()

    def allows(self, speaker: str, listener: str, kind: Kind) -> bool:
        return kind[0] in self.links.get(speaker, {}).get(listener, "")

    def records(self, seat: str, kind: Kind) -> bool:
        return kind[0] in self.record.get(seat, "")

    def listeners(self, speaker: str, kind: Kind) -> list[str]:
        return [seat for seat, flow in self.links.get(speaker, {}).items() if kind[0] in flow]

    def watching(self) -> frozenset[str]:
        """The seats that may see somebody."""
        return frozenset(to for flows in self.links.values() for to, flow in flows.items() if "v" in flow)


def read(message: Any) -> Policy:
    """A ``messages.Policy`` from outside. Raises ``MessageError`` naming the field that is not as the control protocol
    says, and nothing else, whatever came."""
    _require(isinstance(message, dict), "policy")
    seats, sitting = _seats(message), _sitting(message)
    record = _flows(message.get("record"), seats, "record")
    _require(not record or sitting is not None, "record")
    return Policy(
        _text(message, "hearing"), _number(message, "version"), _number(message, "capacity"), sitting, seats,
        _links(message, seats), record, _texts(message, "speaker_first"),
        _number({"link_threshold_bps": 0, **message}, "link_threshold_bps"), _sampled(message, seats),
        frozenset(_texts({"inside": [], **message}, "inside")),
    )  # fmt: skip


def sitting_info(hearing: str, sitting: Any) -> SittingInfo:
    """Raises ``MessageError``."""
    _require(isinstance(sitting, dict) and all(_is_text(sitting.get(name)) for name in _SITTING), "sitting")
    return SittingInfo(sitting["court"], hearing, sitting["sitting"], sitting["number"], sitting["started_utc"])


def _seats(message: Mapping[str, Any]) -> Mapping[str, PolicySeat]:
    seats = message.get("seats")
    _require(isinstance(seats, dict) and len(seats) <= SEATS and all(map(_is_text, seats)), "seats")
    for seat in cast(dict[str, Any], seats).values():
        _require(isinstance(seat, dict) and isinstance(seat.get("title"), str) and _is_text(seat.get("role")), "seats")
    return cast(Mapping[str, PolicySeat], seats)


def _sitting(message: Mapping[str, Any]) -> SittingInfo | None:
    _require("sitting" in message, "sitting")
    return None if message["sitting"] is None else sitting_info(_text(message, "hearing"), message["sitting"])


def _links(message: Mapping[str, Any], seats: Mapping[str, PolicySeat]) -> Mapping[str, Mapping[str, Flow]]:
    links = message.get("links")
    _require(isinstance(links, dict) and links.keys() <= seats.keys(), "links")
    read = {speaker: _flows(to, seats, "links") for speaker, to in cast(dict[str, Any], links).items()}
    _require(all(speaker not in to for speaker, to in read.items()), "links")
    return read


def _flows(value: Any, seats: Mapping[str, PolicySeat], name: str) -> Mapping[str, Flow]:
    _require(isinstance(value, dict) and value.keys() <= seats.keys(), name)
    _require(all(flow in _FLOWS for flow in value.values()), name)
    return cast(Mapping[str, Flow], value)


def _sampled(message: Mapping[str, Any], seats: Mapping[str, PolicySeat]) -> Mapping[str, Look]:
    sampled = message.get("sampled", {})
    _require(isinstance(sampled, dict) and sampled.keys() <= seats.keys(), "sampled")
    _require(all(look in _LOOKS for look in sampled.values()), "sampled")
    return cast(Mapping[str, Look], sampled)


def _texts(message: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = message.get(name)
    _require(isinstance(texts, list) and all(map(_is_text, texts)), name)
    return tuple(cast(list[str], texts))


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    _require(_is_text(value), name)
    return cast(str, value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _number(message: Mapping[str, Any], name: str) -> int:
    value = message.get(name)
    _require(type(value) is int and value >= 0, name)
    return cast(int, value)


def _require(good: bool, name: str) -> None:
    if not good:
        raise MessageError(name)
