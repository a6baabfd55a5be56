"""Bad input gets a clear error, never the server's mistake, and spoils nothing that comes later."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.signaling.conftest import NUMBER, WORDS

HALF = "\ud83d"
"""Half a character outside the BMP: JSON can carry it (RFC 8259 §8.2), UTF-8 cannot."""


@pytest.mark.parametrize("field", ["hearing", "seat", "code_word"])
async def test_half_a_character_in_an_entry_is_a_bad_request(court, field):
    body = {"hearing": NUMBER, "seat": "party-1", "code_word": WORDS["party-1"], field: HALF}
    response = await court.http.post("/api/v1/entry", data=json.dumps(body))
    assert (response.status, (await response.json())["params"]) == (400, {"field": field})


@pytest.mark.parametrize("field", ["name", "password"])
async def test_half_a_character_in_a_login_is_a_bad_request(court, field):
    body = {"name": "Judge Ahmetova", "password": "a long password", field: HALF}
    response = await court.http.post("/api/v1/staff/login", data=json.dumps(body))
    assert (response.status, (await response.json())["params"]) == (400, {"field": field})


async def test_half_a_character_in_a_reason_does_not_stop_the_journal(court):
    judge = await court.opened(start=True)
    await court.enter()
    body = {"act": "refuse", "seat": "party-1", "reason": f"Another person {HALF}"}
    response = await court.http.post("/api/v1/hearing/acts", data=json.dumps(body), headers=judge.headers)
    assert (response.status, (await response.json())["params"]) == (400, {"field": "reason"})
    assert await court.hub.journal.flush(await court.hub.changes.current(court.hearing))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json; charset=nonsense"}, 400),
        ({"Content-Encoding": "gzip", "Content-Type": "application/json"}, 400),
        ({"Origin": "http://["}, 403),
        ({"Host": "["}, 400),
        ({"Authorization": "Bearer \udcff"}, 401),
        ({"Idempotency-Key": "\udcff"}, 400),
    ],
)
async def test_a_header_that_makes_no_sense_is_not_the_servers_mistake(start, headers, status):
    court = await start(origins=frozenset({"https://court.example:8443"}))
    judge = await court.staff()
    reader, writer = await asyncio.open_connection(court.http.host, court.http.port)
    body = b'{"act": "open"}'
    known = {"Host": "localhost", "Authorization": f"Bearer {judge.token}", "Content-Type": "application/json"}
    lines = [f"{name}: {value}" for name, value in (known | headers | {"Content-Length": len(body)}).items()]
    text = "\r\n".join(["POST /api/v1/hearing/acts HTTP/1.1", *lines, "Connection: close", "", ""])
    writer.write(text.encode("utf-8", "surrogateescape") + body)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer
    assert b"application/problem+json" in answer


@pytest.mark.parametrize("path", ["/api/v1/hearing/seats/%ff/photo", "/api/v1/hearing/seats/%00/photo", "/%ff.js"])
async def test_a_path_that_is_no_text_is_not_there(court, path):
    judge = await court.opened()
    response = await court.http.get(path, headers=judge.headers)
    assert (response.status, (await response.json())["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "renew", "token": HALF}, "bad-request"),
        ({"type": "publish", "sdp": f"v=0{HALF}"}, "bad-request"),
        ({"type": HALF}, "bad-request"),
        ({"type": "report", "up": {"connection": HALF}}, "bad-request"),
    ],
)
async def test_half_a_character_in_a_message_is_told(court, message, code):
    judge = await court.opened()
    await judge.connect()
    await judge.socket.send_str(json.dumps({"id": 7, **message}))
    assert (await judge.expect("problem"))["problem"]["code"] == code


async def test_a_hello_with_half_a_character_is_answered(court):
    socket = await court.http.ws_connect("/api/v1/ws")
    await socket.send_str(json.dumps({"type": "hello", "token": HALF, "version": "1.0.0"}))
    assert (await socket.receive_json())["problem"]["code"] == "token-revoked"


async def test_a_figure_beyond_all_numbers_is_left_out(court):
    judge = await court.opened()
    await judge.connect()
    connection = (await judge.request("subscribe"))["connection"]
    await judge.send("report", down={"connection": connection, "freezes": 10**400, "freeze_s": 1.0})
    assert (await court.media.wait_for("report")).keys() == {"id", "op", "connection", "freeze_s"}
