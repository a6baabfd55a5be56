"""Administrators: what they do about their own court's staff, and that no other court's is theirs to see or touch."""

from __future__ import annotations

import pytest

from hearings.store import open_store
from hearings.store.staff_acts import TABLE
from hearings.store.staff_log import Doing
from hearings.store.words import normal_password
from signaling.admin_acts import AdminActs

REASON = "The head of the office asked for it."
BY = Doing("system", "2026-11-21T09:00:00.000Z", "A test asks for it.")
SUBJECT = {"link": {"subject": "s"}, "roles": {"roles": ["judge"]}}


ON_BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database(request):
    """SQLite, and PostgreSQL where a test asks for both."""
    if getattr(request, "param", "") == "postgresql":
        return request.getfixturevalue("postgresql").url()
    return request.getfixturevalue("sqlite_url")


@pytest.fixture
async def store(database):
    store = await open_store(database)
    yield store
    await store.close()


@pytest.fixture
async def here(store, hearing):
    return next(iter(await store.courts()))


@pytest.fixture
async def elsewhere(store):
    return await store.ensure_court("Another court")


@pytest.fixture
async def people(store, words, here, elsewhere):
    """Who administers here and elsewhere, by name; and the judge."""
    password = await words.hash("a long password", normal_password)
    mine = await store.add_staff(here, "Administrator", password, ["administrator"])
    theirs = await store.add_staff(elsewhere, "Stranger", password, ["administrator"])
    judge = await store.staff_by_name("Judge Ahmetova")
    return {"Administrator": mine, "Stranger": theirs, "Judge Ahmetova": judge.id}


class Desk:
    """Requests of one administrator about a court."""

    def __init__(self, court, token, of):
        self.http = court.http
        self.headers = {"Authorization": f"Bearer {token}"}
        self.of = f"/api/v1/admin/courts/{of}"

    async def ask(self, method, path, **options):
        response = await self.http.request(method, f"{self.of}{path}", headers=self.headers, **options)
        return response.status, await response.json() if response.status != 204 else None

    async def act(self, person, act, **fields):
        body = {"act": act, "reason": REASON} | fields
        return await self.ask("POST", f"/staff/{person}/acts", json=body)


@pytest.fixture
async def desk(court, people, here):
    return Desk(court, await court.login("Administrator"), here)


ENDPOINTS = [
    ("PUT", "/second-factor", {"required": True, "reason": REASON}),
    ("GET", "/staff", None),
    ("POST", "/staff", {"name": "Newcomer", "roles": ["judge"], "reason": REASON}),
    ("GET", "/staff/{judge}", None),
    *(("POST", "/staff/{judge}/acts", {"act": act, "reason": REASON} | SUBJECT.get(act, {})) for act in TABLE),
    ("GET", "/events", None),
]


def test_every_endpoint_about_a_court_is_tried_below(court):
    routes = {
        (route.method, route.resource.canonical.partition("{court}")[2].replace("{staff}", "{judge}"))
        for route in court.http.app.router.routes()
        if "/admin/courts/{court}" in route.resource.canonical and route.method != "HEAD"
    }
    assert routes == {(method, path) for method, path, _ in ENDPOINTS}


@pytest.mark.parametrize("who", ["Stranger", "Judge Ahmetova"])
@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
async def test_who_does_not_administer_the_court_sees_and_does_nothing(
    court, store, people, here, who, method, path, body
):
    before = await store.staff_by_id(people["Judge Ahmetova"])
    stranger = Desk(court, await court.login(who), here)
    status, answer = await stranger.ask(method, path.format(judge=before.id), json=body)
    assert (status, answer["code"]) == (403, "not-permitted")
    assert await store.staff_by_id(before.id) == before
    assert await store.staff_by_name("Newcomer") is None


@pytest.mark.parametrize("act", sorted(TABLE))
async def test_another_courts_people_are_not_there(court, people, elsewhere, act):
    stranger = Desk(court, await court.login("Stranger"), elsewhere)
    assert (await stranger.ask("GET", f"/staff/{people['Judge Ahmetova']}"))[0] == 404
    assert (await stranger.act(people["Judge Ahmetova"], act, **SUBJECT.get(act, {})))[1]["code"] == "not-found"


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
async def test_without_a_token_there_is_nothing(court, here, method, path, body):
    response = await court.http.request(method, f"/api/v1/admin/courts/{here}{path.format(judge=1)}", json=body)
    assert response.status == 401


async def test_the_events_of_another_court_are_not_shown(court, store, people, elsewhere, desk):
    stranger = Desk(court, await court.login("Stranger"), elsewhere)
    await desk.act(people["Judge Ahmetova"], "disable")
    _, answer = await stranger.ask("GET", "/events")
    assert {event["staff"] for event in answer["events"]} == {people["Stranger"]}


async def test_the_courts_are_those_that_one_administers(court, people, here):
    for name, expected in [("Administrator", [here]), ("Judge Ahmetova", [])]:
        headers = {"Authorization": f"Bearer {await court.login(name)}"}
        answer = await (await court.http.get("/api/v1/admin/courts", headers=headers)).json()
        assert [one["court"] for one in answer["courts"]] == expected


@ON_BOTH
async def test_an_address_is_kept_and_stands_in_no_event(people, desk):
    judge = people["Judge Ahmetova"]
    assert (await desk.act(judge, "email", email="judge@court.example"))[0] == 200
    assert (await desk.ask("GET", f"/staff/{judge}"))[1]["email"] == "judge@court.example"
    status, problem = await desk.act(judge, "email", email="judge")
    assert (status, problem["params"]["field"]) == (400, "email")
    assert "court.example" not in str(await desk.ask("GET", "/events"))


async def test_of_a_guest_only_the_roles_in_this_court_are_seen_and_changed(store, people, here, desk):
    guest = people["Stranger"]
    await store.grant(guest, here, "panel", BY)
    _, seen = await desk.ask("GET", f"/staff/{guest}")
    assert (seen["employed"], seen["roles"], seen["acts"]) == (False, ["panel"], ["roles"])
    assert not {"sessions", "second_factor", "single_sign_on"} & set(seen)
    assert (await desk.act(guest, "reset"))[0] == 403
    assert (await desk.act(guest, "roles", roles=["judge"]))[0] == 200
    assert ("administrator" in {role for _, role in (await store.staff_by_id(guest)).roles}) is True


@ON_BOTH
async def test_a_new_person_sets_a_password_by_the_code(court, desk):
    status, answer = await desk.ask("POST", "/staff", json={"name": "Newcomer", "roles": ["clerk"], "reason": REASON})
    assert status == 201
    body = {"name": "newcomer", "code": answer["code"], "password": "a password of my own"}
    assert (await court.http.post("/api/v1/staff/reset", json=body)).status == 204
    body = {"name": "Newcomer", "password": "a password of my own"}
    login = await (await court.http.post("/api/v1/staff/login", json=body)).json()
    assert [role["role"] for role in login["staff"]["roles"]] == ["clerk"]


@ON_BOTH
async def test_a_reset_ends_the_password_and_the_seat_in_the_hearing(court, people, desk):
    judge = await court.opened()
    await judge.connect()
    status, answer = await desk.act(people["Judge Ahmetova"], "reset")
    assert (status, set(answer)) == (200, {"version", "code", "expires"})
    bye = await judge.expect("bye")
    assert bye["problem"]["code"] == "token-revoked"
    assert (await court.seat("judge")).standing == "left"
    body = {"name": "Judge Ahmetova", "password": "a long password"}
    assert (await court.http.post("/api/v1/staff/login", json=body)).status == 401


async def test_the_code_of_a_reset_is_in_no_event_and_no_log(desk, people, capfd):
    _, answer = await desk.act(people["Judge Ahmetova"], "reset")
    _, events = await desk.ask("GET", "/events")
    assert answer["code"] not in str(events)
    assert answer["code"] not in "".join(capfd.readouterr())


async def test_one_session_is_ended_and_the_other_stays(court, people, desk):
    first, second = await court.login(), await court.login()
    _, person = await desk.ask("GET", f"/staff/{people['Judge Ahmetova']}")
    assert len(person["sessions"]) == 2
    await desk.act(people["Judge Ahmetova"], "revoke", session=person["sessions"][0]["session"])
    found = [
        (await court.http.get("/api/v1/staff/account", headers={"Authorization": f"Bearer {token}"})).status
        for token in (first, second)
    ]
    assert sorted(found) == [200, 401]


async def test_a_disabled_person_is_out_until_enabled(court, people, desk):
    token = await court.login()
    await desk.act(people["Judge Ahmetova"], "disable")
    headers = {"Authorization": f"Bearer {token}"}
    assert (await court.http.get("/api/v1/staff/account", headers=headers)).status == 401
    await desk.act(people["Judge Ahmetova"], "enable")
    assert await court.login()


@ON_BOTH
async def test_who_loses_a_role_loses_the_seat_and_stays_signed_in(court, people, desk):
    judge = await court.opened()
    token = await court.login()
    assert (await desk.act(people["Judge Ahmetova"], "roles", roles=["clerk"]))[0] == 200
    assert (await court.http.get("/api/v1/hearing", headers=judge.headers)).status == 401
    body = {"hearing": court.hearing, "seat": "judge"}
    headers = {"Authorization": f"Bearer {token}"}
    assert (await court.http.post("/api/v1/staff/enter", json=body, headers=headers)).status == 403


@ON_BOTH
async def test_a_lost_second_factor_is_removed_with_its_reason(store, people, here, desk):
    judge = people["Judge Ahmetova"]
    await store.keep_pending(here, judge, b"sealed")
    await store.confirm_factor(here, judge, b"sealed", 1, ["a"], BY)
    assert (await desk.act(judge, "remove_second_factor"))[0] == 200
    _, answer = await desk.ask("GET", "/events", params={"staff": judge})
    newest = answer["events"][0]
    assert (newest["kind"], newest["reason"], newest["by"]) == ("remove_second_factor", REASON, "Administrator")


async def test_no_act_goes_without_its_reason(people, desk):
    for act in TABLE:
        status, answer = await desk.act(people["Judge Ahmetova"], act, **SUBJECT.get(act, {}), reason=" ")
        assert (status, answer["params"]["field"]) == (400, "reason")


@ON_BOTH
async def test_the_second_administrator_is_told_that_the_first_has_changed_it(people, desk):
    judge = people["Judge Ahmetova"]
    assert (await desk.act(judge, "roles", roles=["panel"], version=0))[0] == 200
    assert (await desk.act(judge, "roles", roles=["clerk"], version=0))[1]["code"] == "changed"


async def test_nobody_takes_their_own_access_away(people, desk):
    for act in set(TABLE) - {"revoke"}:
        assert (await desk.act(people["Administrator"], act, **SUBJECT.get(act, {})))[1]["code"] == "not-permitted"


@pytest.mark.parametrize("roles", [None, "judge", ["king"], [1], [["judge"]]])
async def test_what_are_no_roles_is_refused(people, desk, roles):
    status, answer = await desk.act(people["Judge Ahmetova"], "roles", roles=roles)
    assert (status, answer["params"]["field"]) == (400, "roles")


async def test_without_a_provider_nobody_is_linked(people, desk):
    assert (await desk.act(people["Judge Ahmetova"], "link", subject="s"))[0] == 404


@ON_BOTH
async def test_people_are_found_by_a_part_of_their_name(desk, people):
    _, answer = await desk.ask("GET", "/staff", params={"search": "ahmet"})
    assert [person["name"] for person in answer["staff"]] == ["Judge Ahmetova"]


@ON_BOTH
async def test_the_courts_policy_is_set_with_its_reason(store, people, here, desk):
    assert (await desk.ask("PUT", "/second-factor", json={"required": "yes", "reason": REASON}))[0] == 400
    assert (await desk.ask("PUT", "/second-factor", json={"required": True, "reason": REASON}))[0] == 204
    assert (await store.staff_by_id(people["Judge Ahmetova"])).needs_factor
    assert (await store.staff_events(here))[0].kind == "policy"


def test_every_act_of_the_table_is_done():
    assert set(AdminActs(*[None] * 5)._kinds) == set(TABLE)
