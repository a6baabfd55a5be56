"""What the console keeps of one hearing is bounded, whatever a client reports."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quality.cause import Second
from signaling.linkwatch import FIGURES, NOTES_MOST, STAY_S, HearingWatch, LinkWatch

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=9), inner, max_size=6),
)


@given(st.dictionaries(st.sampled_from(["layers", "way", "kbps"]), anything))
def test_a_report_of_any_shape_breaks_nothing(up):
    watch = HearingWatch()
    watch.reported("party-1", up, 5.0)
    seat = watch.seat("party-1")
    assert seat.limited_at is None
    assert seat.tried.relay is None


def test_what_is_made_anew_before_admission_is_no_reconnection():
    watch = HearingWatch()
    for admitted in (False, False, False, True, True):
        watch.connected("party-1", "publish", admitted)
    assert watch.seat("party-1").tried.view()["reconnects"] == 2


def test_what_limited_a_connection_says_nothing_of_the_next():
    watch = HearingWatch()
    watch.reported("party-1", {"layers": [{"limited": "bandwidth"}]}, 5.0)
    watch.connected("party-1", "subscribe", admitted=False)
    assert watch.seat("party-1").limited_at == 5.0
    watch.connected("party-1", "publish", admitted=False)
    assert watch.seat("party-1").limited_at is None


def test_only_the_newest_messages_are_kept_and_only_those_asked_say_that_they_understood():
    watch = HearingWatch()
    for number in range(NOTES_MOST + 5):
        watch.said(number, "at", "party-1", "words")
    watch.understood(NOTES_MOST, "party-1", "then")
    watch.understood(NOTES_MOST, "party-1", "later")
    watch.understood(NOTES_MOST, "party-2", "then")
    watch.understood(0, "party-1", "then")
    assert [note.message for note in watch.notes] == list(range(5, NOTES_MOST + 5))
    assert [note.read for note in watch.notes if note.read] == [{"party-1": "then"}]


def test_a_link_that_comes_back_after_a_while_is_judged_anew_and_keeps_its_history():
    link = LinkWatch(0.0)
    for second in range(3):
        link.begin(float(second))
        link.look(Second("up", loss=30), {"kbps": 5.0}, second)
    link.begin(3.0 + STAY_S)
    link.look(Second("up"), {"kbps": 900.0}, 9)
    assert (link.judged.verdict, link.began) == ("good", 3.0 + STAY_S)
    assert link.view(9.0, 9, "whole")["series"]["level"] == [0, 2, 2, 0]
    assert set(link.view(9.0, 9, "minute")["series"]) == {"at", "level", *FIGURES}
