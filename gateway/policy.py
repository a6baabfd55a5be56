"""What the app allows in one hearing, checked and ready to ask: what it does not name is not forwarded nor recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from gateway.messages import Flow, MessageError, PolicySeat
from gateway.messages import Policy as Message
from gateway.packet import Kind
from gateway.sink import SittingInfo

SEATS = 100
_FLOWS = ("av", "a", "v")


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

    def allows(self, speaker: str, listener: str, kind: Kind) -> bool:
        return kind[0] in self.links.get(speaker, {}).get(listener, "")

    def records(self, seat: str, kind: Kind) -> bool:
        return kind[0] in self.record.get(seat, "")

    def listeners(self, speaker: str, kind: Kind) -> list[str]:
        return [seat for seat, flow in self.links.get(speaker, {}).items() if kind[0] in flow]

    def watching(self) -> frozenset[str]:
        """The seats that may see somebody."""
        return frozenset(to for flows in self.links.values() for to, flow in flows.items() if "v" in flow)


def read(message: Message) -> Policy:
    """Raises ``MessageError`` naming the field that is not as the control protocol says."""
    seats, links = message["seats"], message["links"]
    if len(seats) > SEATS:
        raise MessageError("seats")
    for speaker, listeners in links.items():
        if speaker not in seats or not isinstance(listeners, dict):
            raise MessageError("links")
        if any(to not in seats or to == speaker or flow not in _FLOWS for to, flow in listeners.items()):
            raise MessageError("links")
    sitting = message["sitting"]
    record = message["record"]
    if not record.keys() <= seats.keys() or (record and sitting is None):
        raise MessageError("record")
    if any(flow not in _FLOWS for flow in record.values()):
        raise MessageError("record")
    return Policy(
        message["hearing"], message["version"], message["capacity"],
        sitting_info(message["hearing"], sitting) if sitting is not None else None,
        seats, links, record, tuple(message["speaker_first"]),
    )  # fmt: skip


def sitting_info(hearing: str, sitting: Mapping[str, Any]) -> SittingInfo:
    try:
        return SittingInfo(
            sitting["court"], hearing, sitting["sitting"], str(sitting["number"]), cast(str, sitting["started_utc"])
        )
    except KeyError as error:
        raise MessageError("sitting") from error
