"""What the minutes are drawn up from (Rules ¶32), and the outages in them (Rules ¶19)."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from hearings import attendance, presence
from hearings.decide import decide
from hearings.hearing import Event, fold
from hearings.minutes import minutes
from hearings.model import Mark
from hearings.outages import outages
from hearings.spans import Span
from hearings.times import iso, seconds
from tests.hearings.build import AT, DATA, DECLARED, logs, new_log


def at(minute: float) -> str:
    return iso(seconds(AT) + 60 * minute)


class Log:
    """A log that is written minute by minute."""

    def __init__(self) -> None:
        self.events = new_log("judge", "clerk", "party", "witness")
        for seat in ("judge", "clerk"):
            self.add(attendance.enter(self.hearing, seat, "desk", at(0), occupied=False))

    @property
    def hearing(self):
        return fold(self.events)

    def add(self, events: list[Event]) -> None:
        self.events += events

    def enter(self, seat: str, minute: float) -> None:
        self.add(attendance.enter(self.hearing, seat, "phone", at(minute), occupied=False))
        self.add(attendance.declare(self.hearing, seat, DECLARED, at(minute)))

    def act(
        self, name: Any, minute: float, seat: str | None = None, by: str = "judge", reason: str = "a ruling"
    ) -> None:
        options: dict[str, Any] = {"seat": seat, "reason": reason, "sitting": "s", "data": DATA}
        self.add(decide(self.hearing, name, by, at(minute), **options))


def a_hearing() -> Log:
    log = Log()
    log.act("open", 1)
    log.enter("party", 2)
    log.act("admit", 3, "party", by="clerk")
    log.act("begin_check", 4)
    log.act("confirm_check", 4.5, by="party")
    log.act("start", 5)
    log.enter("witness", 6)
    log.act("admit", 7, "witness")
    log.act("call_witness", 8, "witness")
    log.act("dismiss_witness", 9, "witness")
    log.act("close_session", 10, reason="A trade secret")
    log.act("reopen", 12, reason="It is heard")
    log.add(presence.watch(log.hearing, {"party": 5.0}, {}, at(13), auto_adjourn=True))
    log.add(presence.watch(log.hearing, {"party": 0.0}, {}, at(14)))
    log.act("resume", 15)
    log.act("conclude", 20)
    return log


def test_the_minutes_say_when_video_conferencing_was_used():
    assert minutes(a_hearing().events).conferencing == (
        Span(at(5), at(10)), Span(at(12), at(13)), Span(at(15), at(20)),
    )  # fmt: skip


def test_the_minutes_say_who_was_present_from_where_and_identified_by_whom():
    people = {person.seat: person for person in minutes(a_hearing().events).people}
    party, witness = people["party"], people["witness"]
    assert (party.place, party.identified, party.checked) == ("personal_device", Mark("clerk", at(3)), True)
    assert (witness.called, witness.present, witness.checked) == (at(8), (Span(at(7), at(9)),), False)
    assert people["judge"].present == (Span(at(1), at(20)),)


def test_rulings_and_pauses_stand_in_the_minutes_with_their_times_and_reasons():
    made = minutes(a_hearing().events)
    assert [(ruling.at, ruling.text) for ruling in made.rulings] == [
        (at(10), "A trade secret"),
        (at(12), "It is heard"),
    ]
    assert [(pause.kind, pause.span, pause.automatic) for pause in made.pauses] == [
        ("closed_session", Span(at(10), at(12)), False), ("technical_adjournment", Span(at(13), at(15)), True),
    ]  # fmt: skip


def test_an_outage_runs_from_the_last_sign_to_the_return():
    (outage,) = minutes(a_hearing().events).outages
    since = iso(seconds(at(13)) - 5)
    assert (outage.seat, outage.span) == ("party", Span(since, at(14)))
    assert outage.measured == {"silent_s": 5.0, "link": None}


@given(logs)
def test_outages_of_a_seat_follow_one_another(log):
    ends: dict[str, str] = {}
    for outage in outages(log):
        assert outage.span.end is None or outage.seat not in ends or ends[outage.seat] <= outage.span.end
        ends[outage.seat] = outage.span.end or "9"


@given(logs)
def test_minutes_can_be_drawn_up_of_every_log(log):
    made = minutes(log)
    assert [entry.at for entry in made.entries] == sorted(entry.at for entry in made.entries)
    assert {outage.seat for outage in made.outages} <= set(fold(log).seats)
