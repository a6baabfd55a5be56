"""The check before entry (Rules ¶28, ¶35–38): who waits, for what, and who is let in all the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings import entry_check
from hearings.decide import decide
from hearings.entry_check import HOLDING, MOST, PARTS, WORDS, holds
from hearings.hearing import fold
from hearings.link_test import LinkTried
from hearings.model import Finding
from hearings.office.policies import Policies
from hearings.problems import Refused
from hearings.snapshot import Live, snapshot
from hearings.times import seconds
from tests.hearings.build import AT, act, enter, in_session, new_hearing, opened

GOOD = dict.fromkeys(PARTS, Finding("good"))
FINDINGS = st.dictionaries(
    st.sampled_from(PARTS), st.builds(Finding, st.sampled_from(["good", "poor", "bad", "unmeasured"]))
)


def checked(hearing, seat="party", device="party's phone", **bad):
    found = {**GOOD, **{part: Finding("bad", cause) for part, cause in bad.items()}}
    return fold(entry_check.decide(hearing, seat, device, found, AT), hearing)


def admit(hearing, reason=None, **options):
    return decide(hearing, "admit", "clerk", AT, seat="party", reason=reason, **options)


def refusal(function, *args, **options):
    with pytest.raises(Refused) as refused:
        function(*args, **options)
    return refused.value


@given(FINDINGS, st.sampled_from(["hold", "advise", "off"]))
def test_who_fails_waits_if_the_court_wants_it_and_nobody_else_does(found, mode):
    hearing = opened("party")
    hearing = fold(entry_check.decide(hearing, "party", "party's phone", found, AT), hearing)
    failing = [part for part in HOLDING if part in found and found[part].verdict == "bad"] if mode == "hold" else []
    assert holds(hearing.seats["party"], mode) == failing
    if failing:
        refused = refusal(admit, hearing, entry_check=mode)
        assert (refused.code, refused.paragraph, refused.params["parts"]) == ("check-failed", "37", failing)
    else:
        assert fold(admit(hearing, entry_check=mode), hearing).seats["party"].standing == "admitted"


def test_the_court_lets_somebody_in_all_the_same_and_the_reason_is_kept():
    (event,) = admit(checked(opened("party"), camera="missing"), "The judge knows him")
    assert (event.data["reason"], event.data["failing"]) == ("The judge knows him", ["camera"])


def test_bad_light_and_a_sound_that_is_not_heard_keep_nobody_waiting():
    assert holds(checked(opened("party"), light="backlight", speaker="unheard").seats["party"], "hold") == []


@pytest.mark.parametrize("part", HOLDING)
def test_who_only_listens_waits_for_nothing_but_the_way_down(part):
    hearing = checked(opened("observer"), "observer", "observer's phone", **{part: "noise"})
    assert holds(hearing.seats["observer"], "hold") == (["down"] if part == "down" else [])


@pytest.mark.parametrize("path", ["media", "http"])
def test_only_what_the_media_connections_measured_keeps_somebody_waiting(path):
    hearing = opened("party")
    found = LinkTried(300_000, 300_000, None, path, path).findings(Policies())
    hearing = fold(entry_check.decide(hearing, "party", "party's phone", found, AT), hearing)
    assert found["up"] == Finding("bad" if path == "media" else "poor", path)
    assert holds(hearing.seats["party"], "hold") == (["up", "down"] if path == "media" else [])


@pytest.mark.parametrize(("path", "verdict"), [("media", "good"), ("http", "unmeasured")])
def test_what_goes_fast_over_http_is_not_called_in_order(path, verdict):
    assert LinkTried(5_000_000, 5_000_000, None, path, path).findings(Policies())["up"] == Finding(verdict, path)


def test_what_was_not_measured_keeps_nobody_waiting():
    hearing = opened("party")
    hearing = fold(entry_check.decide(hearing, "party", "party's phone", {}, AT), hearing)
    assert {one.verdict for one in hearing.seats["party"].entry_check.findings.values()} == {"unmeasured"}
    assert admit(hearing)


def test_a_check_that_passes_later_lets_the_person_in():
    hearing = checked(checked(opened("party"), microphone="denied"))
    assert (holds(hearing.seats["party"], "hold"), hearing.seats["party"].entry_check.times) == ([], 2)


def test_the_same_findings_again_change_nothing():
    hearing = checked(opened("party"))
    assert entry_check.decide(hearing, "party", "party's phone", GOOD, AT) == []


def test_the_log_of_a_hearing_is_not_filled_with_checks():
    hearing = opened("party")
    for number in range(MOST):
        hearing = checked(hearing, **({"camera": "busy"} if number % 2 else {}))
    assert refusal(checked, hearing, camera="denied").code == "slow-down"


def test_a_check_is_of_the_device_that_made_it():
    hearing = checked(opened("party"), camera="missing")
    another = enter(hearing, "party", "tablet")
    assert (another.seats["party"].entry_check, holds(another.seats["party"], "hold")) == (None, [])
    assert refusal(checked, another).code == "not-permitted"


def test_a_check_does_not_make_what_the_court_looks_at_another_person():
    hearing = opened("party")
    assert admit(checked(hearing), version=hearing.version)


def test_a_test_session_ends_with_its_checks():
    hearing = checked(enter(act(enter(new_hearing(), "clerk"), "begin_test", by="clerk"), "party"))
    assert act(hearing, "end_test", by="clerk").seats["party"].entry_check is None


@pytest.mark.parametrize(
    ("viewer", "told"), [("judge", True), ("clerk", True), ("technician", True), ("witness", False)]
)
def test_only_the_court_and_the_technician_see_what_was_found(viewer, told):
    hearing = enter(enter(in_session("witness"), "technician"), "party")
    hearing = checked(hearing, noise="hum")
    seats = snapshot(hearing, viewer, f"{viewer}'s phone", seconds(AT), Live())["seats"]
    seen = next(seat["entry_check"] for seat in seats if seat["seat"] == "party")
    assert (seen is not None) == told
    if told:
        assert (seen["holding"], seen["findings"]["noise"]) == (["noise"], {"verdict": "bad", "cause": "hum"})


@given(st.sampled_from(sorted(WORDS)), st.data())
def test_what_is_switched_off_was_not_measured_and_what_is_refused_fails(part, data):
    word = data.draw(st.sampled_from(sorted(WORDS[part])))
    found = WORDS[part][word]
    assert (found.verdict == "bad") == (word in ("denied", "missing", "busy", "frozen", "silent", "unheard"))
    assert found.cause in ("", word)


def test_an_older_version_that_still_takes_part_is_to_be_renewed():
    told = [entry_check.version(client, "1.2.0").verdict for client in ("1.2.0", "1.1.0", "")]
    assert told == ["good", "poor", "unmeasured"]
