"""Who gets which layer of a track, and from which packet on."""

from __future__ import annotations

import pytest

from gateway.keyframe_requests import KeyframeRequests
from gateway.packet import Packet, SenderReport, TrackInfo
from gateway.track import Layer, Track, Wanted


class Ear:
    def __init__(self, wanted: Wanted = "high") -> None:
        self.wanted: Wanted = wanted
        self.heard: list[tuple[str, int]] = []
        self.rid: str | None = None
        self.raises = False
        self.gone = False

    def send(self, packet: Packet) -> None:
        if self.raises:
            raise RuntimeError
        assert self.rid is not None
        self.heard.append((self.rid, packet.sequence))

    def sender_report(self, report: SenderReport) -> None: ...

    def switched(self, layer: Layer | None) -> None:
        self.rid = layer.rid if layer else None

    def failed(self) -> None:
        self.gone = True


class Scene:
    """A picture with two layers, ``packet`` by ``packet``."""

    def __init__(self, kind: str = "video") -> None:
        self.asked = KeyframeRequests()
        self.track = Track(TrackInfo("h", "s", "t", kind, "VP8", 90000), self.asked)  # type: ignore[arg-type]
        self.now = 100.0

    def packet(self, rid: str, sequence: int, key: bool = False, late: bool = False) -> None:
        ssrc = {"h": 1, "l": 2, "": 3}[rid]
        layer = self.track.layer(rid, ssrc, self.now)
        layer.deliver(Packet(ssrc, sequence, 0, True, 96, b"x", self.now, key), late)

    def pass_time(self, seconds: float, *rids: str) -> None:
        """Time passes while ``rids`` flow."""
        for _ in range(round(seconds / 0.1)):
            self.now += 0.1
            for rid in rids:
                self.packet(rid, 0)
            self.track.tick(self.now)


def test_sound_begins_with_the_next_packet() -> None:
    scene, ear = Scene("audio"), Ear()
    scene.track.attach(ear, scene.now)
    scene.packet("", 1)
    assert ear.heard == [("", 1)]


def test_a_picture_begins_at_a_key_frame_and_one_is_asked_for() -> None:
    scene, ear = Scene(), Ear()
    scene.track.attach(ear, scene.now)
    scene.packet("l", 1)
    assert scene.asked.due(scene.now) == [2]
    scene.packet("l", 2, key=True)
    scene.packet("l", 3)
    assert ear.heard == [("l", 2), ("l", 3)]


def test_a_key_frame_that_was_overtaken_begins_nothing() -> None:
    scene, ear = Scene(), Ear()
    scene.track.attach(ear, scene.now)
    scene.packet("l", 1)
    scene.packet("l", 2, key=True, late=True)
    assert ear.heard == []


def test_the_first_picture_may_be_low_and_goes_up_once_the_upper_layer_has_flowed_for_a_second() -> None:
    scene, ear = Scene(), Ear("high")
    scene.track.attach(ear, scene.now)
    scene.packet("h", 1)
    scene.packet("l", 1, key=True)
    assert ear.rid == "l"
    scene.packet("h", 2, key=True)
    assert ear.rid == "l"
    scene.pass_time(1.2, "h", "l")
    scene.packet("h", 3, key=True)
    assert ear.rid == "h"


def test_a_silent_upper_layer_is_left_for_the_lower() -> None:
    scene, ear = Scene(), Ear("high")
    scene.track.attach(ear, scene.now)
    scene.packet("h", 1, key=True)
    scene.packet("h", 2, key=True)
    assert ear.rid == "h"
    scene.pass_time(0.9, "l")
    scene.packet("l", 5, key=True)
    assert ear.rid == "l"


def test_low_is_what_a_listener_gets_who_wants_no_more() -> None:
    scene, ear = Scene(), Ear("low")
    scene.track.attach(ear, scene.now)
    scene.pass_time(2, "h", "l")
    scene.packet("h", 1, key=True)
    scene.packet("l", 1, key=True)
    assert ear.heard == [("l", 1)]


def test_a_paused_picture_stops_at_once() -> None:
    scene, ear = Scene(), Ear("low")
    scene.track.attach(ear, scene.now)
    scene.packet("l", 1)
    scene.packet("l", 2, key=True)
    ear.wanted = "paused"
    scene.track.tick(scene.now)
    scene.packet("l", 3)
    assert ear.heard == [("l", 2)]
    assert ear.rid is None


def test_a_detached_listener_gets_nothing_more_not_even_at_a_key_frame() -> None:
    scene, ear = Scene(), Ear()
    scene.track.attach(ear, scene.now)
    scene.packet("l", 1)
    scene.track.detach(ear)
    scene.packet("l", 2, key=True)
    scene.pass_time(0.5, "l")
    assert ear.heard == []


def test_a_listener_that_raises_is_dropped_for_good_and_the_others_hear_on() -> None:
    scene, bad, good = Scene("audio"), Ear(), Ear()
    bad.raises = True
    for ear in (bad, good):
        scene.track.attach(ear, scene.now)
    scene.packet("", 1)
    scene.pass_time(0.3, "")
    assert bad.gone
    assert bad not in scene.track.listeners
    assert len(good.heard) == 4


def test_a_new_ssrc_of_a_layer_takes_its_listeners_at_its_key_frame() -> None:
    scene, ear = Scene(), Ear("low")
    scene.track.attach(ear, scene.now)
    scene.packet("l", 1)
    scene.packet("l", 2, key=True)
    layer = scene.track.layer("l", 77, scene.now)
    layer.deliver(Packet(77, 9, 0, True, 96, b"x", scene.now, True), False)
    assert ear.heard[-1] == ("l", 9)
    assert scene.track.current(ear) is layer


def test_a_key_frame_is_asked_for_until_one_comes() -> None:
    scene, ear = Scene(), Ear()
    scene.track.attach(ear, scene.now)
    asked = 0
    for _ in range(60):
        scene.pass_time(0.6, "l")
        asked += len(scene.asked.due(scene.now))
    assert asked == 60
    scene.packet("l", 1, key=True)
    scene.pass_time(2, "l")
    assert not scene.asked.due(scene.now)


def test_a_layer_that_its_source_begins_anew_leaves_nobody_on_the_old_one() -> None:
    """Else a listener who may no longer have the picture would go on to be sent what was kept of it."""
    scene, ear = Scene(), Ear()
    scene.track.attach(ear, scene.now)
    scene.packet("l", 1, key=True)
    scene.track.layer("l", 7, scene.now)
    assert ear.rid is None
    scene.track.detach(ear)
    assert ear.rid is None


def test_a_layer_s_busiest_moment_is_remembered_and_fades():
    layer = Scene().track.layer("h", 2, 100.0)
    for tick in range(200):
        layer.octets += 25_000 if tick < 40 else 5_000
        layer.measure(100 + tick / 4)
        if tick == 76:
            assert layer.bps < 250_000 < 400_000 < layer.peak_bps
    assert layer.peak_bps < 250_000


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_layer_has_its_rate_from_the_beginning(kind):
    scene = Scene(kind)
    layer = scene.track.layer("h", 2, 100.0)
    for tick in range(1, 40):
        layer.octets += 2_500
        layer.measure(100 + tick / 10)
        assert layer.bps == pytest.approx(200_000)


def test_a_key_frame_now_and_then_is_no_busier_moment():
    layer = Scene().track.layer("h", 2, 100.0)
    for tick in range(400):
        layer.octets += 30_000 if tick % 20 == 0 else 2_500
        layer.measure(100 + tick / 5)
        if tick > 40:
            assert 120_000 < layer.bps <= layer.peak_bps < 220_000  # 155,000 on average


def test_of_a_layer_that_was_switched_off_it_is_remembered_what_it_takes():
    scene = Scene()
    layer = scene.track.layer("h", 2, 100.0)
    for tick in range(40):
        layer.last_arrival = layer.since = 100 + tick / 4
        layer.octets += 25_000
        layer.measure(100 + tick / 4)
    before = layer.bps
    assert before > 500_000
    for tick in range(1, 200):
        layer.measure(109.75 + tick / 5)
    assert layer.bps == before
    layer.octets += 5_000
    layer.measure(150.0)
    assert layer.bps == before
