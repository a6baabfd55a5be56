"""The benchmark of light and noise: its cases are what they are said to be."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality import hearing, lighting, video
from bench.quality.fetch import packages
from bench.quality.noises import NOISES, room, unit
from bench.quality.people import Person
from bench.quality.scores import Share
from bench.quality.voices import RATE, VOICES, Sound, Voice, level
from quality.face import Face


@pytest.fixture
def person() -> Person:
    picture = np.full((200, 200, 3), 120, np.uint8)
    picture[50:150, 60:140] = (220, 180, 160)
    return Person("somebody", picture, Face(60, 50, 80, 100, (100, 90), (100, 130)), 40)


def test_an_interval_is_wilsons() -> None:
    assert Share(95, 100).interval == [0.8882, 0.9785]
    assert Share(0, 0).interval is None


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_its_share(of: int, data: st.DataObject) -> None:
    share = Share(data.draw(st.integers(0, of)), of)
    assert share.interval is not None
    assert share.interval[0] <= share.right / of <= share.interval[1] + 1e-4


def test_every_package_of_pictures_is_pinned_with_its_hash_and_licence() -> None:
    for package in packages():
        assert re.fullmatch(r"[0-9a-f]{64}", package["sha256"])
        assert re.fullmatch(r"\d+(\.\d+)+", package["version"])
        assert package["licence"]
        assert package["registry"] in ("npm", "pypi")


def test_nobody_is_both_tuned_on_and_held_out() -> None:
    for part in ("tuning", "held-out"):
        assert len([voice for voice in VOICES if voice.part == part]) >= 4
    assert len({voice.name for voice in VOICES}) == len({voice.files for voice in VOICES}) == len(VOICES)


def test_each_person_has_every_exposure_at_every_size(person: Person) -> None:
    cases = list(lighting.cases(person, 1))
    assert len(cases) == len(lighting.SHARES) * (len(lighting.GOOD) + len(lighting.BAD))
    assert {case.bad for case in cases if case.name in lighting.GOOD} == {False}


@pytest.mark.parametrize("share", lighting.SHARES)
def test_the_face_is_as_high_as_the_case_says(person: Person, share: float) -> None:
    scene = lighting.scene(person, share, np.random.default_rng(1))
    redder = scene.light[..., 0] - scene.light[..., 2] > 0.15
    assert redder.any(axis=1).sum() == pytest.approx(share * lighting.HEIGHT, rel=0.08)


def test_a_lamp_aside_leaves_the_other_cheek_dark(person: Person) -> None:
    scene = lighting.scene(person, 0.5, np.random.default_rng(1))
    light = lighting.falling(scene, 0.05, 1)
    assert light[scene.across > 1].min() > 0.9
    assert light[scene.across < -1].max() < 0.15


def test_what_is_coded_is_seen_again(person: Person) -> None:
    random = np.random.default_rng(1)
    exposure = lighting.as_it_is(lighting.scene(person, 0.35, random), random)
    seen = video.seen(lighting.shots(exposure, 3, random))
    shot = next(lighting.shots(exposure, 1, random))
    assert seen.shape == (lighting.HEIGHT, lighting.WIDTH, 3)
    assert np.abs(seen.astype(int) - shot).mean() < 6


@pytest.mark.parametrize("snr_db", [-5.0, 5.0, 20.0])
def test_noise_is_mixed_at_the_ratio_that_is_stated(snr_db: float, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = VOICES[0]
    said: list[Sound] = []

    def talk(voice: Voice, seconds: float, random: np.random.Generator) -> Sound:
        said.append(room(seconds, [voice], random))
        return said[-1] / level(said[-1])

    monkeypatch.setattr(hearing, "talk", talk)
    monkeypatch.setattr(hearing, "of", lambda part: [voice])
    monkeypatch.setattr(hearing, "in_a_room", lambda sound, random: sound)
    heard = hearing.mixed(voice, "fan", 3, snr_db, np.random.default_rng(1))
    loud = said[0] / level(said[0])
    gain = np.dot(heard.sound, loud) / np.dot(loud, loud)
    beside = heard.sound - gain * loud
    assert 20 * np.log10(gain / np.sqrt(np.mean(beside**2))) == pytest.approx(snr_db, abs=1)
    assert heard.noisy == (snr_db <= 5)


@pytest.mark.parametrize("name", ["fan", "hum", "traffic", "room"])
def test_made_noise_is_as_long_as_wanted_and_of_one_level(name: str) -> None:
    sound = unit(NOISES[name](3, VOICES[:1], np.random.default_rng(1)))
    assert len(sound) == 3 * RATE
    assert np.sqrt(np.mean(sound**2)) == pytest.approx(1, abs=1e-3)
