"""From a hearing that was played over HTTP to its minutes and to the act of Rules ¶18, on both databases."""

from __future__ import annotations

import hashlib
import io

import pytest
from pypdf import PdfReader

from courtroom.workers import Workers
from hearings.store import open_store
from hearings.store.words import normal_password

TEN = 1_796_101_200.0
"""2026-12-01, ten o'clock in Almaty."""
LINK = {"up": {"kbps": 140.0, "loss": 37.5}, "down": {}}


@pytest.fixture
async def store(database_url):
    store = await open_store(database_url)
    yield store
    await store.close()


@pytest.fixture
async def court(start):
    """With clocks of the test's own, so that nobody is lost because the machine is slow."""
    with Workers(1) as workers:
        court = await start(papers=workers)
        court.time, court.steady = TEN, court.hub._monotonic()
        court.hub._monotonic = lambda: court.steady
        court.hub.utc = court.hub.changes._utc = lambda: court.time
        yield court


async def play(court):
    """Opened at ten, begun at 10:05, over at 10:50."""
    done = Doing(court)
    judge, clerk, technician = [await court.staff(seat) for seat in ("judge", "clerk", "technician")]
    await done(0, clerk, "open")
    party, other = [await court.enter(seat) for seat in ("party-1", "party-2")]
    await done(1, clerk, "admit", seat="party-1")
    said = {"camera": "missing", "microphone": "on", "speaker": "heard"}
    assert (await other.http.put("/api/v1/entry-check", json=said, headers=other.headers)).status == 200
    await done(1, clerk, "admit", seat="party-2", reason="The judge knows the voice")
    await trouble(court, done, party, clerk, technician)
    await done(5, judge, "start", reason="all are heard")
    await done(6, party, "request_recording")
    await done(7, other, "opinion", data={"request": 1, "opinion": "agree"})
    await done(8, judge, "permit_recording", data={"request": 1})
    await court.enter("witness-1")
    await done(10, clerk, "admit", seat="witness-1")
    await done(12, judge, "call_witness", seat="witness-1")
    await done(15, judge, "dismiss_witness", seat="witness-1")
    await done(20, judge, "close_session", reason="A trade secret")
    await done(30, judge, "reopen", reason="It is heard")
    await outage(court, judge, other, party)
    await done(50, judge, "conclude")


class Doing:
    def __init__(self, court):
        self._court = court

    async def __call__(self, minute, device, act, **fields):
        self._court.time = TEN + 60 * minute
        status, answer = await device.act(act, **fields)
        assert status == 200, (act, answer)


async def trouble(court, done, party, clerk, technician):
    """Rules ¶14, ¶24, with what was measured."""
    await clerk.connect()
    court.media.emit("links", hearing=court.hearing, seats={"party-1": LINK})
    await clerk.expect("links", lambda m: m["seats"])
    await done(2, party, "report_problem", data={"kind": "sound", "text": "I hear nothing"})
    await done(3, clerk, "acknowledge_problem", data={"problem": 1})
    await done(4, technician, "resolve_problem", data={"problem": 1})


async def outage(court, judge, other, party):
    """Nothing comes from the party from 10:39 on, which is noticed at 10:40; from 10:42 on it is back."""
    await judge.connect()
    await other.connect()
    await court.hub.look_around()
    court.time, court.steady = TEN + 40 * 60, court.steady + 60
    await court.hub.look_around()
    assert (await court.seat("party-1")).lost
    court.time = TEN + 42 * 60
    await party.connect()
    await court.hub.look_around()
    assert (await court.seat("party-1")).lost is None


class Paper:
    """A document over HTTP, each time by somebody of the court's staff."""

    def __init__(self, court, tokens):
        self._court = court
        self._tokens = tokens
        self.path = "/api/v1/documents"

    async def ask(self, who, method, path="", **body):
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        return await self._court.http.request(method, self.path + path, headers=headers, json=body or None)

    async def drawn_up(self, kind):
        answer = await self.ask("clerk", "POST", kind=kind, language="en", hearing=self._court.hearing, courtroom="3")
        assert answer.status == 201, await answer.text()
        self.path += f"/{(await answer.json())['document']}"
        return self

    async def signed(self, *roles):
        """What is shown after the last signature."""
        for version, role in enumerate(roles, 1):
            answer = await self.ask(role, "POST", "/acts", act="sign", version=version, role=role)
            assert answer.status == 200, await answer.text()
        return await answer.json()

    async def file(self):
        answer = await self.ask("judge", "GET", "/file")
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        return await answer.read()


@pytest.fixture
async def paper(court):
    await play(court)
    password = await court.words.hash("a long password", normal_password)
    of = (await court.store.load(court.hearing)).court
    await court.store.add_staff(of, "Head Omarova", password, ["administrator"])
    names = {"judge": "Judge Ahmetova", "clerk": "Clerk Serikov", "administrator": "Head Omarova"}
    return Paper(court, {role: await court.login(name) for role, name in names.items()})


def words(made):
    """What a file says, without the spaces that lines and kerning put into it."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def unsaid(made, *sentences):
    found = words(made)
    return [sentence for sentence in sentences if "".join(sentence.split()) not in found]


async def test_the_minutes_of_a_played_hearing_are_signed_off_and_kept_as_a_file(paper):
    minutes = await paper.drawn_up("minutes")
    view = await minutes.signed("clerk", "judge")
    made = await minutes.file()
    assert (view["state"], view["sha256"]) == ("signed_off", hashlib.sha256(made).hexdigest())
    assert await minutes.file() == made
    missing = unsaid(
        made, "7204-25-00-2/15", "10:05:00–10:50:00", "Video conferencing was used in the court hearing",
        "10:05:00–10:20:00", "10:30:00–10:50:00", "A trade secret", "10:20:00–10:30:00", "10:39:00–10:42:00",
        "The witness was called: Person of witness-1", "Person of party-2: agrees",
        "The check of the device before entry had failed (camera); admitted all the same. "
        "Reason: The judge knows the voice.",
        "The court permitted to record: Person of party-1", "Clerk Serikov", "Judge Ahmetova",
    )  # fmt: skip
    assert missing == [], words(made)


async def test_the_act_of_a_played_hearing_has_two_signatories(paper):
    act = await paper.drawn_up("act")
    assert (await act.signed("clerk"))["state"] == "signed"
    again = await act.ask("clerk", "POST", "/acts", act="sign", version=2, role="administrator")
    assert (again.status, (await again.json())["code"]) == (403, "not-permitted")
    signed = await act.ask("administrator", "POST", "/acts", act="sign", version=2, role="administrator")
    view = await signed.json()
    assert (view["state"], len(view["signatures"])) == ("signed_off", 2)
    made = await act.file()
    assert view["sha256"] == hashlib.sha256(made).hexdigest()
    missing = unsaid(made, "I hear nothing", "37.5 %", "140 kbit/s", "10:02:00", "Clerk Serikov", "Head Omarova")
    assert missing == [], words(made)
