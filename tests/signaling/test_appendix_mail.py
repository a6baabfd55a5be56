"""Appendix 1 goes to its addressees by e-mail once it is signed off and sent, whichever comes second (Rules ¶12)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hearings.notices.delivery import Never
from hearings.notices.sender import Sender
from signaling import papers
from signaling.app import OUTBOX
from signaling.appendix_mail import AppendixMail
from signaling.paper_log import PaperLog
from signaling.papers import Papers
from tests.signaling.office import ADDRESSEES, Office

PDF = b"%PDF-1.7 Appendix 1"
MAIL = "administration@court.example"
TO = [ADDRESSEES[0] | {"email": MAIL}]


class Letters:
    """Instead of a mail server: what it was given, and whom it refuses."""

    def __init__(self, content):
        self.content = content
        self.sent = []
        self.refused = set()

    async def deliver(self, notice):
        if notice.to in self.refused:
            raise Never("smtp-550")
        if notice.kind == "appendix_1":
            self.sent.append((notice.to, notice.file.name, self.content(notice.file)))


class Mailing(Office):
    async def sign(self, application):
        status, paper = await self.post(
            "clerk", "/documents", kind="application", language="kk", application=application
        )  # fmt: skip
        assert status == 201, paper
        path = f"/documents/{paper['document']}/acts"
        status, paper = await self.post("clerk", path, act="sign", version=1, role="clerk")
        assert (status, paper["state"]) == (200, "signed_off")

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
    await office.sign(granted)  # another copy: nobody gets it twice
    assert len(await office.delivered()) == 1


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
    await office.act("organiser", granted, "answer", 3, feasible=False, remark="The line is down")
    await office.act("judge", granted, "acknowledge", 4)
    await office.act("judge", granted, "grant", 5)
    await office.send(granted, 6)
    assert len(await office.delivered()) == 1
    await office.sign(granted)
    assert len(await office.delivered()) == 2


async def test_what_a_stop_prevented_is_made_up_for(office, granted, store, monkeypatch):
    async def stopped(mail, application):
        return None

    with monkeypatch.context() as patch:
        patch.setattr(AppendixMail, "send", stopped)
        await office.send(granted)
        await office.sign(granted)
    assert await office.delivered() == []
    outbox = office.http.server.app[OUTBOX]
    await AppendixMail(store, outbox, PaperLog(store, Papers(None, None), time.time), time.time).catch_up()
    assert len(await office.delivered()) == 1
