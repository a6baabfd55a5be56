"""The light in a picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quality import face, light
from quality.face import Face
from quality.models import YUNET
from tests.models import needs

needs_model = needs(YUNET)


def told(verdict: light.Light) -> tuple[str, str]:
    return verdict.verdict, verdict.cause


def portrait(height: int = 360, width: int = 640, head: float = 0.5, skin: float = 1.0) -> light.Picture:
    """A drawn face that the detector takes for one, on a grey wall; ``skin`` is how brightly it is lit."""
    picture = np.full((height, width, 3), 150, np.uint8)
    x, y, r = width // 2, height // 2, round(height * head / 2.6)

    def drawn(dx: float, dy: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        lit = tuple(round(value * skin) for value in colour)
        centre, axes = (round(x + dx * r), round(y + dy * r)), (max(1, round(rx * r)), max(1, round(ry * r)))
        cv2.ellipse(picture, centre, axes, 0, 0, 360, lit, -1, cv2.LINE_AA)

    drawn(0, -0.25, 1.05, 1.25, (60, 40, 30))
    drawn(0, 2.2, 1.9, 1.0, (40, 60, 110))
    drawn(0, 1.2, 0.4, 0.5, (200, 150, 125))
    drawn(0, 0, 0.88, 1.2, (225, 180, 155))
    for side in (-0.36, 0.36):
        drawn(side, -0.36, 0.2, 0.04, (60, 40, 30))
        drawn(side, -0.2, 0.17, 0.09, (245, 245, 245))
        drawn(side, -0.2, 0.08, 0.08, (40, 30, 25))
    drawn(0, 0.22, 0.14, 0.07, (190, 140, 118))
    drawn(0, 0.55, 0.34, 0.1, (170, 80, 80))
    return cv2.GaussianBlur(picture, (0, 0), max(0.5, r / 40)).astype(np.uint8)


def lamp(picture: light.Picture) -> light.Picture:
    """From the left, in a dark room."""
    slope = np.linspace(-1, 1, picture.shape[1])[None, :, None] * 12
    return (picture * (0.12 + 0.88 / (1 + np.exp(slope)))).astype(np.uint8)


@needs_model
def test_a_face_in_good_light_is_good() -> None:
    seen = light.judge(portrait())
    assert (seen.verdict, seen.cause, seen.faces) == ("good", "none", 1)
    assert 0.3 < seen.face_share < 0.7
    assert 120 < seen.luma < 220


@needs_model
def test_a_phone_held_upright_is_judged_like_any_other() -> None:
    assert light.judge(portrait(1280, 720, 0.3)).verdict == "good"


@needs_model
def test_a_face_without_light_is_dark() -> None:
    dark = (portrait() * 0.25).astype(np.uint8)
    assert light.judge(dark) == light.Light("bad", "dark", 1, pytest.approx(0.5, abs=0.2), pytest.approx(45, abs=15))


@needs_model
def test_a_dim_room_is_poor_and_not_bad() -> None:
    assert told(light.judge((portrait() * 0.42).astype(np.uint8))) == ("poor", "dark")


@needs_model
def test_dark_skin_in_good_light_is_good() -> None:
    """What is around it is bright, and its own glints are."""
    picture = portrait(skin=0.45)
    picture[150:170, 300:330] = 130
    assert told(light.judge(picture)) == ("good", "none")


@needs_model
def test_a_dark_face_before_a_window_has_its_light_behind() -> None:
    picture = portrait(skin=0.25)
    picture[(picture == 150).all(axis=2)] = 255
    assert light.judge(picture).cause == "backlight"


@needs_model
def test_a_virtual_background_as_white_as_a_window_is_not_held_against_a_face_that_is_seen() -> None:
    picture = portrait()
    picture[(picture == 150).all(axis=2)] = 255
    assert light.judge(picture).verdict == "good"


@needs_model
def test_a_lamp_at_one_side_is_told() -> None:
    assert light.judge(lamp(portrait())).cause == "side-light"


@needs_model
def test_a_face_without_any_shade_is_too_bright() -> None:
    picture = np.clip(portrait().astype(np.float32) * 1.9, 0, 255).astype(np.uint8)
    assert light.judge(picture).cause in ("bright", "no-face")


@needs_model
def test_a_small_face_is_too_far_away() -> None:
    assert light.judge(portrait(head=0.14)).cause in ("far", "no-face")


@needs_model
@pytest.mark.parametrize("shape", [(360, 640, 3), (640, 360, 3), (360, 640)])
def test_nobody_in_the_picture_is_bad_unless_nobody_is_expected(shape: tuple[int, ...]) -> None:
    table = np.full(shape, 190, np.uint8)
    table[100:300, 100:250] = 240
    assert told(light.judge(table)) == ("bad", "no-face")
    assert told(light.judge(table, face_expected=False)) == ("good", "none")


@pytest.mark.parametrize(
    ("picture", "cause"),
    [
        (np.zeros((360, 640, 3), np.uint8), "black"),
        (np.full((360, 640, 3), 16, np.uint8), "black"),
        (np.random.default_rng(1).integers(0, 12, (360, 640, 3), np.uint8), "black"),
        (np.full((360, 640, 3), (120, 30, 25), np.uint8), "covered"),
        (np.full((1, 1, 3), 200, np.uint8), "covered"),
    ],
)
def test_a_camera_that_shows_nothing_is_bad_whoever_is_expected(picture: light.Picture, cause: str) -> None:
    for face_expected in (True, False):
        assert told(light.judge(picture, face_expected)) == ("bad", cause)


@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 640, 3), (360, 640, 2), (3,), (2, 2, 2, 3)])
def test_what_is_no_picture_is_not_measured(shape: tuple[int, ...]) -> None:
    assert told(light.judge(np.zeros(shape, np.uint8))) == ("unmeasured", "no-picture")


def test_without_the_model_light_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face, "_detector", lambda: None)
    assert told(light.judge(portrait())) == ("unmeasured", "no-model")


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(st.sampled_from([np.uint8, np.float32, np.int64]),
                     st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from([1, 3, 4]))))  # fmt: skip
def test_no_picture_makes_it_raise(picture: light.Picture) -> None:
    seen = light.judge(picture)
    assert seen.verdict in ("good", "poor", "bad", "unmeasured")
    assert (seen.cause == "none") == (seen.verdict == "good")


@given(st.floats(0.05, 1))
def test_the_darker_a_cheek_the_more_it_is_from_aside(far: float) -> None:
    luma = np.broadcast_to(np.geomspace(far, 1, 100).astype(np.float32) * 200, (100, 100))
    head = Face(0, 0, 100, 100, (50, 30), (50, 80))
    inside = light.ellipse(head, luma.shape)
    falls, shade = light.sideways(np.asarray(luma), head, inside)
    assert falls == pytest.approx(far**0.6, abs=0.02)
    assert falls <= shade + 0.02
    assert light.sideways(np.asarray(luma[:, ::-1]), head, inside) == pytest.approx((falls, shade), abs=0.02)


def test_a_dark_cheek_that_has_light_somewhere_is_not_lit_from_aside() -> None:
    luma = np.full((100, 100), 200, np.float32)
    luma[:, :50] = 40
    head = Face(0, 0, 100, 100, (50, 30), (50, 80))
    inside = light.ellipse(head, luma.shape)
    assert light.sideways(luma, head, inside)[1] == pytest.approx(0.2, abs=0.05)
    luma[:, 20:32] = 180  # between a beard and the hair
    assert light.sideways(luma, head, inside)[1] > light.SHADED
