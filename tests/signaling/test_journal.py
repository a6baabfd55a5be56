from __future__ import annotations

import asyncio

from hearings.hearing import SYSTEM, Event
from hearings.store import NewSeatRow

AT = "2026-11-20T09:00:00.000Z"


async def versions(court):
    events = await court.store.events_after(court.hearing, 0)
    return [item.event.version for item in events]


async def written(court):
    hearing = await court.hub.changes.current(court.hearing)
    await court.hub.journal.flush(hearing)
    return [event["version"] for event in court.media.journal[court.hearing]]


async def test_before_a_sitting_there_is_no_journal(court):
    await court.opened()
    assert court.media.journal == {}


async def test_every_event_reaches_the_journal_once_and_in_order(court):
    judge = await court.opened(start=True)
    for act in ("adjourn", "resume", "recess", "resume"):
        await judge.act(act)
    assert await written(court) == await versions(court)


async def test_what_happened_while_media_was_down_is_written_when_it_is_back(court):
    judge = await court.opened(start=True)
    await judge.connect()
    await written(court)
    await court.media.stop()
    await judge.expect("media")
    await judge.act("adjourn")
    await court.media.restart()
    await judge.expect("media")
    assert await written(court) == await versions(court)


async def test_what_an_earlier_process_left_unwritten_is_written(start):
    first = await start()
    judge = await first.opened(start=True)
    await written(first)
    first.media.silent.add("journal")
    await judge.act("adjourn")
    await first.http.close()
    first.media.silent.clear()
    second = await start()
    assert await written(second) == await versions(second)


async def test_an_event_that_was_written_but_not_marked_is_not_written_twice(court):
    judge = await court.opened(start=True)
    await written(court)
    court.media.silent.add("journal")
    await judge.act("adjourn")
    last = (await court.store.events_after(court.hearing, 0))[-1]
    court.media.journal[court.hearing].append(last.journal())
    court.media.silent.clear()
    assert await written(court) == await versions(court)


async def test_the_conclusion_is_in_the_journal_before_media_closes_the_record(court):
    judge = await court.opened(start=True)
    await judge.act("conclude")
    await court.media.wait_for("drop")
    ops = [(request["op"], request.get("policy", {}).get("sitting")) for request in court.media.requests]
    last_journal = max(place for place, (op, _) in enumerate(ops) if op == "journal")
    closing = next(place for place, (op, sitting) in enumerate(ops) if op == "policy" and place > last_journal)
    assert ops[closing] == ("policy", None)
    assert court.media.journal[court.hearing][-1]["kind"] == "concluded"


async def test_the_journal_op_names_the_sitting_and_the_actor(court):
    await court.opened(start=True)
    await written(court)
    request = court.media.ops("journal")[0]
    assert request["sitting"]["number"] == "7204-25-00-2/15"
    assert request["events"][-1]["data"]["actor"] == "judge"


async def test_after_its_end_a_hearing_is_handed_on_once_media_has_closed_its_record(court):
    judge = await court.opened(start=True)
    await judge.act("conclude")
    async with asyncio.timeout(5):
        concluded = await court.concluded.get()
    assert concluded.id == court.hearing
    assert court.hearing not in court.media.policies


async def test_a_hearing_that_ends_while_media_is_down_is_handed_on_once_its_journal_is_whole(court):
    judge = await court.opened(start=True)
    await judge.connect()
    await court.media.stop()
    await judge.expect("media")
    await judge.act("conclude")
    assert court.concluded.empty()
    await court.media.restart()
    async with asyncio.timeout(5):
        concluded = await court.concluded.get()
    assert concluded.state == "concluded"
    assert [event["version"] for event in court.media.journal[court.hearing]] == await versions(court)
    assert court.hearing not in court.media.policies
    assert court.concluded.empty()


async def test_a_hearing_that_ended_without_media_is_handed_on_by_the_next_app(start):
    first = await start()
    judge = await first.opened(start=True)
    await written(first)
    first.media.silent.add("journal")
    first.media.silent.add("drop")
    async with asyncio.timeout(30):
        await judge.act("conclude")
    await first.http.close()
    first.media.silent.clear()
    second = await start()
    async with asyncio.timeout(5):
        assert (await second.concluded.get()).id == second.hearing


async def test_a_hearing_that_was_postponed_before_any_sitting_is_not_handed_on_while_it_is_held(court):
    judge = await court.opened()
    await judge.act("postpone", reason="The judge is ill")
    assert (await court.concluded.get()).state == "postponed"
    await court.staff("clerk")
    await judge.connect()
    await court.media.stop()
    await judge.expect("media")
    await court.media.restart()
    await judge.expect("media")
    await judge.act("reschedule", data={"scheduled_at": "2099-01-01T10:00:00Z"})
    for act in ("open", "start"):
        await judge.act(act, reason="all are heard")
    assert (await written(court))[-1] == (await versions(court))[-1]
    assert court.concluded.empty()


async def test_a_record_that_could_not_be_closed_is_tried_again_without_a_new_event(court):
    judge = await court.opened(start=True)
    await written(court)
    journal, flush = court.hub.journal, court.hub.journal.flush

    async def all_is_written_and_then_media_goes(hearing):
        await flush(hearing)
        return False

    journal.flush = all_is_written_and_then_media_goes
    await judge.act("conclude")
    journal.flush = flush
    async with asyncio.timeout(10):
        assert (await court.concluded.get()).state == "concluded"


async def test_an_older_copy_of_the_hearing_does_not_hand_it_on(court):
    judge = await court.opened(start=True)
    await judge.connect()
    before = await court.hub.changes.current(court.hearing)
    await court.media.stop()
    await judge.expect("media")
    await judge.act("conclude")
    court.hub._journalled(before)
    await asyncio.sleep(0)
    assert court.hearing in court.hub._unfinished


async def test_one_hearing_whose_log_is_damaged_takes_nothing_from_the_others(start):
    first = await start()
    court_id = await first.store.ensure_court("The court")
    seats = [NewSeatRow("judge", "judge", "J")]
    damaged = await first.store.create_hearing(court_id, "0", "", "2026-11-21T09:00:00.000Z", seats, AT)
    events = [Event("opened", 3, AT, SYSTEM), Event("of a newer program", 4, AT, SYSTEM)]
    await first.store.append(damaged.id, 2, events)
    judge = await first.opened(start=True)
    await written(first)
    first.media.silent.add("journal")
    await judge.act("adjourn")
    await first.http.close()
    first.media.silent.clear()
    before = len(first.media.ops("journal"))
    second = await start()
    assert second.hearing in second.media.policies
    await second.media.wait_for("journal", before + 1)
    assert await written(second) == await versions(second)
