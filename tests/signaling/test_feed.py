"""The feed of hearings (Rules ¶31), read as another system would."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from icalendar import Calendar
from sqlalchemy import update

from hearings.store import NewSeatRow, tables
from hearings.times import seconds
from signaling.feed_api import FeedApi
from signaling.feed_signature import Signature
from signaling.problems import problem_middleware
from tests.signaling.conftest import NUMBER
from tests.signaling.document import section

API = "/api/v1"
MORNING = seconds("2026-11-21T03:00:00.000Z")


@dataclass
class Feed:
    http: TestClient
    store: object
    hearing: str
    now: list[float]

    async def get(self, path="/feed/hearings", **headers):
        return await self.http.get(f"{API}{path}", headers=headers)

    async def json(self, path="/feed/hearings"):
        response = await self.get(path)
        assert response.status == 200, await response.text()
        return await response.json()

    async def jwks(self):
        return await (await self.http.get("/.well-known/jwks.json")).json(content_type=None)

    async def change(self, **values):
        async with self.store._engine.begin() as connection:
            await connection.execute(update(tables.hearing).where(tables.hearing.c.id == self.hearing).values(**values))


@pytest.fixture
async def feed(store, hearing, tmp_path):
    now = [MORNING]
    api = FeedApi(store, Signature.load(tmp_path / "feed.key"), tmp_path, lambda: now[0])
    app = web.Application(middlewares=[problem_middleware])
    app.add_routes(api.routes(API))
    http = TestClient(TestServer(app))
    await http.start_server()
    yield Feed(http, store, hearing, now)
    await http.close()


def verified(body: bytes, answer_headers, jwks) -> bytes:
    """As docs/protocol.md says it."""
    (example,) = re.findall(r"```python\n(.*?)```", section("## The feed"), re.DOTALL)
    names = {"body": body, "answer_headers": answer_headers, "jwks": jwks}
    exec(example, names)
    return names["payload"]


async def test_a_hearing_is_published_with_what_the_rules_ask_for_and_nothing_personal(feed):
    body = await feed.json()
    (hearing,) = body["hearings"]
    assert hearing == {
        "hearing": feed.hearing, "number": NUMBER, "court": "The court", "courtroom": "", "date": "2026-11-21",
        "time": "14:00", "at": "2026-11-21T09:00:00.000Z", "technology": "videoconference", "state": "scheduled",
    }  # fmt: skip
    text = json.dumps(body)
    assert "A v. B" not in text
    assert "Ahmetova" not in text


async def test_the_courtroom_is_published_once_it_is_known(feed):
    await feed.store.set_place(feed.hearing, "Зал № 3", "videoconference", 0.0)
    assert (await feed.json())["hearings"][0]["courtroom"] == "Зал № 3"


async def test_the_published_key_alone_is_enough_to_verify(feed):
    for path in ("/feed/hearings", "/feed/hearings.ics"):
        response = await feed.get(path)
        body = await response.read()
        assert verified(body, response.headers, await feed.jwks()) == body


async def test_a_changed_word_is_noticed(feed):
    response = await feed.get()
    forged = (await response.read()).replace(b"14:00", b"15:00")
    with pytest.raises(jwt.InvalidSignatureError):
        verified(forged, response.headers, await feed.jwks())


async def test_the_whole_may_come_as_one_signature(feed):
    response = await feed.get(Accept="application/jose")
    whole, jwks = await response.text(), jwt.PyJWKSet.from_dict(await feed.jwks())
    key = jwks[jwt.get_unverified_header(whole)["kid"]]
    payload = json.loads(jwt.PyJWS().decode(whole, key.key, algorithms=["EdDSA"]))
    assert response.content_type == "application/jose"
    assert payload == await feed.json()


async def test_a_turned_key_is_published_beside_the_old_one(feed, tmp_path):
    old = await feed.jwks()
    path = tmp_path / "feed.key"
    Signature.load(tmp_path / "new.key")
    path.write_bytes((tmp_path / "new.key").read_bytes() + path.read_bytes())
    both = Signature.load(path).jwks()["keys"]
    assert len(both) == 2
    assert both[1] == old["keys"][0]
    assert jwt.get_unverified_header(Signature.load(path).sign(b"x"))["kid"] == both[0]["kid"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_without_keys_is_refused(tmp_path, content):
    (tmp_path / "feed.key").write_bytes(content)
    with pytest.raises(ValueError):
        Signature.load(tmp_path / "feed.key")


async def test_the_private_part_is_not_published(feed):
    assert all("d" not in key for key in (await feed.jwks())["keys"])


async def test_what_has_changed_comes_after_the_cursor_and_only_that(feed):
    cursor = (await feed.json())["cursor"]
    assert (await feed.json(f"/feed/hearings?since={cursor}")) == {"hearings": [], "cursor": cursor, "more": False}
    await feed.change(state="postponed")
    changed = await feed.json(f"/feed/hearings?since={cursor}")
    assert [one["state"] for one in changed["hearings"]] == ["postponed"]
    assert int(changed["cursor"]) > int(cursor)


async def test_a_long_list_comes_in_parts_without_loss(feed, monkeypatch):
    court = await feed.store.ensure_court("The court")
    for number in range(5):
        await feed.store.create_hearing(court, f"1-{number}", "T", "2026-11-21T09:00:00.000Z", seats(), "2026")
    monkeypatch.setattr("signaling.feed_api._PAGE", 2)
    found, cursor, more = [], "0", True
    while more:
        part = await feed.json(f"/feed/hearings?since={cursor}")
        found += [one["number"] for one in part["hearings"]]
        cursor, more = part["cursor"], part["more"]
    assert sorted(found) == sorted([NUMBER, *(f"1-{number}" for number in range(5))])


def seats():
    return [NewSeatRow("judge", "judge", "J"), NewSeatRow("clerk", "clerk", "C")]


@pytest.mark.parametrize("since", ["", "-1", "x", "٣", "99999999999", "9999999999"])
async def test_a_cursor_that_is_none_is_refused(feed, since):
    response = await feed.get(f"/feed/hearings?since={since}")
    assert (response.status, (await response.json())["params"]) == (400, {"field": "since"})


async def test_yesterdays_hearings_are_not_among_the_coming_ones(feed):
    feed.now[0] = MORNING + 86_400
    assert (await feed.json())["hearings"] == []
    assert len((await feed.json("/feed/hearings?since=0"))["hearings"]) == 1


@pytest.mark.parametrize("path", ["/feed/hearings", "/feed/hearings.ics"])
async def test_what_has_not_changed_is_not_sent_again(feed, path):
    tag = (await feed.get(path)).headers["ETag"]
    again = await feed.get(path, **{"If-None-Match": tag})
    assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)
    await feed.change(state="concluded")
    assert (await feed.get(path, **{"If-None-Match": tag})).status == 200


@pytest.mark.parametrize(
    ("state", "public"),
    [("ready", "scheduled"), ("closed_session", "in_session"), ("recess", "in_session"), ("concluded", "concluded")],
)
async def test_the_public_learns_whether_the_court_sits_and_no_more(feed, state, public):
    await feed.change(state=state)
    assert (await feed.json())["hearings"][0]["state"] == public


async def test_the_calendar_is_one(feed):
    response = await feed.get("/feed/hearings.ics")
    (event,) = Calendar.from_ical(await response.read()).walk("VEVENT")
    assert (response.content_type, str(event["uid"]), str(event["summary"])) == ("text/calendar", feed.hearing, NUMBER)


async def test_the_page_is_served_to_everybody(feed, tmp_path):
    assert (await feed.http.get("/schedule")).status == 404
    (tmp_path / "schedule.html").write_text("<!doctype html>")
    response = await feed.http.get("/schedule")
    assert (response.status, response.content_type) == (200, "text/html")
