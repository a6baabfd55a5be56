"""Appendix 1 goes to its addressees by e-mail once it is signed off and sent, whichever comes second (Rules ¶12)."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hearings.notices.delivery import Never
from hearings.notices.sender import Sender
from hearings.office.application import fold
from hearings.office.procedure import out_late
from signaling import app, papers
from signaling.app import OUTBOX
from signaling.appendix_mail import AppendixMail
from signaling.paper_log import PaperLog
from signaling.papers import Papers
from tests.signaling.office import ADDRESSEES, LATER, WORD, Office

PDF = b"%PDF-1.7 Appendix 1"
MAIL = "administration@court.example"
TO = [ADDRESSEES[0] | {"email": MAIL}]


class Letters:
    """Instead of a mail server: what it was given, and whom it refuses."""

    def __init__(self, content):
        self.content = content
        self.sent = []
        self.files = []
        self.refused = set()

    async def deliver(self, notice):
        if notice.to in self.refused:
            raise Never("smtp-550")
        if notice.kind == "appendix_1":
            self.files.append(notice.file)
            self.sent.append((notice.to, notice.file.name, self.content(notice.file)))


class Mailing(Office):
    async def sign(self, application, language="kk"):
        status, paper = await self.post(
            "clerk", "/documents", kind="application", language=language, application=application
        )  # fmt: skip
        assert status == 201, paper
        path = f"/documents/{paper['document']}/acts"
        status, paper = await self.post("clerk", path, act="sign", version=1, role="clerk")
        assert (status, paper["state"]) == (200, "signed_off")
        return paper["document"]

    async def send(self, application, version=2, addressees=TO):
        status, answer = await self.act("clerk", application, "send", version, addressees=addressees)
        assert status == 200, answer

    async def delivered(self):
        """After the outbox was gone through."""
        await Sender(self.http.server.app[OUTBOX], {"email": self.letters}, lambda error, event: None).send("email")
        return self.letters.sent

    async def sent_to(self, application, role="clerk"):
        return (await self.get(role, f"/office/applications/{application}"))[1]["sent_to"]


@pytest.fixture
async def office(start, store, words, monkeypatch):
    monkeypatch.setattr(papers, "pdf", lambda html: PDF)
    with ThreadPoolExecutor(1) as executor:
        court = await start(papers=executor)
        office = await Mailing(court.http, store, words).settle()
        office.letters = Letters(court.http.server.app[OUTBOX].content)
        yield office


@pytest.fixture
async def granted(office):
    application, _ = await office.applied()
    await office.act("judge", application, "grant", 1)
    return application


@pytest.mark.parametrize("order", [("sign", "send"), ("send", "sign")], ids="-".join)
async def test_appendix_1_goes_out_once_it_is_signed_off_and_sent(office, granted, order):
    for step in order:
        assert await office.delivered() == []
        await getattr(office, step)(granted)
    assert await office.delivered() == [(MAIL, "appendix-1-kk.pdf", PDF)]
    await mail(office).catch_up()
    assert len(await office.delivered()) == 1


async def test_of_the_papers_signed_before_the_sending_the_newest_of_each_language_goes_out(office, granted):
    for language in ("kk", "ru", "kk"):
        newest = await office.sign(granted, language)
    await office.send(granted)
    assert sorted(name for _, name, _ in await office.delivered()) == ["appendix-1-kk.pdf", "appendix-1-ru.pdf"]
    assert [one.id for one in office.letters.files if one.name == "appendix-1-kk.pdf"] == [newest]


async def test_what_corrects_appendix_1_goes_out_too_once(office, granted):
    await office.send(granted)
    first = await office.sign(granted)
    await office.delivered()
    second = await office.sign(granted)
    await office.act("organiser", granted, "answer", 3)
    await office.delivered()
    assert [one.id for one in office.letters.files] == [first, second]


async def test_what_waits_gives_way_to_what_corrects_it(office, granted):
    await office.send(granted)
    await office.sign(granted)
    newest = await office.sign(granted)
    await office.delivered()
    assert [one.id for one in office.letters.files] == [newest]
    assert [one["state"] for one in await office.sent_to(granted)] == ["superseded", "delivered"]


@pytest.mark.parametrize("signed", ["before", "after"])
async def test_of_what_is_infeasible_no_appendix_1_goes_out(office, granted, signed):
    await office.send(granted)
    if signed == "before":
        await office.sign(granted)  # and the mail server did not take it yet
    await office.act("organiser", granted, "answer", 3, feasible=False, remark="The line is down")
    if signed == "after":
        await office.sign(granted)
    assert await office.delivered() == []


async def test_of_what_the_applicant_withdraws_nothing_that_waits_goes_out(office):
    application, receipt = await office.applied()
    await office.act("judge", application, "grant", 1)
    await office.send(application)
    await office.sign(application)
    gone = await office.http.post("/api/v1/applications/withdraw", json={"receipt": receipt, "code_word": WORD})
    assert (gone.status, await office.delivered()) == (200, [])


async def test_what_was_sent_in_time_and_signed_too_late_is_late(office, granted):
    async def late():
        return (await office.get("clerk", f"/office/applications/{granted}"))[1]["sent"]["late"]

    await office.send(granted)
    assert not await late()
    await office.sign(granted)
    assert not await late()
    application = fold(await office.store.office_events("application", granted))
    assert out_late(application, LATER, LATER)
    assert out_late(application, None, LATER)
    assert not out_late(application, application.sent.at, LATER)


async def test_only_judge_and_clerk_see_the_addressees_mail_addresses(office, granted):
    await office.send(granted)
    seen = {role: await office.get(role, f"/office/applications/{granted}") for role in ("clerk", "organiser")}
    assert {role: MAIL in str(shown) for role, shown in seen.items()} == {"clerk": True, "organiser": False}


async def test_the_clerk_sees_how_far_appendix_1_is(office, granted):
    await office.send(granted)
    ((before,), _) = await office.sent_to(granted), await office.sign(granted)
    assert (before["email"], before["state"]) == (MAIL, None)
    await office.delivered()
    (after,) = await office.sent_to(granted)
    assert (after["state"], after["error"]) == ("delivered", None)
    assert after["at"] is not None
    assert await office.sent_to(granted, "organiser") == []


async def test_an_addressee_who_cannot_be_reached_is_seen(office, granted):
    office.letters.refused.add(MAIL)
    await office.send(granted)
    await office.sign(granted)
    await office.delivered()
    assert [(one["state"], one["error"]) for one in await office.sent_to(granted)] == [("failed", "smtp-550")]


async def test_what_is_no_address_is_refused_by_its_field(office, granted):
    to = [ADDRESSEES[0] | {"email": "administration"}]
    status, problem = await office.act("clerk", granted, "send", 2, addressees=to)
    assert (status, problem["params"]["field"]) == (400, "email")


async def test_after_infeasibility_the_old_appendix_1_does_not_go_out_again(office, granted):
    await office.sign(granted)
    await office.send(granted)
    await office.delivered()
    await office.act("organiser", granted, "answer", 3, feasible=False, remark="The line is down")
    await office.act("judge", granted, "acknowledge", 4)
    await office.act("judge", granted, "grant", 5)
    await office.send(granted, 6)
    assert len(await office.delivered()) == 1
    await office.sign(granted)
    assert len(await office.delivered()) == 2


def mail(office):
    """After a start: nothing is remembered."""
    log = PaperLog(office.store, Papers(None, None), time.time)
    return AppendixMail(office.store, office.http.server.app[OUTBOX], log, time.time)


@pytest.mark.parametrize("scheduled", [False, True], ids=["sent", "scheduled"])
async def test_what_a_stop_prevented_is_made_up_for(office, granted, monkeypatch, scheduled):
    async def stopped(mail, application):
        return None

    with monkeypatch.context() as patch:
        patch.setattr(AppendixMail, "send", stopped)
        await office.send(granted)
        await office.sign(granted)
        if scheduled:
            await office.act("organiser", granted, "answer", 3)
            assert (await office.act("clerk", granted, "schedule", 4, room=await office.room()))[0] == 200
    assert await office.delivered() == []
    await mail(office).catch_up()
    assert len(await office.delivered()) == 1


async def test_what_is_made_up_for_does_not_wait_for_what_fails():
    done = asyncio.Event()

    async def fails():
        raise OSError

    async def works():
        done.set()

    task = asyncio.create_task(app._tidy([fails, works]))
    await asyncio.wait_for(done.wait(), 5)
    task.cancel()
