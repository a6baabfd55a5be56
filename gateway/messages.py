"""The control protocol between app and media: JSON lines over a Unix socket (ARCHITECTURE.md, "Control protocol").

A request carries ``id`` and ``op``; its reply carries the id as ``re``, and either the op's fields or ``error`` and
``detail``; media sends events, which carry ``event``, at any time. Ops are idempotent. Fields that a side does not
know are ignored, so that either side can be the newer. Times are ISO 8601 in UTC, rates in kbit/s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, get_args

PROTOCOL = 1
LINE_LIMIT = 1 << 20
"""Bytes of the longest line, its end included: the ``limit`` of both sides' stream readers."""

Direction = Literal["publish", "subscribe"]
Flow = Literal["av", "a", "v"]
Layer = Literal["low", "high"]
Picture = Literal["high", "low", "paused", "off"]
Look = Literal["face", "witness", "scene"]
ConnectionState = Literal["connected", "lost", "back", "closed"]
Op = Literal[
    "hello",
    "policy",
    "drop",
    "publish",
    "subscribe",
    "subscribed",
    "close",
    "close_seat",
    "report",
    "measure",
    "journal",
]
EventName = Literal[
    "connection", "speaker", "media", "links", "pictures", "recording", "load", "republish", "layers", "audibility",
]  # fmt: skip
ErrorCode = Literal[
    "stale",
    "full",
    "overloaded",
    "bad-sdp",
    "no-seat",
    "no-connection",
    "no-sitting",
    "bad-request",
    "server-error",
]


class Sitting(TypedDict):
    """The sitting whose record is being made; ``started_utc`` is ISO 8601 with a zone."""

    court: str
    sitting: str
    number: str
    started_utc: str


class PolicySeat(TypedDict):
    """``title`` names the seat and its person in the record."""

    title: str
    role: str


class Policy(TypedDict):
    """What media may do with one hearing. What it does not name is neither forwarded nor recorded.

    ``seats`` are those that may connect, ``capacity`` how many of them at once; ``links`` says per speaking seat which
    listening seat gets what; ``record`` what is recorded of which seat, empty without a ``sitting``; ``speaker_first``
    the listeners for whom the speaker's picture goes first; ``link_threshold_bps`` what a link must carry for a verdict
    other than ``bad``; ``sampled`` whose light and noise are looked at, and whether their picture should show a face;
    ``inside`` who comes back even to a machine that is overloaded.
    """

    hearing: str
    version: int
    capacity: int
    sitting: Sitting | None
    seats: dict[str, PolicySeat]
    links: dict[str, dict[str, Flow]]
    record: dict[str, Flow]
    speaker_first: list[str]
    link_threshold_bps: NotRequired[int]
    sampled: NotRequired[dict[str, Look]]
    inside: NotRequired[list[str]]


class JournalEvent(TypedDict):
    """A hearing event for the sitting's journal. What is particular to its ``kind`` stands in ``data``, with the
    ``actor``."""

    id: str
    version: int
    at: str
    kind: str
    data: NotRequired[dict[str, Any]]


# Requests, app → media. Their ``id`` is the envelope's and belongs to the two ends of the socket.


class HelloRequest(TypedDict):
    op: Literal["hello"]
    protocol: int


class PolicyRequest(TypedDict):
    op: Literal["policy"]
    policy: Policy


class DropRequest(TypedDict):
    op: Literal["drop"]
    hearing: str


class PublishRequest(TypedDict):
    """``connection`` is a name that the app has made, unique and of up to 80 ASCII letters, digits, dots and hyphens;
    ``sdp`` is the browser's offer."""

    op: Literal["publish"]
    hearing: str
    seat: str
    connection: str
    sdp: str


class SubscribeRequest(TypedDict):
    op: Literal["subscribe"]
    hearing: str
    seat: str
    connection: str


class SubscribedRequest(TypedDict):
    op: Literal["subscribed"]
    connection: str
    sdp: str


class CloseRequest(TypedDict):
    op: Literal["close"]
    connection: str


class CloseSeatRequest(TypedDict):
    op: Literal["close_seat"]
    hearing: str
    seat: str


class ReportRequest(TypedDict):
    """The client's own measurements of one connection, cumulative since the connection began."""

    op: Literal["report"]
    connection: str
    freezes: NotRequired[int]
    freeze_s: NotRequired[float]


class JournalRequest(TypedDict):
    """``sitting`` says whose journal it is, also where the hearing has no policy (any more): its last events may come
    after its conclusion, or after a restart of media. Media opens the record for them where it is not open."""

    op: Literal["journal"]
    hearing: str
    sitting: Sitting
    events: list[JournalEvent]


Request = (
    HelloRequest | PolicyRequest | DropRequest | PublishRequest | SubscribeRequest | SubscribedRequest
    | CloseRequest | CloseSeatRequest | ReportRequest | JournalRequest
)  # fmt: skip


# Replies, media → app. The ops not named here answer with no fields.


class Connection(TypedDict):
    connection: str
    hearing: str
    seat: str
    direction: Direction


class HearingVersion(TypedDict):
    hearing: str
    version: int


class HelloReply(TypedDict):
    """``boot`` is a UUID of this media process: a changed one means that every earlier connection is gone."""

    boot: str
    connections: list[Connection]
    hearings: list[HearingVersion]


class PublishReply(TypedDict):
    sdp: str


class Slot(TypedDict):
    """Which seat's sound or picture a media section of a subscribe connection carries."""

    mid: str
    kind: Literal["audio", "video"]
    seat: str


class SubscribeReply(TypedDict):
    sdp: str
    slots: list[Slot]


class JournalReply(TypedDict):
    """``last`` is the id of the last event that is on disk."""

    last: str | None


# Events, media → app.


class ConnectionEvent(TypedDict):
    event: Literal["connection"]
    hearing: str
    seat: str
    connection: str
    direction: Direction
    state: ConnectionState


class SpeakerEvent(TypedDict):
    event: Literal["speaker"]
    hearing: str
    seat: str | None


class MediaEvent(TypedDict):
    """Whether the seat's audio and video packets are arriving."""

    event: Literal["media"]
    hearing: str
    seat: str
    audio: bool
    video: bool


class LinkUp(TypedDict, total=False):
    """``loss`` is in percent, ``layers`` the video layers that arrive."""

    kbps: float
    loss: float
    jitter_ms: float
    rtt_ms: float | None
    layers: list[Layer]
    audio_kbps: float
    nacks: int
    verdict: str


class LinkDown(TypedDict, total=False):
    """``layers`` says per speaking seat which layer is being sent; ``freezes`` are the listener's own count;
    ``redundancy``: how many earlier frames voices carry along (RFC 2198)."""

    kbps: float
    loss: float
    jitter_ms: float
    rtt_ms: float | None
    estimate_kbps: float | None
    layers: dict[str, Picture]
    freezes: int
    freeze_s: float
    nacks: int
    redundancy: int
    verdict: str


class Link(TypedDict):
    up: LinkUp
    down: LinkDown


class LinksEvent(TypedDict):
    event: Literal["links"]
    hearing: str
    seats: dict[str, Link]


class Delivered(TypedDict):
    """To one listener in the time: packets ``forwarded``, ``acked`` by the listener's transport, by its transport-wide
    feedback or receiver reports; ``repaired``: sent again; ``redundancy``: earlier frames in each (RFC 2198).
    ``silent``: the transport told nothing in the time. ``after``: of what was sent in such times before, so many per
    cent arrived all the same, by what its RTCP told after them (None: nothing new)."""

    forwarded: int
    acked: int
    repaired: int
    redundancy: int
    silent: bool
    after: int | None


class AudibilityEvent(TypedDict):
    """Speech of ``seat`` in the ``span_s`` seconds until ``at`` (the machine's monotonic clock): packets ``sent`` by
    their numbers, ``received``, what was repaired included, and ``voiced`` by their level; ``to`` are the listeners
    that it is forwarded to."""

    event: Literal["audibility"]
    hearing: str
    seat: str
    at: float
    span_s: float
    voiced: int
    sent: int
    received: int
    to: dict[str, Delivered]


class PicturesEvent(TypedDict):
    """``seat`` is the listener."""

    event: Literal["pictures"]
    hearing: str
    seat: str
    pictures: dict[str, Picture]


class RecordingEvent(TypedDict):
    """``seconds`` are on disk, ``received_seconds`` came over the network, per seat; ``failed`` is a reason."""

    event: Literal["recording"]
    hearing: str
    on: bool
    seats: list[str]
    seconds: dict[str, float]
    received_seconds: dict[str, float]
    failed: str | None


class RepublishEvent(TypedDict):
    """Somebody in the hearing cannot decode what this publish connection sends; another one would send what all can."""

    event: Literal["republish"]
    hearing: str
    seat: str
    connection: str


class LayersEvent(TypedDict):
    """Whether anybody, the record included, wants the upper layer of this publish connection's picture."""

    event: Literal["layers"]
    hearing: str
    seat: str
    connection: str
    high: bool


class LoadEvent(TypedDict):
    """``cpu`` is in cores, ``packets`` those sent in the last second."""

    event: Literal["load"]
    cpu: float
    lag_ms: float
    packets: int
    connections: int
    overloaded: bool


Event = (
    ConnectionEvent | SpeakerEvent | MediaEvent | LinksEvent | PicturesEvent | RecordingEvent | LoadEvent
    | RepublishEvent | LayersEvent | AudibilityEvent
)  # fmt: skip

OPS: frozenset[str] = frozenset(get_args(Op))
EVENTS: frozenset[str] = frozenset(get_args(EventName))
ERRORS: frozenset[str] = frozenset(get_args(ErrorCode))

_FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "hello": {"protocol": int},
    "policy": {"policy": dict},
    "drop": {"hearing": str},
    "publish": {"hearing": str, "seat": str, "connection": str, "sdp": str},
    "subscribe": {"hearing": str, "seat": str, "connection": str},
    "subscribed": {"connection": str, "sdp": str},
    "close": {"connection": str},
    "close_seat": {"hearing": str, "seat": str},
    "report": {"connection": str},
    "measure": {"connection": str},
    "journal": {"hearing": str, "sitting": dict, "events": list},
}
_POLICY: dict[str, type | tuple[type, ...]] = {
    "hearing": str, "version": int, "capacity": int, "sitting": (dict, type(None)), "seats": dict, "links": dict,
    "record": dict, "speaker_first": list,
}  # fmt: skip


class MessageError(ValueError):
    """A line that is not a message of this protocol. The text names the field and never repeats its contents."""


class ControlError(Exception):
    """An op that was refused; ``code`` is one of ``ERRORS``."""

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: ErrorCode = code
        self.detail = detail


def encode(message: Mapping[str, Any]) -> bytes:
    """One line, its end included. Raises MessageError where the other side would refuse its length."""
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    if len(line) > LINE_LIMIT:
        raise MessageError(f"a line of {len(line)} bytes is too long")
    return line


def decode(line: bytes) -> dict[str, Any]:
    """The message of one line, with or without its end. Raises MessageError."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MessageError("not JSON") from error
    if not isinstance(message, dict):
        raise MessageError("not an object")
    return message


def check_request(message: Mapping[str, Any]) -> str:
    """The op of a request whose required fields are there and of the right type. Raises MessageError."""
    op = message.get("op")
    if not isinstance(op, str) or op not in OPS:
        raise MessageError("unknown op")
    if type(message.get("id")) is not int:
        raise MessageError("id")
    _check(message, _FIELDS[op])
    if op == "policy":
        _check(message["policy"], _POLICY)
    return op


def _check(message: Mapping[str, Any], fields: Mapping[str, type | tuple[type, ...]]) -> None:
    for name, kind in fields.items():
        value = message.get(name)
        if name not in message or not isinstance(value, kind) or isinstance(value, bool):
            raise MessageError(name)


def reply(request: Mapping[str, Any], fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The reply to a request."""
    return {"re": request.get("id"), **(fields or {})}


def error_reply(request: Mapping[str, Any], error: ControlError) -> dict[str, Any]:
    """The reply to a request that was refused."""
    return {"re": request.get("id"), "error": error.code, "detail": error.detail}
