"""What the worker finds in sampled sound and pictures, the odd ones included."""

from __future__ import annotations

import os
import sys
from fractions import Fraction
from functools import cache

import av
import cv2
import numpy as np
import pytest

from courtroom.looks import FORGOTTEN_S, STALE_S, Looks
from courtroom.sampled_media import LEAST_HEIGHT, MOST_UNITS_PER_S, SOUND_S, Pictures, Sound
from gateway.packet import Packet
from gateway.samples import Origin, Sample
from quality.models import MODELS, read
from quality.speech import FRAME, RATE
from quality.thrift import Thrift
from tests.media.packetize import payloads
from tests.quality.test_light import portrait
from tests.quality.test_noise import ALLISON
from tests.quality.test_voices import said

needs_models = pytest.mark.skipif(any(read(model) is None for model in MODELS), reason="scripts/models fetches them")
FPS, SENT = 15, 48_000
DARK = 0.2


@cache
def coded(codec, kind, width=640, height=360, frames=FPS, gop=1000):
    encoder = av.CodecContext.create({"H264": "libx264", "VP8": "libvpx"}[codec], "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.bit_rate, encoder.gop_size = Fraction(1, FPS), FPS, 200_000, gop
    encoder.options = (
        {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency"} if codec == "H264"
        else {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    )  # fmt: skip
    units = []
    for n in range(frames):
        frame = av.VideoFrame.from_ndarray(SHOWN[kind](n, width, height), "rgb24")
        frame.pts = n
        units += [bytes(packet) for packet in encoder.encode(frame.reformat(format="yuv420p"))]
    return units


def face(n, width, height, light=1.0):
    return (portrait(height, width) * light).astype(np.uint8)


def wall(n, width, height):
    return np.clip(portrait(height, width)[:1, :1] * np.linspace(0.5, 1.1, width)[None, :, None], 0, 255).repeat(
        height, axis=0
    ).astype(np.uint8)  # fmt: skip


def virtual(n, width, height):
    """The person cut out, rather badly, before a beach."""
    picture = face(n, width, height)
    beach = np.linspace((120, 180, 240), (240, 220, 160), height)[:, None].repeat(width, axis=1)
    mask = cv2.ellipse(
        np.zeros((height, width), np.float32), (width // 2, height // 2), (height // 3, height // 2), 0, 0, 360, 1, -1
    )
    return (picture * mask[..., None] + beach * (1 - mask[..., None])).astype(np.uint8)


def two(n, width, height):
    half = portrait(height, width // 2)
    return np.concatenate([half, half], axis=1)


SHOWN = {
    "face": face,
    "dark": lambda n, w, h: face(n, w, h, DARK),
    "lamp off": lambda n, w, h: face(n, w, h, 1.0 if n < FPS else DARK),
    "black": lambda n, w, h: np.zeros((h, w, 3), np.uint8),
    "covered": lambda n, w, h: np.full((h, w, 3), (90, 40, 30), np.uint8),
    "wall": wall, "virtual": virtual, "two": two,
}  # fmt: skip


def packets(codec, units, start=0, first=0, ssrc=7):
    """RTP packets of one track's access units, the ``first`` of them numbered ``start``."""
    out, sequence = [], start
    for n, unit in enumerate(units, first):
        parts = payloads(codec, unit, picture_id=n) if codec != "opus" else [unit]
        for number, payload in enumerate(parts, 1):
            step, per_s = (960, 50) if codec == "opus" else (90_000 // FPS, FPS)
            out.append(Packet(ssrc, sequence & 0xFFFF, n * step, number == len(parts), 96, payload, n / per_s))
            sequence += 1
    return out


@cache
def opus(kind, seconds=4.0):
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = SENT, "mono", "s16"
    whole, units = HEARD[kind](round(seconds * SENT)), []
    for n in range(len(whole) // 960):
        samples = (np.clip(whole[960 * n : 960 * (n + 1)], -1, 1) * 32_767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.sample_rate, frame.pts = SENT, 960 * n
        units += [bytes(packet) for packet in encoder.encode(frame)]
    return units


HEARD = {
    "silence": lambda n: np.zeros(n),
    "a quiet room": lambda n: np.random.default_rng(1).normal(0, 1e-3, n),
    "a fan": lambda n: np.random.default_rng(1).normal(0, 0.05, n),
    "clipping": lambda n: 3 * np.sin(np.arange(n) * 0.05),
}


def seen(kind, look="face", **shape):
    """What one look says of a picture."""
    return looked(packets("VP8", coded("VP8", kind, **shape)), look=look)["light"]


def looked(sent, codec="VP8", look="face", looks=None, now=0.0):
    looks = Looks(Thrift(1.0)) if looks is None else looks
    looks.take(Sample(Origin("h", "s", codec, "audio" if codec == "opus" else "video", codec, look), sent), now)
    return next(looks.due(now), {})


@needs_models
@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_lamp_that_goes_off_is_seen_in_the_delta_coded_picture(codec):
    looks, units = Looks(Thrift(1.0)), coded(codec, "lamp off", frames=2 * FPS)
    sent = packets(codec, units)
    half = next(n for n, one in enumerate(sent) if one.timestamp >= FPS * 90_000 // FPS)
    assert looked(sent[:half], codec, looks=looks)["light"] == ["good", "none"]
    assert looked(sent[half:], codec, looks=looks, now=1.0)["light"][0] == "bad"


@needs_models
@pytest.mark.parametrize(
    ("kind", "said"),
    [("black", ["bad", "black"]), ("covered", ["bad", "covered"]), ("wall", ["bad", "no-face"]),
     ("virtual", ["good", "none"]), ("dark", ["bad", "dark"])],
)  # fmt: skip
def test_an_odd_picture_has_a_sensible_verdict(kind, said):
    assert seen(kind) == said


@needs_models
def test_what_came_long_ago_is_not_told_as_of_now_and_counts_as_pressure():
    looks, units = Looks(Thrift(1.0)), coded("VP8", "lamp off", frames=2 * FPS)
    sent = packets("VP8", units)
    late = sent[-1].arrival + STALE_S + 0.1
    assert looked(sent[:-1], looks=looks, now=late) == {}
    assert looks.left_out == len(sent) - 1
    sent[-1].arrival = late
    assert looked(sent[-1:], looks=looks, now=late + 1)["light"][0] == "bad"


@needs_models
def test_where_no_face_is_expected_none_is_missed():
    assert seen("wall", look="scene") == ["good", "none"]
    assert seen("black", look="scene") == ["bad", "black"]


@needs_models
def test_a_picture_held_upright_is_judged_like_any_other():
    assert seen("face", width=360, height=640) == ["good", "none"]


@needs_models
def test_a_picture_without_layers_is_made_smaller_and_judged():
    assert seen("face", width=1280, height=720, frames=3) == ["good", "none"]


@needs_models
def test_the_faces_are_counted():
    assert looked(packets("VP8", coded("VP8", "two")))["faces"] == 2


@needs_models
@pytest.mark.parametrize(
    ("kind", "said"),
    [("silence", ["unmeasured", "silent"]), ("a quiet room", ["unmeasured", "no-speech"]), ("a fan", ["bad", "noise"]),
     ("clipping", ["bad", "clipping"])],
)  # fmt: skip
def test_an_odd_sound_has_a_sensible_verdict(kind, said):
    assert looked(packets("opus", opus(kind)), "opus")["noise"] == said


@needs_models
@pytest.mark.parametrize(
    ("look", "floor", "told"), [("witness", True, {2}), ("witness", False, set()), ("face", True, set())]
)
@pytest.mark.skipif(not ALLISON.exists(), reason="the recordings are not installed")
def test_a_second_voice_is_told_of_a_witness_who_has_the_floor_and_of_nobody_else(look, floor, told):
    HEARD["two people"] = lambda n: np.concatenate([high(said()[: 20 * RATE]), high(said(0.75)[: 16 * RATE])])[:n]
    looks, sent, found = Looks(Thrift(1.0)), packets("opus", opus("two people", 36.0)), []
    for at in range(0, len(sent), 50):
        origin = Origin("h", "s", "t", "audio", "opus", look, 0, floor)
        looks.take(Sample(origin, sent[at : at + 50]), at / 50 + 1)
        found += list(looks.due(at / 50 + 1))
    assert {one["voices"] for one in found[-6:] if "voices" in one} == told
    assert len(found) == len(sent) / 50


@needs_models
@pytest.mark.skipif(not ALLISON.exists(), reason="the recordings are not installed")
def test_with_another_microphone_the_voice_is_learnt_anew():
    """Another person may have come with it."""
    HEARD["one"], HEARD["another"] = lambda n: high(said())[:n], lambda n: high(said(0.75))[:n]
    looks, found = Looks(Thrift(1.0)), []
    for track in ("one", "another"):
        sent = packets("opus", opus(track, 16.0))
        for at in range(0, len(sent), 50):
            now = len(found) + 1
            for one in sent[at : at + 50]:
                one.arrival = now
            origin = Origin("h", "s", track, "audio", "opus", "witness", 0, True)
            looks.take(Sample(origin, sent[at : at + 50]), now)
            found += list(looks.due(now))
    assert {one["voices"] for one in found if "voices" in one} == {1}


def high(sound):
    """At the rate that browsers send."""
    return np.interp(np.arange(0, len(sound), RATE / SENT), np.arange(len(sound)), sound)


def test_of_what_has_not_come_since_the_last_look_nothing_is_said():
    looks = Looks(Thrift(1.0))
    assert "light" in looked(packets("VP8", coded("VP8", "face")), looks=looks)
    assert list(looks.due(10.0)) == []


def test_a_picture_with_a_hole_is_not_looked_at_before_the_next_key_frame():
    pictures = Pictures("VP8")
    sent = packets("VP8", coded("VP8", "face", gop=10))
    keys = [n for n, one in enumerate(sent) if one.timestamp == 10 * 90_000 // FPS]
    pictures.push(sent[:3], True)
    assert pictures.glance() is not None
    pictures.push([*sent[5 : keys[0]]], True)
    late = Packet(7, sent[keys[0] - 1].sequence + 1, 0, True, 96, b"", 99.0)
    pictures.push([late], True)
    assert pictures.wants_keyframe
    assert pictures.glance() is None


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_stream_that_begins_anew_is_looked_at_from_its_key_frame_on(codec):
    pictures, sent = Pictures(codec), packets(codec, coded(codec, "face"))
    pictures.push(sent[: len(sent) // 2], True)
    assert pictures.glance() is not None
    anew = packets(codec, coded(codec, "face"), ssrc=8)
    pictures.push(anew[len(anew) // 2 :], True)
    assert pictures.wants_keyframe
    assert pictures.glance() is None
    pictures.push(packets(codec, coded(codec, "face"), ssrc=9), True)
    assert pictures.glance() is not None


@needs_models
def test_of_a_picture_too_small_to_show_somebody_nothing_is_said():
    assert looked(packets("VP8", coded("VP8", "black", width=80, height=44))) == {}
    assert "light" in looked(packets("VP8", coded("VP8", "black", width=320, height=LEAST_HEIGHT)))


def test_without_all_pictures_key_frames_alone_are_decoded():
    pictures = Pictures("H264")
    sent = packets("H264", coded("H264", "face"))
    first = [one for one in sent if one.timestamp == 0]
    pictures.push(first, False)
    assert pictures.glance() is not None
    pictures.push(sent[len(first) :], False)
    assert pictures.glance() is None
    assert pictures.wants_keyframe


@pytest.mark.parametrize("all_pictures", [True, False])
def test_of_a_stream_of_key_frames_one_is_decoded_in_a_look(monkeypatch, all_pictures):
    decoded, decode = [], Pictures._decode
    monkeypatch.setattr(Pictures, "_decode", lambda self, unit: decoded.append(unit) or decode(self, unit))
    pictures, sent = Pictures("H264"), packets("H264", 3 * coded("H264", "face", gop=1))
    for look in (1, 2, 3):
        pictures.push([one for one in sent if look - 1 <= one.arrival < look], all_pictures)
        assert pictures.glance() is not None
        assert len(decoded) == look


class Counting:
    """A decoder."""

    def __init__(self, decoder):
        self.decoder, self.decoded = decoder, 0

    def decode(self, packet):
        self.decoded += 1
        return self.decoder.decode(packet)


def test_who_sends_sound_in_floods_costs_little_more_than_others():
    sound, units = Sound(), opus("a fan", 4.0)
    sound._decoder = decoder = Counting(sound._decoder)
    for look in range(10):
        numbered = [(200 * look + n, units[n]) for n in range(200)]
        sound.push([Packet(7, number, 960 * number, True, 96, unit, number / 200) for number, unit in numbered])
        sound.take()
    assert decoder.decoded <= MOST_UNITS_PER_S * 10 + 50 * SOUND_S


def test_of_packets_of_much_sound_no_more_is_listened_to_than_a_look_needs(monkeypatch):
    sound, heard = Sound(), []

    def presence(come):
        heard.append(len(come) / RATE)
        return np.zeros(len(come) // FRAME, np.float32)

    monkeypatch.setattr(sound._listening, "presence", presence)
    sound.push(packets("opus", [b"\xfb\x06" + 6 * b"\xff\xfe"] * 60))  # RFC 6716 §3.2.5: six frames of 20 ms each
    sound.take()
    assert sum(heard) == pytest.approx(SOUND_S, abs=0.1)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_what_nobody_can_decode_is_no_picture_and_no_crash(codec):
    random = np.random.default_rng(1)
    pictures = Pictures(codec)
    units = [bytes([0, 0, 0, 1, 0x65]) + random.bytes(300) if codec == "H264" else random.bytes(300) for _ in range(50)]
    pictures.push(packets(codec, units), True)
    assert pictures.glance() is None
    assert pictures.wants_keyframe
    pictures.push(packets(codec, coded(codec, "face"), ssrc=8), True)
    assert pictures.glance() is not None


def test_what_is_no_sound_breaks_neither_its_decoder_nor_what_comes_after_it():
    random, sound = np.random.default_rng(1), Sound()
    sound.push(packets("opus", [random.bytes(int(size)) for size in random.integers(0, 300, 50)]))
    sound.take()
    sound.push(packets("opus", opus("a fan"), start=50, first=50))
    assert np.isfinite(sound.take()[0]).all()


def test_the_last_seconds_of_sound_are_kept():
    sound = Sound()
    sound.push(packets("opus", opus("a fan", 4.0)))
    taken, likely = sound.take()
    assert len(taken) / RATE == pytest.approx(SOUND_S, abs=0.05)
    assert likely is None or len(likely) * FRAME == len(taken)
    assert sound.take() is None


@needs_models
def test_sound_that_is_heard_piece_by_piece_is_judged_as_in_one():
    sent, pieces, whole = packets("opus", opus("a fan", 1.9)), Sound(), Sound()
    for at in range(0, len(sent), 10):
        pieces.push(sent[at : at + 10])
        taken = pieces.take()
    whole.push(sent)
    assert [one.tolist() for one in taken] == [pytest.approx(one.tolist(), abs=1e-3) for one in whole.take()]


@needs_models
def test_between_pieces_of_work_the_worker_may_rest():
    rests = []
    pictures, sound = Pictures("H264", lambda: rests.append("picture")), Sound(lambda: rests.append("sound"))
    pictures.push(packets("H264", coded("H264", "face")), True)
    pictures.glance()
    sound.push(packets("opus", opus("a fan", 1.9)))
    taken, _ = sound.take()
    assert rests.count("picture") >= FPS
    assert rests.count("sound") > 1.8 * 50 + len(taken) // FRAME // 10


@needs_models
@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_a_participant_more_is_no_thread_more():
    def join(number):
        for codec, units in (("H264", coded("H264", "face")), ("opus", opus("a fan"))):
            kind = "audio" if codec == "opus" else "video"
            looks.take(Sample(Origin("h", str(number), codec, kind, codec, "face"), packets(codec, units)), number)
        assert len(list(looks.due(number))) == 1
        return len(os.listdir("/proc/self/task"))

    looks = Looks(Thrift(1.0))
    assert join(0) == join(1)


def test_who_has_gone_is_forgotten():
    looks = Looks(Thrift(1.0))
    looked([], looks=looks)
    assert looks.participants == 1
    list(looks.due(FORGOTTEN_S + 1))
    assert looks.participants == 0
