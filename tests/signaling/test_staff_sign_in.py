"""Staff sign in: passwords, second factors, resets; what each step's token is good for."""

from __future__ import annotations

import pyotp
import pytest

from hearings.store.staff_log import Doing

NAME = "Judge Ahmetova"
PASSWORD = "a long password"
BY = Doing("system", "2026-11-21T09:00:00.000Z", "A test asks for it.")


def headers(token):
    return {"Authorization": f"Bearer {token}"}


async def post(court, path, token=None, **body):
    response = await court.http.post(f"/api/v1/staff/{path}", json=body, headers=headers(token) if token else {})
    return response.status, await response.json() if response.content_type.endswith("json") else None


async def login(court, password=PASSWORD, name=NAME):
    return await post(court, "login", name=name, password=password)


async def account(court, token):
    response = await court.http.get("/api/v1/staff/account", headers=headers(token))
    return response.status, await response.json()


class Clock:
    """The next code of an authenticator whose clock is a step ahead each time it is asked."""

    def __init__(self, court, secret):
        self.codes = pyotp.TOTP(secret)
        self.court = court
        self.ahead = -1

    def code(self):
        self.ahead += 1
        self.court.time[0] += 30
        return self.codes.at(int(self.court.time[0]))


@pytest.fixture
async def person(store, hearing):
    return await store.staff_by_name(NAME)


@pytest.fixture
async def court(start):
    """A court whose clock tests put on."""
    court = await start()
    court.time = [1_800_000_000.0]
    routes = court.http.app.router.routes()
    hearings = next(route for route in routes if route.resource.canonical == "/api/v1/staff/hearings")
    hearings.handler.__self__._authority._utc = lambda: court.time[0]
    return court


@pytest.fixture
async def enrolled(court):
    """An authenticator, and the recovery codes."""
    token = await court.login()
    _, begun = await post(court, "totp", token)
    clock = Clock(court, begun["secret"])
    status, answer = await post(court, "totp/confirm", token, code=clock.code())
    assert status == 200, answer
    clock.recovery_codes = answer["recovery_codes"]
    clock.token = token
    return clock


async def stepped(court):
    """The token of the step after the password."""
    status, answer = await login(court)
    assert (status, answer["step"]) == (200, "second-factor")
    return answer["token"]


async def test_without_a_second_factor_the_password_signs_in(court):
    status, answer = await login(court)
    assert (status, answer["staff"]["name"], "step" in answer) == (200, NAME, False)


async def test_a_wrong_password_and_a_disabled_person_get_the_one_answer(court, store, person):
    assert (await login(court, "wrong"))[1]["code"] == "entry-refused"
    await store.set_disabled(person.court, person.id, True, BY)
    assert (await login(court))[1]["code"] == "entry-refused"


async def test_the_qr_code_is_a_picture_of_the_secret(court):
    _, begun = await post(court, "totp", await court.login())
    assert begun["qr"].startswith("<svg")
    assert f"secret={begun['secret']}" in begun["uri"]


async def test_the_secret_is_not_in_the_database(court, store, person):
    _, begun = await post(court, "totp", await court.login())
    factor = await store.factor(person.id)
    assert begun["secret"].encode() not in factor.pending


async def test_with_a_second_factor_the_password_opens_nothing_yet(court, enrolled):
    token = await stepped(court)
    assert (await account(court, token))[1]["code"] == "not-permitted"
    for path in ("hearings", "account"):
        response = await court.http.get(f"/api/v1/staff/{path}", headers=headers(token))
        assert response.status == 403
    assert (await court.http.post("/api/v1/token", headers=headers(token))).status == 403


async def test_the_code_signs_in_and_the_step_is_over(court, enrolled):
    token = await stepped(court)
    status, answer = await post(court, "second-factor", token, code=enrolled.code())
    assert (status, answer["staff"]["name"]) == (200, NAME)
    assert (await account(court, answer["token"]))[0] == 200
    assert (await post(court, "second-factor", token, code=enrolled.code()))[1]["code"] == "token-revoked"


async def test_a_code_is_good_once(court, enrolled):
    code = enrolled.code()
    assert (await post(court, "second-factor", await stepped(court), code=code))[0] == 200
    assert (await post(court, "second-factor", await stepped(court), code=code))[1]["code"] == "entry-refused"


async def test_the_code_that_set_it_up_is_used(court, enrolled):
    code = enrolled.codes.at(int(court.time[0]))
    assert (await post(court, "second-factor", await stepped(court), code=code))[1]["code"] == "entry-refused"


async def test_wrong_codes_wait_longer_and_longer(court, enrolled):
    token = await stepped(court)
    court.waits.clear()
    for _ in range(4):
        assert (await post(court, "second-factor", token, code="000000"))[0] == 401
    assert court.waits == sorted(court.waits)
    assert court.waits[-1] > court.waits[0]


async def test_a_recovery_code_signs_in_once_and_is_noted(court, enrolled, store, person):
    code = enrolled.recovery_codes[0].upper()
    assert (await post(court, "second-factor", await stepped(court), code=code))[0] == 200
    assert (await post(court, "second-factor", await stepped(court), code=code))[0] == 401
    assert "recovery_code" in [event.kind for event in await store.staff_events(person.court, person.id)]


async def test_another_authenticator_needs_a_code_of_the_present_one(court, enrolled):
    assert (await post(court, "totp", enrolled.token))[1]["code"] == "entry-refused"
    status, begun = await post(court, "totp", enrolled.token, code=enrolled.code())
    assert status == 200
    assert begun["secret"] != enrolled.codes.secret
    token = await stepped(court)
    assert (await post(court, "second-factor", token, code=enrolled.code()))[0] == 200


async def test_new_recovery_codes_end_the_older_ones(court, enrolled):
    _, answer = await post(court, "totp/recovery-codes", enrolled.token, code=enrolled.code())
    assert len(answer["recovery_codes"]) == 10
    token = await stepped(court)
    assert (await post(court, "second-factor", token, code=enrolled.recovery_codes[1]))[0] == 401
    assert (await post(court, "second-factor", token, code=answer["recovery_codes"][1]))[0] == 200


async def test_who_must_have_a_second_factor_sets_it_up_before_anything_else(court, store, person):
    await store.set_factor_policy(person.court, True, BY)
    _, answer = await login(court)
    token = answer["token"]
    assert answer["step"] == "enrol"
    assert (await court.http.get("/api/v1/staff/hearings", headers=headers(token))).status == 403
    _, begun = await post(court, "totp", token)
    assert (await post(court, "totp/confirm", token, code=Clock(court, begun["secret"]).code()))[0] == 200
    assert (await court.http.get("/api/v1/staff/hearings", headers=headers(token))).status == 200


async def test_a_required_second_factor_is_not_removed_by_its_owner(court, enrolled, store, person):
    await store.set_factor_policy(person.court, True, BY)
    assert (await post(court, "totp/remove", enrolled.token, code=enrolled.code()))[1]["code"] == "not-permitted"
    await store.set_factor_policy(person.court, False, BY)
    assert (await post(court, "totp/remove", enrolled.token, code=enrolled.code()))[0] == 204
    assert "step" not in (await login(court))[1]


async def test_the_password_is_changed_by_who_knows_it(court):
    token, other = await court.login(), await court.login()
    assert (await post(court, "password", token, current="wrong", password="a longer password"))[0] == 401
    assert (await post(court, "password", token, current=PASSWORD, password="a longer password"))[0] == 204
    assert (await account(court, token))[0] == 200
    assert (await account(court, other))[1]["code"] == "token-revoked"
    assert (await login(court))[0] == 401
    assert (await login(court, "a longer password"))[0] == 200


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "           ."])
async def test_a_weak_password_is_not_taken(court, password):
    token = await court.login()
    status, answer = await post(court, "password", token, current=PASSWORD, password=password)
    assert (status, answer["code"]) == (400, "weak-password")


async def test_a_reset_code_sets_a_password_once_in_its_hour(court, store, person, words):
    await store.open_reset(person.court, person.id, await words.hash("bakidu-motela-47"), court.time[0] + 3600, BY)
    new = {"name": NAME, "code": "bakidu motela 47", "password": "a password of my own"}
    assert (await post(court, "reset", **{**new, "code": "wrong"}))[1]["code"] == "entry-refused"
    court.time[0] += 3601
    assert (await post(court, "reset", **new))[1]["code"] == "entry-refused"
    court.time[0] -= 10
    assert (await post(court, "reset", **new))[0] == 204
    assert (await post(court, "reset", **new))[0] == 401
    assert (await login(court, new["password"]))[0] == 200


async def test_a_reset_of_nobody_looks_like_a_wrong_code(court):
    body = {"name": "Nobody", "code": "bakidu-motela-47", "password": "a password of my own"}
    assert (await post(court, "reset", **body))[1]["code"] == "entry-refused"


async def test_every_sign_in_is_noted(court, enrolled, store, person):
    await post(court, "second-factor", await stepped(court), code=enrolled.code())
    events = [event for event in await store.staff_events(person.court, person.id) if event.kind == "signed_in"]
    assert [event.data["method"] for event in events] == ["second_factor", "password"]


async def test_no_secret_of_a_sign_in_reaches_a_log(court, enrolled, capfd):
    token = await stepped(court)
    await post(court, "second-factor", token, code=enrolled.recovery_codes[0])
    out = "".join(capfd.readouterr())
    assert not any(secret in out for secret in (token, enrolled.recovery_codes[0], enrolled.codes.secret, NAME))
