"""Sound and picture keep step when the picture changes its layer."""

from __future__ import annotations

import pytest

from gateway import rtcp, sdp
from gateway.keyframe_requests import KeyframeRequests
from gateway.pacer import Pacer
from gateway.packet import Packet, SenderReport, TrackInfo
from gateway.track import Track
from gateway.video_slot import VideoSlot

pytestmark = pytest.mark.interpreted

RATE = 90000
OFFSET = {"l": 0xFFFFF000, "h": 12345}  # of the layers' RTP time; the low one wraps at once
SSRC = {"l": 1, "h": 2}


class Wire:
    """Keeps how the outgoing stream's time stands to the sender's clock."""

    pair = target = departures = None

    def __init__(self) -> None:
        self.relations: list[int] = []
        self.pacer = Pacer(0.0)

    def send_rtcp(self, packet: bytes) -> None:
        report = rtcp.parse(packet)[0]
        assert isinstance(report, rtcp.SenderReport)
        self.relations.append((report.rtp - round(report.ntp * RATE / (1 << 32))) & 0xFFFFFFFF)


def rtp(rid: str, time: float) -> int:
    return (OFFSET[rid] + round(time * RATE)) & 0xFFFFFFFF


@pytest.mark.parametrize("delay", [0.0, 0.12, 0.3])
def test_a_change_of_layer_moves_no_timestamp_however_late_its_key_frame_comes(delay: float) -> None:
    wire = Wire()
    slot = VideoSlot(wire, "judge", sdp.Slot("v0", "video", "s", 77, 78))  # type: ignore[arg-type]
    track = Track(TrackInfo("h", "judge", "t", "video", "VP8", RATE), KeyframeRequests())
    layers = {rid: track.layer(rid, ssrc, 100.0) for rid, ssrc in SSRC.items()}

    def report(rid: str, time: float) -> None:
        layers[rid].report(SenderReport(SSRC[rid], round((3.9e9 + time) * (1 << 32)), rtp(rid, time), 100 + time))

    def picture(rid: str, time: float, late: float = 0.0) -> None:
        packet = Packet(SSRC[rid], round(time * 100), rtp(rid, time), True, 96, b"\x10\0", 100 + time + late, late > 0)
        slot.send(packet)

    slot.packets = 1  # sent before: reports go out
    track.move(slot, layers["l"])
    picture("l", 0.0)
    report("l", 0.1)
    report("h", 0.2)
    picture("l", 1.0)
    track.move(slot, layers["h"])
    picture("h", 1.033, delay)
    slot.packets = 2
    report("h", 1.2)
    before, after = wire.relations
    assert abs(before - after) <= 2


def test_where_the_reports_cannot_be_right_the_arrivals_decide() -> None:
    wire = Wire()
    slot = VideoSlot(wire, "judge", sdp.Slot("v0", "video", "s", 77, 78))  # type: ignore[arg-type]
    track = Track(TrackInfo("h", "judge", "t", "video", "VP8", RATE), KeyframeRequests())
    low, high = track.layer("l", 1, 100.0), track.layer("h", 2, 100.0)
    seen: list[int] = []

    def write(payload_type: int, marker: bool, sequence: int, timestamp: int, *rest: object) -> int:
        seen.append(timestamp)
        return 1

    slot._write = write  # type: ignore[method-assign, assignment]
    track.move(slot, low)
    slot.send(Packet(1, 1, 0, True, 96, b"\x10\0", 100.0, True))
    low.report(SenderReport(1, 1 << 60, 0, 100.0))
    high.report(SenderReport(2, 1 << 50, 0, 100.0))
    track.move(slot, high)
    slot.send(Packet(2, 1, 5, True, 96, b"\x10\0", 100.5, True))
    assert seen[1] - seen[0] & 0xFFFFFFFF == 45000
