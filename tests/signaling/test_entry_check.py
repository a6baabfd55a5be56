"""The check before entry: bounded samples, judged apart and forgotten; what was found is kept, and says who waits."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import FormData
from structlog.testing import capture_logs

from hearings.model import Finding
from signaling.entry_check import SAMPLES
from tests.signaling.test_court_policies import change

URL = "/api/v1/entry-check"
SAID = {"camera": "on", "microphone": "on", "speaker": "heard"}
FINE = {"light": Finding("good"), "noise": Finding("good")}


def judging(found=FINE, seen=None):
    async def judge(picture, sound, face):
        if seen is not None:
            seen.append((picture, sound, face))
        if isinstance(found, Exception):
            raise found
        return found

    return judge


async def waiting(court):
    await court.opened()
    party = await court.enter()
    await party.connect()
    return party


async def sample(party, **parts):
    form = FormData()
    for name, data in (parts or {"picture": b"a picture", "sound": b"a sound"}).items():
        form.add_field(name, data, filename=name)
    async with party.http.post(URL, data=form, headers=party.headers) as response:
        return response.status, await response.json()


async def tell(party, **said):
    async with party.http.put(URL, json={**SAID, **said}, headers=party.headers) as response:
        return response.status, await response.json()


async def test_what_is_found_is_kept_with_the_hearing_and_the_samples_are_not(start):
    seen = []
    court = await start(judge=judging({"light": Finding("poor", "dark"), "noise": Finding("good")}, seen))
    party = await waiting(court)
    with capture_logs() as logs:
        assert await sample(party) == (200, {
            "light": {"verdict": "poor", "cause": "dark"}, "noise": {"verdict": "good", "cause": ""},
        })  # fmt: skip
        status, told = await tell(party, speaker="echoed")
    assert (status, told["holding"], seen) == (200, [], [(b"a picture", b"a sound", True)])
    (event,) = [e.event for e in await court.store.events_after(court.hearing, 0) if e.event.kind == "entry_checked"]
    assert event.data["findings"] == told["findings"]
    assert told["findings"]["version"] == {"verdict": "good", "cause": ""}
    assert told["findings"]["up"]["verdict"] == "unmeasured"
    assert "a picture" not in f"{event.data}{logs}"


async def test_who_fails_is_not_admitted_without_a_reason(start):
    court = await start(judge=judging({"noise": Finding("bad", "noise")}))
    party, clerk = await waiting(court), await court.staff("clerk")
    await clerk.connect()
    await sample(party)
    assert (await tell(party))[1]["holding"] == ["noise"]
    seen = await clerk.expect("hearing", lambda m: any(seat["entry_check"] for seat in m["hearing"]["seats"]))
    (shown,) = [seat["entry_check"] for seat in seen["hearing"]["seats"] if seat["entry_check"]]
    assert (shown["holding"], shown["findings"]["noise"]["cause"]) == (["noise"], "noise")
    assert "admit" in seen["hearing"]["you"]["acts"]
    status, problem = await clerk.act("admit", seat="party-1")
    assert (status, problem["code"], problem["params"]["parts"]) == (409, "check-failed", ["noise"])
    assert (await clerk.act("admit", seat="party-1", reason="Works on the road"))[0] == 200
    inside = await party.expect("hearing", lambda m: m["hearing"]["you"]["inside"])
    assert {seat["entry_check"] and 1 for seat in inside["hearing"]["seats"]} == {None}


async def test_the_journal_keeps_what_had_failed_and_the_reason_for_admitting(start):
    court = await start(judge=judging({"noise": Finding("bad", "noise")}))
    judge = await court.opened(start=True)
    party = await court.enter()
    await sample(party)
    await tell(party)
    assert (await judge.act("admit", seat="party-1", reason="Works on the road"))[0] == 200
    await court.hub.journal.flush(await court.hub.changes.current(court.hearing))
    (kept,) = [event["data"] for event in court.media.journal[court.hearing] if event["kind"] == "admitted"]
    assert (kept["failing"], kept["reason"]) == (["noise"], "Works on the road")


@pytest.mark.parametrize("word", ["advise", "off"])
async def test_a_court_may_want_nobody_kept_out(start, word):
    court = await start(judge=judging())
    party, clerk = await waiting(court), await court.staff("clerk")
    await change(court, "entry_check", word)
    await court.hub.look_around()
    assert await party.expect("hearing", lambda m: m["hearing"]["you"]["entry_check"] == word)
    assert (await tell(party, camera="denied"))[1]["holding"] == []
    assert (await clerk.act("admit", seat="party-1"))[0] == 200


@pytest.mark.parametrize("word", ["advise", "off"])
async def test_after_a_start_of_the_app_nobody_waits_for_the_first_look(start, word):
    court = await start(judge=judging())
    party = await waiting(court)
    await change(court, "entry_check", word)
    again = await start(judge=judging())
    seen = await again.http.get("/api/v1/hearing", headers=party.headers)
    assert (await seen.json())["you"]["entry_check"] == word


async def test_a_weak_link_fails_one_way_alone(start):
    court = await start(judge=judging())
    party = await waiting(court)
    body = {"down_bps": 5_000_000, "up_bps": 300_000, "up_path": "media"}
    assert (await court.http.put("/api/v1/link-test", json=body, headers=party.headers)).status == 200
    await sample(party)
    _, told = await tell(party)
    assert told["holding"] == ["up"]
    assert told["findings"]["down"] == {"verdict": "unmeasured", "cause": "http"}


async def test_a_microphone_that_gives_nothing_is_the_microphones_failure(start):
    court = await start(judge=judging({"microphone": Finding("bad", "silent"), "noise": Finding("unmeasured")}))
    party = await waiting(court)
    await sample(party)
    assert (await tell(party))[1]["holding"] == ["microphone"]


@pytest.mark.parametrize("part", sorted(SAMPLES))
async def test_more_than_a_sample_is_refused(start, part):
    party = await waiting(await start(judge=judging()))
    status, problem = await sample(party, **{part: b"x" * (SAMPLES[part] + 1)})
    assert (status, problem["code"], problem["params"]["field"]) == (413, "too-large", part)


async def test_what_is_no_picture_is_refused(start):
    party = await waiting(await start(judge=judging(ValueError("picture"))))
    status, problem = await sample(party)
    assert (status, problem["code"], problem["params"]) == (400, "bad-request", {"field": "picture"})


async def test_what_is_not_asked_for_is_refused(start):
    party = await waiting(await start(judge=judging()))
    assert (await sample(party, name="somebody"))[0] == 400


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"\xff" * 100])
async def test_what_is_no_form_is_refused(start, body):
    party = await waiting(await start(judge=judging()))
    headers = party.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    async with party.http.post(URL, data=body, headers=headers) as response:
        assert response.status == 400


async def test_nobody_without_a_seat_is_checked(start):
    court = await start(judge=judging())
    party = await waiting(court)
    second = await court.enter()
    assert (await sample(second))[0] == 403
    assert (await tell(second))[0] == 403
    party.token = "none"
    assert (await sample(party))[0] == 401
    assert (await court.http.put(URL, json=SAID)).status == 401


async def test_samples_and_results_come_one_in_five_seconds(start):
    party = await waiting(await start(judge=judging()))
    assert [(await sample(party))[0] for _ in range(2)] == [200, 429]
    assert [(await tell(party))[0] for _ in range(2)] == [200, 429]


async def test_a_judge_that_fails_keeps_nobody_out(start):
    party = await waiting(await start(judge=judging(RuntimeError("a broken pool"))))
    with capture_logs() as logs:
        status, found = await sample(party)
    assert (status, {one["verdict"] for one in found.values()}) == (200, {"unmeasured"})
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["entry_check_failed"]
    assert (await tell(party))[1]["holding"] == []


async def test_a_judge_that_stumbles_over_a_value_of_its_own_keeps_nobody_out_either(start):
    party = await waiting(await start(judge=judging(ValueError("operands could not be broadcast together"))))
    with capture_logs() as logs:
        status, found = await sample(party)
    assert (status, {one["verdict"] for one in found.values()}) == (200, {"unmeasured"})
    assert "entry_check_failed" in [entry["event"] for entry in logs]


async def test_a_judge_that_takes_too_long_keeps_nobody_out(start, monkeypatch):
    async def never(picture, sound, face):
        await asyncio.Event().wait()

    monkeypatch.setattr("signaling.entry_check._JUDGING_S", 0.01)
    party = await waiting(await start(judge=never))
    assert (await sample(party))[0] == 200


@pytest.mark.parametrize("wrong", [{"camera": "fine"}, {"speaker": None}, {"microphone": 1}, {"camera": "silent"}])
async def test_a_word_that_is_none_is_refused(start, wrong):
    party = await waiting(await start(judge=judging()))
    status, problem = await tell(party, **wrong)
    assert (status, problem["params"]) == (400, {"field": next(iter(wrong))})


async def test_a_machine_that_takes_no_more_judges_nothing(start):
    court = await start(judge=judging())
    party = await waiting(court)
    court.hub.load = {"overloaded": True}
    assert (await sample(party))[0] == 503


async def test_of_a_sample_that_cannot_be_judged_the_one_before_does_not_count(start, monkeypatch):
    answers = [{"light": Finding("bad", "dark"), "noise": Finding("bad", "hum")}, ValueError("picture")]

    async def judge(picture, sound, face):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("signaling.link_test.Turns.tell", lambda *_: None)
    court = await start(judge=judge)
    party = await waiting(court)
    await court.http.put("/api/v1/link-test", json={"down_bps": 2, "up_bps": 2}, headers=party.headers)
    await sample(party)
    assert (await tell(party))[1]["holding"] == ["noise"]
    assert (await sample(party))[0] == 400
    _, told = await tell(party)
    assert (told["holding"], told["findings"]["light"]["verdict"]) == ([], "unmeasured")
    assert told["findings"]["up"]["cause"] == "http"


async def test_a_microphone_that_is_refused_now_is_not_what_was_measured_of_it_before(start):
    found = {"microphone": Finding("good"), "noise": Finding("bad", "hum"), "light": Finding("poor", "dark")}
    court = await start(judge=judging(found))
    party = await waiting(court)
    await sample(party)
    _, told = await tell(party, microphone="denied", camera="off")
    assert (told["holding"], told["findings"]["microphone"]["cause"]) == (["microphone"], "denied")
    assert [told["findings"][part]["verdict"] for part in ("noise", "light", "camera")] == ["unmeasured"] * 3


async def test_a_link_tried_again_does_not_forget_what_was_seen(start):
    court = await start(judge=judging({"light": Finding("bad", "dark")}))
    party = await waiting(court)
    await sample(party)
    await court.http.put("/api/v1/link-test", json={"down_bps": 2, "up_bps": 2}, headers=party.headers)
    assert (await tell(party))[1]["findings"]["light"] == {"verdict": "bad", "cause": "dark"}


@pytest.mark.parametrize("hands", [(), ("party",)])
async def test_a_face_is_expected_but_of_those_who_are_seen_by_their_hands(start, monkeypatch, hands):
    monkeypatch.setattr("hearings.surroundings.HANDS", frozenset(hands))
    seen = []
    await sample(await waiting(await start(judge=judging(FINE, seen))))
    assert [face for *_, face in seen] == [not hands]
