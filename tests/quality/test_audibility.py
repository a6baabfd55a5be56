"""The ledger's score, its window and its file, with bare numbers."""

from __future__ import annotations

import contextlib
import math
import resource
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.audibility.book import NAME, Book, Line, read
from quality.audibility.ledger import LATE_S, NETWORK_S, OPEN, WINDOW, Ledger
from quality.audibility.playback import LAP_S, Clock, Playback
from quality.audibility.score import Heard, Pair, score
from quality.audibility.summary import LOOKS, summary


def second(played=1.0, acked=50, forwarded=50, sent=50, received=50, **pair):
    return Heard(sent, received, Pair(forwarded, acked, pair.pop("repaired", 0), played=played, **pair))


def test_speech_that_came_and_was_played_whole_is_all_of_it():
    of = score([second()] * 20)
    assert (of.seconds, of.share, of.acknowledged, of.cause, of.contradiction) == (20, 100, 100, None, None)


def test_what_was_made_up_for_lost_packets_was_not_played():
    of = score([second(played=0.59, acked=32)] * 20)
    assert (of.share, of.cause, of.contradiction) == (59, "downlink", None)


HEARD = st.builds(
    second, played=st.none() | st.floats(0, 1.2), acked=st.integers(0, 50), sent=st.integers(0, 60),
    sound=st.sampled_from(["on", "muted"]),
)  # fmt: skip


@given(st.lists(HEARD, min_size=1, max_size=3 * WINDOW))
def test_a_sum_that_is_made_as_lines_come_is_that_of_the_whole(rows):
    lines = (Line(float(t), "party", row.sent, row.received, {"judge": row.pair}) for t, row in enumerate(rows))
    (found,) = summary(lines)
    told = [row for row in rows if row.pair.played is not None]
    looks = [*range(LOOKS, len(rows), LOOKS), len(rows)]
    parted = [score(rows[max(at - WINDOW, 0) : at]).contradiction is not None for at in looks]
    assert (found.seconds, found.unknown) == (len(rows), len(rows) - len(told))
    assert found.share == (score(told).share if told else None)
    assert found.contradictions == sum(now and not before for before, now in pairwise([False, *parted]))


def test_a_contradiction_of_eight_seconds_is_one_wherever_it_begins():
    for before in range(40):
        rows = [second()] * before + [second(played=0.0)] * 8 + [second()] * 40
        (found,) = summary(
            Line(float(t), "party", row.sent, row.received, {"judge": row.pair}) for t, row in enumerate(rows)
        )
        assert (found.contradictions, found.delivered) == (1, 100)


def test_what_arrived_in_a_silence_that_is_told_of_later_was_delivered():
    quiet = [second(played=None, acked=0, silent=True)] * 6
    rows = [second(played=None)] * 15 + quiet + [second(played=None, after=100)] + [second(played=None)] * 10
    told = (Line(float(t), "party", row.sent, row.received, {"judge": row.pair}) for t, row in enumerate(rows))
    assert summary(told)[0].delivered == 100


def test_of_who_reports_nothing_there_is_what_was_delivered():
    rows = [second(played=None, acked=25)] * 30
    (found,) = summary(
        Line(float(t), "party", row.sent, row.received, {"judge": row.pair}) for t, row in enumerate(rows)
    )
    assert (found.share, found.delivered) == (None, 50)


def test_without_reports_it_is_not_known():
    of = score([second(played=None)] * 10)
    assert (of.share, of.acknowledged) == (None, 100)


def test_reports_of_less_than_half_of_the_speech_say_nothing_of_it():
    assert score([second()] * 4 + [second(played=None)] * 6).share is None


def test_what_was_played_while_the_sound_was_off_was_played_to_nobody():
    of = score([second(sound="muted")] * 10 + [second()] * 10)
    assert (of.share, of.cause, of.contradiction) == (50, "muted", None)


def test_what_the_speakers_own_link_lost_is_said_so():
    assert score([second(played=0.6, received=30, forwarded=30, acked=30)] * 20).cause == "uplink"


def test_who_says_to_have_played_much_less_than_arrived_is_marked():
    assert score([second(played=0.1)] * 20).contradiction == "less"


def test_who_says_to_have_played_what_never_arrived_is_marked():
    assert score([second(acked=0)] * 20).contradiction == "more"
    assert score([second(impossible=True)]).contradiction == "more"


def test_who_says_to_have_played_through_an_outage_is_marked_whatever_copies_came_before_and_after():
    there, gone = second(played=1.0, redundancy=5), second(played=1.0, acked=0)
    assert score([there] * 5 + [gone] * 10 + [there] * 5).contradiction == "more"
    told = [second(played=0.0, acked=0)] * 10
    assert score([there] * 5 + told + [there] * 5).contradiction is None


def test_an_acknowledgement_that_comes_later_is_no_contradiction():
    rows = [second(acked=0), second(acked=0), second(acked=150, forwarded=150)] * 6
    assert score(rows).contradiction is None


def test_who_played_while_its_link_up_alone_was_silent_is_not_marked():
    quiet = [second(acked=0, silent=True)] * 8
    assert score([second()] * 6 + quiet + [second()] * 5).contradiction is None  # not told yet
    assert score([second()] * 6 + quiet + [second(after=100)] * 5).contradiction is None
    assert score([second()] * 6 + quiet + [second(after=100)] * 5).acknowledged == 100


def test_who_says_to_have_played_what_the_report_after_a_silence_says_lost_is_marked():
    quiet = [second(acked=0, silent=True)] * 8
    assert score([second()] * 6 + quiet + [second(), second(after=0)] * 3).contradiction == "more"


def test_a_silence_that_is_told_of_does_not_speak_for_the_next():
    quiet = [second(acked=0, silent=True)] * 6
    rows = quiet + [second(after=100)] * 3 + quiet + [second(after=0)] * 5
    assert score(rows).contradiction == "more"


def test_packets_that_were_sent_again_in_vain_are_not_held_against_the_listener():
    of = score([second(played=0.4, acked=20, repaired=60)] * 20)
    assert (of.share, of.cause, of.contradiction) == (40, "downlink", None)


def test_copies_in_other_packets_explain_what_is_played_beyond_what_arrived():
    rows = [second(acked=34, redundancy=3)] * 20
    assert (score(rows).share, score(rows).contradiction) == (100, None)


def test_what_arrives_late_for_its_turn_is_no_contradiction():
    assert score([second(played=0.8)] * 20).contradiction is None


rows = st.builds(
    second, played=st.none() | st.floats(0, 2), acked=st.integers(0, 120), forwarded=st.integers(0, 60),
    sent=st.integers(0, 60), received=st.integers(0, 60), repaired=st.integers(0, 60), redundancy=st.integers(0, 5),
    sound=st.sampled_from(["on", "muted", "blocked"]), impossible=st.booleans(), silent=st.booleans(),
    after=st.none() | st.integers(0, 100),
)  # fmt: skip


@given(st.lists(rows, min_size=1, max_size=30))
def test_a_score_is_per_cent_whatever_was_counted(heard):
    of = score(heard)
    assert of.share is None or 0 <= of.share <= 100
    assert 0 <= of.acknowledged <= 100


@given(st.lists(st.floats(0, 1), min_size=5, max_size=20))
def test_the_share_is_what_was_played_of_what_was_said(played):
    of = score([second(played=each) for each in played])
    assert of.share == pytest.approx(100 * sum(played) / len(played), abs=1.01)


# Playback


def playing(*reports, delay=0.0):
    """Of reports of a time, the seconds played until then and made up until then."""
    playback = Playback()
    for at, played, concealed in reports:
        playback.take(at, played, concealed, "on", delay)
    return playback


def of(playback, *spans):
    return [pytest.approx(playback.between(*span).played, abs=1e-6) for span in spans]


def test_where_nobody_knows_the_order_played_and_lost_take_turns():
    playback = playing((10, 100, 0), (12, 101, 1))
    told = playback.between(10.5, 11.5)
    assert (told.played, told.concealed, told.impossible) == (
        pytest.approx(0.5, abs=0.11),
        pytest.approx(0.5, abs=0.11),
        False,
    )


def test_a_hole_is_where_playing_stopped_and_until_it_began_again():
    reports = ((1, 1), (2, 2), (3, 2.25), (4, 2.25), (5, 2.75), (6, 3.75))
    playback = playing(*((at, played, at - played) for at, played in reports))
    spans = ((2, 2.25), (2.25, 3), (4, 4.5), (4.5, 5), (5, 5.5))
    assert of(playback, *spans) == [0.25, 0, 0, 0.5, 0.5]
    assert [playback.between(*span).concealed for span in spans] == pytest.approx([0, 0.75, 0.5, 0, 0])


def test_what_is_played_slower_and_then_faster_was_all_played():
    """As a jitter buffer does that waits for what an outage holds back."""
    pace = (1, 1, 0.85, 0.55, 1.2, 1.4, 1, 1)
    playback = playing(*((at, sum(pace[:at]), 0) for at in range(len(pace) + 1)), delay=0.5)
    assert of(playback, *((at, at + 1) for at in range(7))) == [1] * 7


def test_what_was_made_up_while_what_came_late_was_waited_for_was_not_lost():
    """A second without network; all of it is sent again, and played 0.6 s later, the queue made up for after that."""
    reports = ((0, 0, 0), (1, 1, 0), (2, 1.4, 0.6), (3, 2.4, 0.6), (4, 3.7, 0.6), (5, 5, 0.6), (6, 6, 0.6), (7, 7, 0.6))
    assert of(playing(*reports, delay=0.2), *((at, at + 1) for at in range(6))) == [1] * 6


def test_of_an_outage_what_did_not_come_in_the_end_is_lost_and_no_more():
    reports = (
        (0, 0, 0),
        (1, 1, 0),
        (2, 1.2, 0.8),
        (3, 1.2, 1.8),
        (4, 1.2, 2.8),
        (5, 2.6, 3.1),
        (6, 3.8, 3.1),
        (7, 4.8, 3.1),
    )
    playback = playing(*reports, delay=0.2)
    assert sum(playback.between(at, at + 1).played for at in range(6)) == pytest.approx(3.8)
    assert of(playback, (0, 1)) == [1]


def held(*reports):
    """Of reports of a second each, seconds played and made up, the delay, and by how much the place went on."""
    playback, told, lost, place = Playback(), 0.0, 0.0, 5000.0
    for at, (played, made_up, delay, *further) in enumerate(reports):
        told, lost, place = told + played, lost + made_up, place + sum(further)
        playback.take(at, told, lost, "on", delay, place if further else None)
    return playback


def test_what_was_sent_again_and_waited_for_less_tells_no_shorter_delay():
    calm = [(1, 0, 1)] * 4
    for late in ((0.6, 0.8, 1, 1), (0.6, 0.67, 0.74, 0.81, 1, 1)):
        playback = held(*calm, (0, 1, None), (0, 1, None), *((1, 0, delay) for delay in late))
        assert sum(playback.between(at, at + 1).played for at in range(7)) == pytest.approx(5)


def test_what_is_passed_over_after_a_hole_so_that_the_delay_becomes_shorter_was_lost():
    playback = held(*[(1, 0, 1)] * 4, (0, 1, None), (0, 1, None), *[(1, 0, 0.8)] * 3)
    assert sum(playback.between(at, at + 1).played for at in range(6)) == pytest.approx(6 - 2.2)


def test_where_playing_stands_still_and_no_counter_says_why_nothing_was_played():
    """A browser that stops its counters while it may not play, a laptop that slept, or a client that was altered."""
    playback = held(*[(1, 0, 0)] * 2, *[(0, 0, None)] * 9, *[(1, 0, 0)] * 3)
    assert of(playback, *((at, at + 1) for at in range(12))) == [1] + [0] * 9 + [1] * 2
    slept = playing((0, 0, 0), (1, 1, 0), (21, 1, 0), (22, 2, 0), (23, 3, 0))
    assert of(slept, (2, 20), (21, 22)) == [0, 1]
    assert playing((0, 0, 0), (1, 1, 0), (31, 16, 0.2), (32, 17, 0.2), (33, 18, 0.2)).between(5, 15) is None


def test_a_little_loss_is_not_lost_in_a_delay_that_wavers():
    playback = held(*[(0.96, 0.04, delay) for delay in 12 * (0.1, 0.1, 0.2)])
    assert sum(playback.between(at, at + 1).played for at in range(2, 32)) == pytest.approx(0.96 * 30, abs=0.2)


WELL = [(1, 0, 0.1, 1)] * 5


def test_the_place_that_is_played_says_in_which_second_something_was_lost():
    """Made up for 0.3 s, and then 0.4 s are passed over."""
    playback = held(*WELL, (0.7, 0.3, 0.3, 0.7), (0.9, 0.1, 0.3, 1.3), (0.8, 0.2, 0.1, 1), (0.8, 0.2, 0.1, 1))
    played = [playback.between(at - 0.1, at + 0.9).played for at in range(3, 7)]
    assert played == pytest.approx([1, 0.7, 0.9, 0.8], abs=0.02)
    assert sum(played) == pytest.approx(1 + 0.7 + 0.9 + 0.8, abs=0.02)


def test_what_was_passed_over_without_a_sound_made_up_was_lost():
    """A second that is missing in what a long delay has kept; a shorter delay alone would not say which it was."""
    playback = held(*[(1, 0, 1, 1)] * 5, (1, 0, 0.6, 1.8), *[(1, 0, 0.2, 1)] * 4)
    assert playback.between(3, 4.8).played == pytest.approx(1, abs=0.02)


def test_in_a_hole_nothing_is_played_and_what_was_played_last_stands_still():
    """What an outage held back is played later, but for a second."""
    hole = [(0.5, 0.5, 0.1, 0.5), *[(0, 1, None, 0)] * 2]
    playback = held(*WELL, *hole)
    assert of(playback, (5, 6)) == [0]
    playback = held(*WELL, *hole, (0.5, 0.5, 0.5, 1.5), (1.2, 0, 1.5, 1.2), *[(1, 0, 1.9, 1)] * 3)
    assert sum(playback.between(at - 0.1, at + 0.9).played for at in range(2, 8)) == pytest.approx(5, abs=0.02)


def test_who_claims_to_have_played_where_its_own_place_stood_still_has_claimed_it():
    """It is held against what the transport acknowledged, as if there were no place."""
    playback = held(*WELL, *[(1, 0, 0.1, 0)] * 7, (1, 0, 0.1, 8), *[(1, 0, 0.1, 1)] * 3)
    assert sum(playback.between(at - 0.1, at + 0.9).played for at in range(3, 13)) == pytest.approx(10, abs=0.02)


def test_a_microphone_that_stood_still_takes_rtp_time_with_it():
    playback = held(*WELL, *[(0, 1, None, 0)] * 3, *[(1, 0, 0.1, 1)] * 8, (0.5, 0.5, 0.1, 1), *[(1, 0, 0.1, 1)] * 4)
    assert [round(playback.between(at - 0.1, at + 0.9).played, 2) for at in range(8, 18)] == [1] * 7 + [0.5, 1, 1]


def test_a_place_in_a_hole_is_no_end_of_what_was_lost():
    """What delays say may waver by 0.1 s in each report; nothing is lost by that."""
    playback = held(*WELL, (1, 0, 0.1, 1), (1, 0, 0.2), (1, 0, 0.1), (1, 0, 0.1), *[(1, 0, 0.1)] * 4)
    assert sum(playback.between(at, at + 1).played for at in range(3, 11)) == pytest.approx(8, abs=0.02)


def test_a_hole_goes_on_where_playing_broke_off():
    """At 5 it breaks off after 0.5 s; of the next report 0.9 s are passed over, 0.6 s played, and so on."""
    playback = held(*WELL, (0.5, 0.5, 0.1, 0.5), (0.6, 0.4, 0.1, 1.5), *[(0.8, 0.2, 0.1, 1)] * 3)
    assert of(playback, (4.4, 5.3), (5.3, 5.9)) == [pytest.approx(0, abs=1e-6), pytest.approx(0.6, abs=1e-6)]


def with_holes(*holes, played=(0.5,), begins=0.0):
    """Five seconds all is well, then as much of each second is played; ``holes`` are seconds since the first report.
    A function: what was played of what was said between two of these seconds."""
    playback, told, lost, at = Playback(), 0.0, 0.0, -1
    for share in (*[1] * 6, *played, *[1] * 4):
        told, lost, at = told + share, lost + 1 - share, at + 1
        ends = [tuple((begins + end) % LAP_S for end in hole) for hole in holes]
        playback.take(at, told, lost, "on", 0.1, (begins + at) % LAP_S, ends)
    return lambda start, end: pytest.approx(playback.between(start - 0.1, end - 0.1).played, abs=1e-6)


def test_what_was_lost_was_lost_in_the_holes_that_are_told():
    of = with_holes((5.2, 5.4), (5.6, 5.9))
    assert [of(5, 5.2), of(5.2, 5.4), of(5.4, 5.6), of(5.6, 5.9), of(5.9, 6)] == [0.2, 0, 0.2, 0, 0.1]


def test_a_hole_that_was_seen_to_end_late_ends_once_all_that_was_lost_is_in_it():
    of = with_holes((5.2, 5.8))
    assert [of(5, 5.2), of(5.2, 5.7), of(5.7, 6)] == [0.2, 0, 0.3]


def test_what_no_hole_holds_was_lost_beside_them():
    assert [with_holes((5.2, 5.5))(*span) for span in ((5, 5.2), (5.2, 5.5), (5.5, 6))] == [
        pytest.approx(0.2 * 0.5 / 0.7), 0, pytest.approx(0.5 * 0.5 / 0.7),
    ]  # fmt: skip
    assert with_holes()(5.3, 5.7) == 0.2


def test_a_hole_over_two_reports_is_in_both():
    of = with_holes((5.5, 6.5), played=(0.5, 0.5))
    assert [of(5, 5.5), of(5.5, 6), of(6, 6.5), of(6.5, 7)] == [0.5, 0, 0, 0.5]


def test_where_the_holes_are_reports_that_were_lost_are_not_missed():
    playback = Playback()
    for at, played in (*((at, at) for at in range(6)), (26, 26 - 3.2), *((at, at - 3.2) for at in range(27, 30))):
        playback.take(at, played, at - played, "on", 0.1, at, [(7.2, 9.4), (20, 21)])
    assert of(playback, (4.9, 7.1), (7.1, 9.3), (9.3, 19.9), (19.9, 20.9), (20.9, 26)) == [2.2, 0, 10.6, 0, 5.1]


def test_an_outage_that_is_not_over_goes_on_where_playing_broke_off():
    """Reports were lost; the first that comes tells of a place that stands still, and then there are other counters."""
    told = [(at, at, at) for at in range(6)] + [(13, 7, 7)]
    for more in ([], [(14, 1, 90)]):
        playback = Playback()
        for at, played, place in told + more:
            if place == 90:
                playback.anew()
            playback.take(at, played, at - played, "on", 0.1, place, [])
        assert of(playback, (4.9, 6.9), (6.9, 12.8)) == [2, 0]


def test_holes_that_do_not_hold_what_a_long_gap_lost_explain_nothing():
    playback = Playback()
    for at, played in (*((at, at) for at in range(6)), (15, 10), *((at, at - 5) for at in range(16, 19))):
        playback.take(at, played, at - played, "on", 0.1, at, [(8, 9)])
    assert playback.between(6, 14) is None


def test_no_report_makes_more_pieces_than_there_is_room_for():
    playback = Playback()
    for number in range(400):
        at, holes = number / 20, [(number / 20 + n / 3000, number / 20 + n / 3000 + 0.0001) for n in range(60)]
        playback.take(at, at / 2, at / 2, "on", 0.1, at, holes)
    assert len(playback._laid) <= 2 * 400


def test_holes_are_told_in_rtp_time_that_begins_anew():
    of = with_holes((5.2, 5.7), begins=LAP_S - 5.5)
    assert [of(5, 5.2), of(5.2, 5.7), of(5.7, 6)] == [0.2, 0, 0.3]


@given(st.lists(st.tuples(st.floats(0, 2 * LAP_S), st.floats(0, 2 * LAP_S)), max_size=9), st.floats(0, 1))
def test_holes_say_where_something_was_lost_and_never_how_much(holes, share):
    assert with_holes(*holes, played=(share,))(5, 6) == pytest.approx(share, abs=1e-6)


def test_rtp_time_begins_anew_and_nothing_is_lost():
    playback = Playback()
    for at in range(12):
        playback.take(at, at, 0, "on", 0.1, (LAP_S - 5.5 + at) % LAP_S)
    assert of(playback, *((at, at + 1) for at in range(10))) == [1] * 10


def test_a_place_that_nobody_can_be_at_is_passed_over():
    honest = held(*[(1, 0, 0.1)] * 5, (0.2, 0.8, 0.1), *[(1, 0, 0.1)] * 4)
    for place in (1e9, -1e9, 30, -30):
        claimed = held(*WELL, (0.2, 0.8, 0.1, place), *[(1, 0, 0.1, 1)] * 4)
        assert of(claimed, *((at, at + 1) for at in range(8))) == [honest.between(at, at + 1).played for at in range(8)]


def test_what_is_laid_out_does_not_overlap():
    playback = held(*[(1, 0, 0.1), (0.3, 0.7, 0.4), (1.2, 0, 0.2), (1, 0, 0.9), (0.5, 0.1, 0.3)] * 6)
    playback.between(1, 2)
    pieces = [*playback._laid, *playback._tail]
    assert all(abs(after.start - before.end) < 1e-6 or after.start > before.end for before, after in pairwise(pieces))


def test_a_longer_delay_moves_what_was_said_and_loses_nothing():
    playback = Playback()
    for at, played, delay in ((1, 1, 0.1), (2, 2, 0.1), (3, 2.6, 0.3), (4, 3.6, 0.5), (5, 4.6, 0.5)):
        playback.take(at, played, 0, "on", delay)
    assert of(playback, (0.95, 1.9), (1.9, 3.5), (3.5, 4.5)) == [0.95, 1.6, 1]


def test_nothing_is_said_before_the_first_after_the_last_or_across_a_long_gap():
    playback = playing((10, 10, 0), (11, 11, 0), (20, 15, 5), (21, 16, 5))
    assert [playback.between(*span) for span in ((9, 10), (20.5, 21.5), (12, 13))] == [None] * 3
    assert playback.between(20, 21).played == 1


def test_who_claims_to_have_played_all_or_nothing_of_a_long_gap_has_said_so():
    assert of(playing((10, 10, 0), (30, 30, 0), (31, 31, 0)), (12, 22)) == [10]
    assert of(playing((10, 10, 0), (30, 10, 20), (31, 11, 20)), (12, 22)) == [0]
    assert playing((10, 10, 0), (60, 60, 0), (61, 61, 0)).between(12, 22) is None


def test_what_was_lost_is_known_once_all_is_well_again_or_after_a_while():
    playback = playing((0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 3.2, 0.8), (5, 4.1, 0.9))
    assert [playback.told(came) for came in (1.0, 1.5, 4.0)] == [True, False, False]
    assert playback.reaches(5.0)
    for at in (6, 7, 8):
        playback.take(at, at - 0.9, 0.9, "on", 0.0)
    assert [playback.told(came) for came in (6.0, 6.5)] == [True, False]
    for at in range(9, 19):
        playback.take(at, 7.1 + (at - 8) / 2, 0.9 + (at - 8) / 2, "on", 0.0)
    assert [playback.told(came) for came in (12.0, 12.5)] == [True, False]


def test_counters_that_begin_anew_are_no_loss():
    playback = playing((1, 500, 0), (2, 501, 0), (3, 0, 0), (4, 1, 0), (5, 2, 0))
    assert playback.between(3.5, 4.5).played == 1


def test_what_was_told_before_counters_began_anew_is_not_forgotten():
    playback = playing((1, 500, 0), (2, 500.5, 0.5), (3, 0, 0), (4, 1, 0))
    assert of(playback, (1, 2), (3, 4)) == [0.5, 1]
    assert playback.between(1.5, 3.5) is None


def test_a_clock_that_was_set_back_with_the_counters_is_followed():
    assert playing((100, 500, 0), (101, 501, 0), (1, 0, 0), (2, 1, 0)).between(1, 2).played == 1


def test_nobody_plays_an_hour_in_a_second():
    playback = playing((1, 0, 0), (2, 3600, 0), (3, 3601, 0))
    assert playback.between(1, 2).impossible
    assert playback.between(1, 2).played <= 1
    assert not playback.between(2.5, 3).impossible


figures = st.tuples(st.floats(0.1, 3), st.floats(0, 3), st.floats(0, 3), st.floats(0, 3), st.none() | st.floats(-1, 3))


def test_after_an_hour_it_is_as_at_the_beginning():
    playback = playing(*((at, at, 0) for at in range(3600)), (3600, 3599, 1), (3601, 3600, 1), (3602, 3601, 1))
    assert of(playback, (3590, 3591), (3599, 3600)) == [1, 0]


@given(st.lists(figures, min_size=3, max_size=80), st.floats(0, 30), st.floats(0.1, 10))
def test_whatever_is_reported_what_was_played_is_bounded(reports, start, length):
    playback, sums = Playback(), [0.0, 0.0, 0.0]
    for *more, delay, beside in reports:
        sums = [before + one for before, one in zip(sums, more, strict=True)]
        playback.take(*sums, "on", delay, None if beside is None else sums[0] - beside)
    told = playback.between(start, start + length)
    assert told is None or 0 <= told.played <= length + 1e-6
    assert told is None or told.played + told.concealed == pytest.approx(length, abs=1e-3)
    assert told is not None or start + length > sums[0] - 2 or start < 3.1 or sums[0] - start > 60


def test_a_clock_is_told_by_the_report_that_was_quickest():
    clock = Clock()
    assert [clock.ours(5, 105.4), clock.ours(6, 106.1), clock.ours(7, 107.9)] == pytest.approx([105.4, 106.1, 107.1])


# The live window


def event(seat="party-1", to=("judge",), **counted):
    pair = {"forwarded": 50, "acked": 50, "repaired": 0, "redundancy": 0, "silent": False, "after": None}
    return {
        "event": "audibility", "hearing": "h", "seat": seat, "span_s": 1.0, "voiced": 40, "sent": 50, "received": 50,
        "to": dict.fromkeys(to, pair | counted),
    }  # fmt: skip


class Sitting:
    """A speaker who goes on, and a listener who reports; ``share`` of each second is played."""

    def __init__(self):
        self.ledger = Ledger()
        self.now = 0.0
        self.played = 0.0
        self.rows = []
        self.delays = iter(())

    def run(self, seconds, share=1.0, **counted):
        for _ in range(seconds):
            self.now += 1
            self.played += share
            self.ledger.delivered(event(**counted), "s", self.now)
            figures = {"played_s": self.played, "concealed_s": self.now - self.played}
            figures["delay_s"] = next(self.delays, None)
            self.ledger.reported("judge", "c", {"at": 1000 * self.now, "seats": {"party-1": figures}}, self.now + 0.05)
            self.rows += self.ledger.settle(self.now + 0.1)
        return self.ledger.troubles(self.now)


def test_nothing_is_told_while_all_is_well():
    assert Sitting().run(60) == []


def test_a_listener_who_gets_little_is_told_once_it_lasts_and_until_it_is_well_again():
    sitting = Sitting()
    sitting.run(20)
    assert sitting.run(3, 0.3, acked=15) == []
    (trouble,) = sitting.run(17, 0.3, acked=15)
    assert (trouble.speaker, trouble.listener, trouble.score.seconds) == ("party-1", "judge", 20)
    assert trouble.score.share == pytest.approx(35, abs=5)
    assert sitting.run(25) == []


def reports(ledger, now, *figures, connection="c"):
    """What the judge's device tells at ``now`` of the time and seconds played, all at once."""
    for at, played in figures:
        told = {"party-1": {"played_s": played, "concealed_s": at - played}}
        ledger.reported("judge", connection, {"at": 1000 * at, "seats": told}, now)


def test_a_second_is_when_media_says_however_late_it_is_told():
    ledger = Ledger()
    reports(ledger, 0.0, (0, 0))
    reports(ledger, 3.0, (1, 1), (2, 1), (3, 1))
    ledger.delivered(event() | {"at": 1.0}, "s", 2.4)
    (row,) = ledger.settle(math.inf)
    assert (row.at, row.to["judge"].played) == (1.0, 0.75)


def test_a_second_waits_for_its_report_and_not_for_ever():
    ledger = Ledger()
    reports(ledger, 0.0, (0, 0))
    ledger.delivered(event(), "s", 1.0)
    assert ledger.settle(LATE_S) == []
    (row,) = ledger.settle(1.0 + LATE_S)
    assert row.to["judge"].played is None


def test_reports_that_an_outage_held_back_are_kept_of_the_seconds_that_they_are_about():
    ledger = Ledger()
    reports(ledger, 0.0, (0, 0))
    rows = []
    for now in range(1, 15):
        ledger.delivered(event(acked=50 if now < 3 or now > 8 else 0), "s", now)
        rows += ledger.settle(now)
    reports(ledger, 15.0, *((at, min(at, 2) + max(0, at - 8)) for at in range(1, 14)))
    rows += ledger.settle(15.0)
    assert [round(row.to["judge"].played) for row in rows] == [1, 1, *[0] * 6, 1, 1]


def test_meanwhile_judge_and_clerk_are_told_what_is_known_and_no_longer_than_it_is_so():
    ledger = Ledger()
    reports(ledger, 0.0, (0, 0))
    for now in range(1, 15):
        ledger.delivered(event(acked=40), "s", now)
        assert ledger.settle(now) == []
    assert [one.score.share for one in ledger.troubles(14)] == [None]
    ledger.settle(18.0)
    assert ledger.troubles(18.0)
    reports(ledger, 19.0, *((at, at) for at in range(1, 20)))
    ledger.settle(19.0)
    of = ledger.of("party-1", 19.0)["judge"]
    assert (of.share, of.seconds) == (100, 14)
    assert ledger.troubles(19.0) == []


def test_a_new_connection_does_not_make_forgotten_what_the_one_before_told():
    ledger = Ledger()
    reports(ledger, 0.0, (0, 0))
    for now in (1, 2):
        ledger.delivered(event(), "s", now)
    reports(ledger, 2.5, (1.5, 0.75), (2.5, 1.25))
    reports(ledger, 9.0, (9, 1), connection="d")
    assert [row.to["judge"].played for row in ledger.settle(9.0)] == [0.5, 0.5]


def test_what_is_held_back_to_be_played_later_counts_for_the_second_in_which_it_was_said():
    ledger = Ledger()
    for at in range(8):  # of what is said from 2 to 4 nothing comes; all else is played 0.6 s after it came
        played = min(at, 2.6 + NETWORK_S) + max(0, at - 4.6 - NETWORK_S)
        told = {"played_s": played, "concealed_s": at - played, "delay_s": 0.6}
        ledger.reported("judge", "c", {"at": 1000 * at, "seats": {"party-1": told}}, at)
    for now in range(1, 7):
        ledger.delivered(event(), "s", now)
    rows = ledger.settle(math.inf)
    assert sum(row.to["judge"].played for row in rows) == pytest.approx(4, abs=0.1)
    assert [round(row.to["judge"].played, 1) for row in rows] == [1, 1, 0, 0, 1, 1]


@given(st.lists(st.floats(-5, 100), min_size=12, max_size=12))
def test_whatever_delay_is_told_no_second_is_counted_twice(delays):
    sitting = Sitting()
    sitting.delays = iter(delays)
    sitting.run(12)
    rows = sitting.rows + sitting.ledger.settle(math.inf)
    assert 6 <= sum(row.to["judge"].played or 0 for row in rows) <= 12.01


def test_of_more_than_can_wait_the_oldest_goes_to_the_file_as_it_is():
    ledger = Ledger()
    reports(ledger, 0.0, (0, 0))
    for _ in range(OPEN + 3):
        ledger.delivered(event(), "s", 1.0)
    assert len(ledger.settle(1.0)) == 3


def test_speech_long_ago_is_not_told_of_any_more():
    sitting = Sitting()
    assert sitting.run(20, 0.2, acked=10)
    assert sitting.ledger.troubles(sitting.now + 60) == []


def test_missing_reports_are_told_where_the_transport_is_silent_too():
    ledger = Ledger()
    for now in range(1, 10):
        ledger.delivered(event(to=("judge", "clerk"), acked=0), "s", now)
        ledger.settle(now)
    assert [(one.listener, one.score.share) for one in ledger.troubles(9)] == [("clerk", None), ("judge", None)]


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=9,
)  # fmt: skip


figure = junk | st.floats(0, 100)


@given(st.lists(st.fixed_dictionaries({"at": junk | st.floats(0, 30_000), "seats": junk | st.fixed_dictionaries({
    "party-1": junk | st.fixed_dictionaries({
        "played_s": figure, "concealed_s": figure, "delay_s": figure, "playout_ms": figure,
        "holes": junk | st.lists(junk | st.lists(figure, max_size=3), max_size=40), "sound": junk | st.just("on"),
    }),
})}), max_size=20))  # fmt: skip
def test_no_report_breaks_the_ledger_nor_touches_another_listener(reports):
    sitting = Sitting()
    for number, report in enumerate(reports):
        sitting.ledger.reported("liar", "c", report, number)
    sitting.run(10, to=("judge", "liar"))
    assert [one for one in sitting.ledger.troubles(sitting.now) if one.listener == "judge"] == []
    sitting.rows += sitting.ledger.settle(math.inf)
    assert all(math.isclose(row.to["judge"].played, 1.0) for row in sitting.rows[1:-1])


# The file


def test_the_file_says_what_the_rows_said(tmp_path):
    sitting = Sitting()
    sitting.run(5, 0.5)
    sitting.run(5, 0.5, silent=True)
    sitting.run(5, 0.5, after=40)
    book = Book(tmp_path)
    book.append([(row.at, row) for row in sitting.rows])
    book.close()
    assert [(line.t, line.speaker, line.to) for line in read(tmp_path)] == [
        (row.at, row.speaker, row.to) for row in sitting.rows
    ]


def test_lines_of_the_first_format_are_read(tmp_path):
    line = b'{"t":9.0,"of":"party-1","sent":50,"received":49,"to":{"judge":[50,48,1,0,970,30,0,0]}}\n'
    (tmp_path / NAME).write_bytes(line)
    assert list(read(tmp_path)) == [Line(9.0, "party-1", 50, 49, {"judge": Pair(50, 48, 1, 0, 0.97, 0.03)})]


def test_a_line_that_a_crash_cut_off_costs_itself_alone(tmp_path):
    sitting = Sitting()
    sitting.run(5)
    book = Book(tmp_path)
    book.append([(row.at, row) for row in sitting.rows])
    book.close()
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole[:-9])
    book = Book(tmp_path)
    book.append([(9.0, sitting.rows[0])])
    book.close()
    assert [line.t for line in read(tmp_path)] == [*(row.at for row in sitting.rows[:-1]), 9.0]


@contextlib.contextmanager
def no_file_longer_than(octets):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_line_that_a_full_disk_cut_off_is_an_error_and_costs_itself_alone(tmp_path):
    sitting = Sitting()
    sitting.run(5)
    row = sitting.rows[0]
    book = Book(tmp_path)
    book.append([(1.0, row)])
    with no_file_longer_than((tmp_path / NAME).stat().st_size + 20), pytest.raises(OSError):
        book.append([(2.0, row)])
    book.append([(3.0, row)])
    book.close()
    assert [line.t for line in read(tmp_path)] == [1.0, 3.0]


def test_a_full_book_is_an_error_not_a_silence(tmp_path, monkeypatch):
    monkeypatch.setattr("quality.audibility.book.LARGEST", 500)
    sitting = Sitting()
    sitting.run(5)
    book = Book(tmp_path)
    with pytest.raises(OSError):
        book.append([(row.at, row) for row in sitting.rows] * 20)
    book.close()
    assert list(read(tmp_path)) == []


@given(st.binary(max_size=200))
def test_no_file_breaks_its_reader(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("book")
    (folder / NAME).write_bytes(data)
    assert list(read(folder)) == []
