from __future__ import annotations

import time

import pytest

from signaling.tokens import Tokens
from tests.signaling.conftest import KEY


async def hearing(court, token):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = await court.http.get("/api/v1/hearing", headers=headers)
    return response.status, (await response.json()).get("code")


def standings(message):
    return [(seat["seat"], seat["standing"]) for seat in message["hearing"]["seats"]]


async def test_without_a_token_nobody_is_there(court):
    assert await hearing(court, None) == (401, "token-missing")


async def test_an_expired_token_says_so(court):
    judge = await court.staff()
    session = Tokens([KEY]).read(judge.token, time.time()).session
    expired = Tokens([KEY], 300).issue("seat", session, "a", time.time() - 400)
    assert await hearing(court, expired) == (401, "token-expired")


async def test_a_token_of_no_session_is_revoked(court):
    assert await hearing(court, Tokens([KEY]).issue("seat", "none", "a", time.time())) == (401, "token-revoked")


async def test_a_staff_token_opens_no_hearing(court):
    assert await hearing(court, await court.login()) == (403, "not-permitted")


async def test_a_seat_token_is_no_staff_token(court):
    judge = await court.staff()
    for path in ("staff/hearings", "technician/links"):
        response = await court.http.get(f"/api/v1/{path}", headers=judge.headers)
        assert (response.status, (await response.json())["code"]) == (403, "not-permitted")


async def test_a_renewed_token_goes_on_with_the_same_seat(court):
    judge = await court.staff()
    answer = await (await court.http.post("/api/v1/token", headers=judge.headers)).json()
    assert answer["expires_in"] == 300
    assert await hearing(court, answer["token"]) == (200, None)


async def test_who_leaves_gives_up_the_seat_and_the_token(court):
    judge = await court.opened()
    party = await court.enter()
    await judge.connect()
    assert (await court.http.delete("/api/v1/token", headers=party.headers)).status == 204
    assert await hearing(court, party.token) == (401, "token-revoked")
    await judge.expect("hearing", lambda m: ("party-1", "left") in standings(m))


async def test_a_signed_out_staff_member_is_signed_out_everywhere(court):
    token = await court.login()
    await court.http.delete("/api/v1/token", headers={"Authorization": f"Bearer {token}"})
    response = await court.http.post("/api/v1/token", headers={"Authorization": f"Bearer {token}"})
    assert (await response.json())["code"] == "token-revoked"


async def test_a_seat_token_survives_a_restart_of_the_app(start):
    first = await start()
    judge = await first.opened()
    party = await first.admitted(judge)
    await first.http.close()
    second = await start()
    assert await hearing(second, party.token) == (200, None)


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "nonsense"])
async def test_what_is_no_bearer_token_is_no_token(court, header):
    response = await court.http.get("/api/v1/hearing", headers={"Authorization": header})
    assert (await response.json())["code"] == "token-missing"
