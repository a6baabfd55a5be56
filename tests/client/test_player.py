from __future__ import annotations

from typing import Any, cast

from tests.client.player import Player
from tests.client.publisher import Publisher
from tests.client.source import AccessUnit, Source


class Stream:
    """Keeps what is sent of a layer."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.clock = self

    def at(self, media_time: float) -> int:
        return round(media_time * 90_000)

    def send(self, payload: bytes, *_: Any) -> None:
        self.sent.append(payload)


class Line:
    """A publish connection that stands."""

    epoch = 0.0
    connected = True
    audio = None

    def __init__(self) -> None:
        self.transport = self
        self.video = {"h": Stream(), "l": Stream()}


async def test_each_layer_is_sent_in_its_own_stream():
    units = {rid: [AccessUnit("VP8", n * 0.001, 0.001, rid.encode() * 9, True) for n in range(3)] for rid in "hl"}
    line, source = Line(), Source((), {rid: tuple(of) for rid, of in units.items()}, 0.003)
    await Player(source, cast(Publisher, line)).play()
    assert {rid: {payload[-9:] for payload in stream.sent} for rid, stream in line.video.items()} == {
        "h": {b"h" * 9}, "l": {b"l" * 9},
    }  # fmt: skip
    assert [len(stream.sent) for stream in line.video.values()] == [3, 3]
