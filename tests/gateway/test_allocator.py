from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.allocator import HEADROOM, RANK, Level, Want, allocate, cost, cramped, redundancy, starved, wanted_bps

LOW, HIGH, AUDIO = 150e3, 900e3, 40e3


def room(*, speaker: str = "witness", now: Level = "high", most: Level = "high") -> list[Want]:
    seats = ("judge", "party-1", "witness")
    return [Want(seat, LOW, HIGH, seat == speaker, now, most) for seat in seats]


def levels(budget: float, wants: list[Want]) -> list[Level]:
    granted = allocate(budget, AUDIO * len(wants), wants)
    return [granted[want.seat] for want in wants]


def test_with_enough_for_all_everything_is_high():
    assert levels(3 * (AUDIO + HIGH), room()) == ["high", "high", "high"]


def test_sound_is_paid_before_any_picture():
    assert levels(3 * AUDIO + LOW - 1, room()) == ["paused", "paused", "paused"]


def test_the_speaker_comes_first_then_the_judge():
    assert levels(3 * AUDIO + LOW, room()) == ["paused", "paused", "low"]
    assert levels(3 * AUDIO + HIGH, room()) == ["paused", "paused", "high"]
    assert levels(3 * AUDIO + HIGH + LOW, room()) == ["low", "paused", "high"]
    assert levels(3 * AUDIO + HIGH + 2 * LOW, room()) == ["low", "low", "high"]
    assert levels(3 * AUDIO + 2 * HIGH + LOW, room()) == ["high", "low", "high"]


def test_the_others_get_low_where_the_speaker_cannot_get_high():
    assert levels(3 * AUDIO + 3 * LOW, room()) == ["low", "low", "low"]


def test_who_does_not_judge_sees_the_others_before_the_speaker_large():
    granted = allocate(3 * AUDIO + HIGH + LOW, 3 * AUDIO, room(), judging=False)
    assert granted == {"judge": "low", "party-1": "low", "witness": "low"}


def test_a_speaker_who_is_not_seen_is_urgent_and_another_is_not():
    wants = room()
    assert starved({"judge": "low", "party-1": "low", "witness": "paused"}, wants)
    assert not starved({"judge": "paused", "party-1": "paused", "witness": "low"}, wants)


def test_where_nobody_speaks_everybody_who_is_not_seen_is_urgent():
    assert starved({"judge": "low", "party-1": "paused", "witness": "low"}, room(speaker="nobody"))


def test_without_a_speaker_the_judge_comes_first():
    assert levels(3 * AUDIO + LOW, room(speaker="nobody")) == ["low", "paused", "paused"]


def test_going_up_needs_headroom_and_staying_does_not():
    budget = 3 * AUDIO + 3 * HIGH
    assert levels(budget, room(now="high")) == ["high", "high", "high"]
    assert levels(budget, room(now="low")) == ["high", "low", "high"]
    assert levels(budget * HEADROOM + 1, room(now="low")) == ["high", "high", "high"]


def test_a_new_speaker_takes_the_place_of_another_picture_without_headroom():
    wants = [Want("judge", LOW, HIGH, now="high"), Want("witness", LOW, HIGH, speaker=True, now="low")]
    assert levels(2 * AUDIO + HIGH + LOW, wants) == ["low", "high"]


def test_while_a_queue_is_gone_for_the_speaker_stays_and_the_others_make_room():
    pictures = [Want("speaker", LOW, HIGH, speaker=True, now="low"), Want("other", LOW, HIGH, now="low")]
    enough = 2 * AUDIO + LOW
    assert allocate(enough - 1, 2 * AUDIO, pictures) == {"speaker": "paused", "other": "paused"}
    assert allocate(enough - 1, 2 * AUDIO, pictures, lasting_bps=enough) == {"speaker": "low", "other": "paused"}
    absent = [Want("speaker", LOW, HIGH, speaker=True), Want("other", LOW, HIGH)]
    assert allocate(enough - 1, 2 * AUDIO, absent, lasting_bps=2 * enough) == {"speaker": "paused", "other": "paused"}


def test_a_small_screen_is_not_sent_what_it_cannot_show():
    assert levels(1e9, room(most="low")) == ["low", "low", "low"]


def test_a_picture_without_layers_costs_what_it_is():
    single = [Want("judge", 0.0, HIGH, now="high")]
    assert levels(AUDIO + HIGH, single) == ["high"]
    assert levels(AUDIO + HIGH - 1, single) == ["paused"]


def test_a_camera_that_is_off_is_not_paused_for_want_of_bandwidth():
    assert levels(0.0, [Want("judge", 0.0, 0.0)]) == ["high"]


def test_what_to_probe_for_is_enough_for_everything():
    wants = room(now="paused")
    assert levels(wanted_bps(3 * AUDIO, wants) + 1, wants) == ["high", "high", "high"]


rates = st.floats(0, 2e6)
level = st.sampled_from(["high", "low", "paused"])
some = st.lists(st.builds(Want, st.uuids().map(str), rates, rates, st.just(False), level, level), max_size=8)


@given(st.floats(0, 2e7), rates, some, st.integers(0, 8))
def test_the_budget_is_kept_by_pictures_and_nobody_gets_more_than_is_of_use(budget, sound, wants, speaking):
    wants = [replace(want, speaker=index == speaking) for index, want in enumerate(wants)]
    granted = allocate(budget, sound, wants)
    spent = sum(cost(want, granted[want.seat]) for want in wants)
    assert spent <= max(budget - sound, 0.0) + 1
    assert all(RANK[granted[want.seat]] <= RANK[want.most] for want in wants)


@given(st.floats(2e5, 2e7), some)
def test_a_budget_that_wavers_by_a_tenth_makes_no_picture_flap(budget, wants):
    def settle(rate: float, levels: dict[str, Level]) -> dict[str, Level]:
        return allocate(rate, AUDIO * len(wants), [replace(want, now=levels[want.seat], most="high") for want in wants])

    wants = [replace(want, low_bps=LOW, high_bps=HIGH) for want in wants]
    high = settle(budget * 1.1, settle(budget * 1.1, {want.seat: "paused" for want in wants}))
    assert settle(budget * 1.1, settle(budget, high)) == high


def test_silence_makes_room_where_all_sound_and_one_picture_do_not_fit():
    assert cramped(3 * AUDIO + LOW, 3 * AUDIO, room())
    assert not cramped(HEADROOM * (3 * AUDIO + LOW), 3 * AUDIO, room())
    assert cramped(3 * AUDIO, 3 * AUDIO, [])


def test_redundancy_takes_what_is_left_of_its_share_and_none_where_nothing_is():
    costs = [AUDIO, 2 * AUDIO, 3 * AUDIO]
    assert [redundancy(budget, costs) for budget in (AUDIO, 4 * AUDIO, 1e6)] == [0, 1, 2]
