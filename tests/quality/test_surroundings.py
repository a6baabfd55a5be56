"""What is shown of light and noise, from look to look."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quality.link import VERDICTS
from quality.surroundings import RECOVER_S, STALE_S, Company, Look, Steady

GOOD, DARK = Look("good", "none"), Look("bad", "dark")
EVERY_S = 0.75


def shown(looks, steady=None, start=0.0):
    steady = steady or Steady()
    for number, one in enumerate(looks):
        steady.look(one, start + EVERY_S * number)
    return steady


def test_one_bad_look_alarms_nobody():
    assert shown([GOOD, GOOD, DARK, GOOD]).shown == GOOD


def test_a_second_bad_look_is_shown_at_once():
    assert shown([GOOD, GOOD, DARK, DARK]).shown == DARK
    assert shown([GOOD, DARK, GOOD, DARK]).shown == DARK


def test_nothing_is_said_after_a_single_look():
    assert shown([GOOD]).shown.verdict == "unmeasured"


def test_it_recovers_once_all_looks_of_some_seconds_were_better():
    steady = shown([DARK] * 4)
    looks = int(RECOVER_S / EVERY_S)
    assert shown([GOOD] * looks, steady, 3.0).shown == DARK
    assert shown([GOOD] * 4, steady, 3.0 + EVERY_S * looks).shown == GOOD


def test_what_is_not_looked_at_any_more_is_not_measured():
    steady = shown([DARK] * 3)
    assert steady.at(1.5 + STALE_S) == DARK
    assert steady.at(1.6 + STALE_S).verdict == "unmeasured"
    assert steady.bad_s(1.6 + STALE_S) == 0


def test_who_is_looked_at_seldom_is_not_forgotten_in_between():
    steady = Steady()
    for at in (0, 12, 24):
        steady.look(DARK, at, every_s=12)
    assert steady.at(35) == DARK


def test_where_nobody_speaks_and_nothing_disturbs_it_is_quiet():
    assert shown([Look("unmeasured", "no-speech")] * 3).shown == Look("good", "no-speech")


def test_a_microphone_that_gives_nothing_says_nothing_of_the_noise():
    assert shown([Look("unmeasured", "silent")] * 3).shown == Look("unmeasured", "silent")


def test_what_lies_between_two_causes_keeps_the_one_that_is_shown():
    steady, backlight = Steady(), Look("bad", "backlight")
    looks = [DARK, DARK, *[backlight, DARK] * 9]
    causes = [shown([one], steady, EVERY_S * at).shown.cause for at, one in enumerate(looks)]
    assert set(causes[1:]) == {"dark"}
    assert shown([backlight] * 3, steady, 20.0).shown == backlight


def test_why_it_is_not_measured_is_forgotten_too():
    steady = shown([Look("unmeasured", "silent")])
    assert steady.at(STALE_S) == Look("unmeasured", "silent")
    assert steady.at(STALE_S + 0.1) == Look("unmeasured", "no-sample")


def test_for_how_long_it_is_bad_counts_from_when_it_is_shown():
    steady = shown([GOOD, GOOD, DARK, DARK])
    assert steady.bad_s(13 * EVERY_S) == 10 * EVERY_S


looks = st.builds(Look, st.sampled_from(["good", "poor", "bad", "unmeasured"]), st.sampled_from(["a", "b"]))


@given(st.lists(st.tuples(looks, st.floats(0.1, 20)), max_size=40))
def test_it_is_never_shown_worse_than_two_of_the_last_looks_said(steps):
    steady, now, seen = Steady(), 0.0, []
    for one, passed in steps:
        now += passed
        steady.look(one, now)
        seen.append(one)
        if steady.shown.verdict != "unmeasured":
            level = VERDICTS.index(steady.shown.verdict)
            assert level == 0 or sum(x.verdict in VERDICTS[level:] for x in seen) >= 2


@given(st.lists(looks, min_size=1, max_size=40))
def test_two_bad_looks_in_a_row_are_always_shown(before):
    assert shown([*before, DARK, DARK]).shown.verdict == "bad"


def test_a_second_face_is_a_sign_after_three_looks_of_four():
    company = Company()
    for at, faces in enumerate([1, 2, 1, 2]):
        company.look(faces, at)
    assert not company.at(3)
    company.look(2, 4)
    assert company.at(4)
    assert not company.at(20)


def test_a_second_face_stays_a_sign_between_looks_that_are_seldom():
    company = Company()
    for at in range(4):
        company.look(2, 9 * at, every_s=9)
    assert company.at(27 + 9)
    assert not company.at(27 + 30)
