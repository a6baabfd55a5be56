"""What comes for the check before entry is read with care, and judged in a process that may die of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
import wave
from concurrent.futures import BrokenExecutor

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtroom import samples
from courtroom.portraits import portrait
from courtroom.samples import judge_in, judged, pixels, size
from courtroom.workers import Workers
from hearings.model import Finding
from quality.models import SILERO, YUNET
from tests.models import needs


def sound(level=0.0, seconds=3.0, rate=16_000, channels=1, width=2):
    noise = np.random.default_rng(1).normal(0, level, round(seconds * rate * channels))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes((noise.clip(-1, 1) * 32_767).astype("<i2").tobytes())
    return file.getvalue()


def test_a_picture_is_as_large_as_its_header_says():
    assert size(portrait(1)) == (480, 600)
    assert pixels(portrait(1)).shape == (600, 480, 3)


def test_red_is_red():
    _, red = cv2.imencode(".jpg", np.full((16, 16, 3), (0, 0, 255), np.uint8))
    assert pixels(red.tobytes())[8, 8].argmax() == 0


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda rest: b"\xff\xd8\xff" + rest))
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(ValueError, match="picture"):
        pixels(data)


def test_a_picture_that_is_small_here_and_huge_once_decoded_is_refused():
    _, jpeg = cv2.imencode(".jpg", np.zeros((4_001, 1_000, 3), np.uint8))
    with pytest.raises(ValueError, match="picture"):
        pixels(jpeg.tobytes())


def test_a_huge_picture_behind_a_fill_byte_is_refused():
    """For who takes the fill byte for a marker, what follows is its length, and a small size stands where that ends."""
    _, jpeg = cv2.imencode(".jpg", np.zeros((4_001, 1_000, 3), np.uint8))
    whole, jumped = jpeg.tobytes(), 2 + 2 + 0xE000
    app0, rest = whole[2:20], whole[20:]
    small = bytes.fromhex("ffc0001108 0010 0010".replace(" ", ""))
    before = b"\xff\xd8\xff" + app0 + b"\xff\xfe" + (60_000).to_bytes(2, "big")
    comment = (bytes(jumped - len(before)) + small).ljust(59_998, b"\0")
    crafted = before + comment + rest
    assert cv2.imdecode(np.frombuffer(crafted, np.uint8), cv2.IMREAD_COLOR).shape == (4_001, 1_000, 3)
    with pytest.raises(ValueError, match="picture"):
        pixels(crafted)


@pytest.mark.parametrize("marker", [0x00, 0x01, *range(0xD0, 0xDA), 0xFF])
def test_a_marker_that_has_no_length_is_not_jumped_over(marker):
    frame = bytes.fromhex("ffc000110800100010")
    with pytest.raises(ValueError, match="picture"):
        size(b"\xff\xd8\xff" + bytes([marker]) + b"\x00\x02" + frame)


@pytest.mark.parametrize(
    "wrong",
    [b"", b"RIFF", sound()[:30], sound(channels=2), sound(seconds=9.1), sound(rate=4_000), sound(width=1)],
)
def test_what_is_no_sound_of_ours_is_refused(wrong):
    with pytest.raises(ValueError, match="sound"):
        samples.samples(wrong)


@given(st.binary(max_size=100))
def test_a_sound_that_is_cut_off_or_damaged_is_refused_or_read(data):
    with contextlib.suppress(ValueError):
        whole, rate = samples.samples(sound()[:40] + data)
        assert (rate, np.abs(whole).max(initial=0) <= 1) == (16_000, True)


def test_a_microphone_that_gives_nothing_fails_and_not_the_room():
    assert judged(None, sound()) == {"microphone": Finding("bad", "silent"), "noise": Finding("unmeasured")}


@pytest.mark.parametrize(("colour", "cause"), [((0, 0, 0), "black"), ((30, 40, 90), "covered")])
def test_a_camera_that_shows_nothing_fails_and_not_the_light(colour, cause):
    _, jpeg = cv2.imencode(".jpg", np.full((360, 640, 3), colour, np.uint8))
    found = judged(jpeg.tobytes(), None)
    assert found == {"camera": Finding("bad", cause), "light": Finding("unmeasured")}


@needs(YUNET)
def test_hands_or_a_document_need_show_no_face():
    page = np.full((360, 640, 3), 200, np.uint8)
    page[40:320:12, 60:580] = 90
    _, jpeg = cv2.imencode(".jpg", page)
    assert judged(jpeg.tobytes(), None, face=True) == {"light": Finding("bad", "no-face")}
    assert judged(jpeg.tobytes(), None, face=False) == {"light": Finding("good")}


@needs(SILERO)
def test_a_quiet_room_in_which_nobody_speaks_keeps_nobody_out():
    assert judged(None, sound(0.001))["noise"] == Finding("unmeasured", "no-speech")


async def test_both_are_judged_in_a_worker_process():
    with Workers(1) as workers:
        found = await judge_in(workers)(portrait(1), sound(0.05), True)
        assert set(found) == {"light", "noise"}
        with pytest.raises(ValueError, match="picture"):
            await judge_in(workers)(b"none", None, True)


def judged_slowly():
    """In the worker: the bound is a second there."""
    samples._LASTS_S = 1
    samples._light = lambda picture, face: time.sleep(20)
    return judged(portrait(1), None)


async def test_a_worker_that_takes_too_long_ends_and_is_replaced():
    with Workers(1) as workers:
        with pytest.raises(BrokenExecutor):
            await asyncio.get_running_loop().run_in_executor(workers, judged_slowly)
        assert set(await judge_in(workers)(None, sound(), True)) == {"microphone", "noise"}
