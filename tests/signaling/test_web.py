"""What every request must pass and every answer carries."""

from __future__ import annotations

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import make_mocked_request

from signaling.problems import Problem
from signaling.security import client_address, content_security_policy, is_this_machine
from signaling.static_files import PAGES
from signaling.version import Version


class FromAddress:
    """A transport as of a request from an address."""

    def __init__(self, address):
        self.address = address

    def get_extra_info(self, name, default=None):
        return (self.address, 1) if name == "peername" else default


def request_from(address, headers=None):
    return make_mocked_request("GET", "/", headers=headers, transport=FromAddress(address))


async def test_a_page_of_another_site_opens_no_websocket(court):
    with pytest.raises(WSServerHandshakeError) as caught:
        await court.http.ws_connect("/api/v1/ws", origin="https://elsewhere.example")
    assert caught.value.status == 403


async def test_a_page_of_another_site_changes_nothing(court):
    response = await court.http.post("/api/v1/entry", json={}, headers={"Origin": "https://elsewhere.example"})
    assert (response.status, (await response.json())["code"]) == (403, "not-permitted")


@pytest.mark.parametrize("origin", ["null", "https://", "http://127.0.0.1:1", "https://127.0.0.1.elsewhere.example"])
async def test_an_origin_that_only_looks_like_ours_is_not(court, origin):
    assert (await court.http.post("/api/v1/entry", json={}, headers={"Origin": origin})).status == 403


async def test_our_own_page_opens_a_websocket(court):
    url = court.http.make_url("/")
    async with court.http.ws_connect("/api/v1/ws", origin=f"http://{url.host}:{url.port}") as socket:
        assert not socket.closed


async def test_a_name_that_was_made_to_point_here_is_not_ours(start):
    court = await start(origins=frozenset({"https://court.example:8443"}))
    assert (await court.http.get("/", headers={"Host": "elsewhere.example"})).status == 400
    assert (await court.http.get("/", headers={"Host": "court.example:8443"})).status == 200
    assert (await court.http.get("/", headers={"Host": "localhost:1"})).status == 200


async def test_every_answer_carries_the_security_headers(court):
    for path in ("/", "/nothing", "/api/v1/version", "/api/v1/hearing", "/healthz"):
        headers = (await court.http.get(path)).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_a_strange_host_adds_nothing_to_the_content_security_policy():
    assert "connect-src 'self';" in content_security_policy("x; script-src *", secure=True)
    assert "connect-src 'self' wss://[::1]:8443;" in content_security_policy("[::1]:8443", secure=True)


async def test_answers_of_the_api_are_never_stored(court):
    assert (await court.http.get("/api/v1/version")).headers["Cache-Control"] == "no-store"


async def test_a_body_that_is_too_large_is_refused(court):
    response = await court.http.post("/api/v1/entry", data=b"x" * 70_000)
    assert (response.status, (await response.json())["code"]) == (413, "too-large")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 5000, b'{"hearing": "\\u0000"}'])
async def test_a_body_that_is_no_json_object_is_a_bad_request(court, body):
    response = await court.http.post("/api/v1/entry", data=body, headers={"Content-Type": "application/json"})
    assert (response.status, (await response.json())["code"]) == (400, "bad-request")
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/nothing"), ("PUT", "/api/v1/entry"), ("POST", "/x")])
async def test_what_is_not_there_is_a_problem_too(court, method, path):
    response = await court.http.request(method, path)
    assert (response.status, (await response.json())["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/nothing-here", "text/html,*/*;q=0.8", "text/html"),
        ("/nothing-here", "*/*", "application/problem+json"),
        ("/api/v1/nothing", "text/html", "application/problem+json"),
    ],
)
async def test_a_person_who_follows_a_wrong_address_gets_a_page(court, tmp_path, path, accept, media_type):
    (tmp_path / "static" / "not-found.html").write_text("<!doctype html>")
    response = await court.http.get(path, headers={"Accept": accept})
    assert (response.status, response.content_type) == (404, media_type)


async def test_our_own_mistake_is_a_problem_without_its_text(court, monkeypatch):
    async def fail(*_):
        raise RuntimeError("bakidu-motela-47")

    monkeypatch.setattr(court.store, "staff_by_name", fail)
    response = await court.http.post("/api/v1/staff/login", json={"name": "a", "password": "b"})
    body = await response.text()
    assert (response.status, (await response.json())["code"]) == (500, "server-error")
    assert "bakidu" not in body
    assert "Traceback" not in body


async def test_the_version_says_which_clients_are_too_old(court):
    answer = await (await court.http.get("/api/v1/version")).json()
    assert answer == {"version": "1.0.0", "minimum": "0.9.0", "languages": ["kk", "ru", "en"]}


@pytest.mark.parametrize("client", ["0.9.0", "0.10", "1.0.0rc1", "10"])
def test_a_client_of_the_minimum_version_or_newer_takes_part(client):
    assert Version("1.0.0", "0.9.0").require(client) is None


@pytest.mark.parametrize(
    ("client", "code"),
    [
        ("0.8.99", "client-too-old"),
        ("", "bad-request"),
        ("x", "bad-request"),
        (1, "bad-request"),
        ("1" * 99, "bad-request"),
    ],
)
def test_an_older_client_or_none_at_all_does_not(client, code):
    with pytest.raises(Problem, match=code):
        Version("1.0.0", "0.9.0").require(client)


@pytest.mark.parametrize(
    ("address", "forwarded", "who"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxy_is_believed_whose_request_it_passes_on(address, forwarded, who):
    request = request_from(address, {"X-Forwarded-For": forwarded} if forwarded else {})
    assert client_address(request, frozenset({"10.0.0.1"})) == who


def test_a_request_that_a_proxy_on_this_machine_passes_on_is_not_from_this_machine():
    here = {"Host": "localhost:8080"}
    assert is_this_machine(request_from("127.0.0.1", here))
    assert not is_this_machine(request_from("127.0.0.1", {**here, "X-Forwarded-For": "192.0.2.1"}))
    assert not is_this_machine(request_from("192.0.2.1", here))
    assert not is_this_machine(request_from("127.0.0.1", {"Host": "court.example"}))
    assert is_this_machine(request_from("127.0.0.1", {"Host": "[::1]:8080"}))


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_the_one_client(court, path):
    response = await court.http.get(path)
    assert (response.status, response.content_type) == (200, "text/html")
    assert response.headers["Cache-Control"] == "no-cache"


async def test_a_file_is_sent_again_only_when_it_has_changed(court):
    tag = (await court.http.get("/")).headers["ETag"]
    assert (await court.http.get("/", headers={"If-None-Match": tag})).status == 304


async def test_files_have_their_types(court, tmp_path):
    for name, media_type in [("a.js", "text/javascript"), ("m.webmanifest", "application/manifest+json")]:
        (tmp_path / "static" / name).write_text("{}")
        assert (await court.http.get(f"/{name}")).content_type == media_type


@pytest.mark.parametrize(
    "path", ["/..%2fvault.key", "/%2e%2e/vault.key", "/.hidden.js", "/notes.txt", "/sub", "/x%00.js"]
)
async def test_what_is_no_file_of_the_client_is_not_there(court, tmp_path, path):
    for name in (".hidden.js", "notes.txt"):
        (tmp_path / "static" / name).write_text("secret")
    (tmp_path / "static" / "link.js").symlink_to(tmp_path / "vault.key")
    for one in (path, "/link.js"):
        assert (await court.http.get(one)).status == 404


async def test_health_says_whether_media_is_there(court):
    assert await (await court.http.get("/healthz")).json() == {"app": "ok", "media": "ok", "version": "1.0.0"}
    judge = await court.opened()
    await judge.connect()
    await court.media.stop()
    await judge.expect("media")
    assert (await (await court.http.get("/healthz")).json())["media"] == "down"


async def test_metrics_name_hearing_seat_and_direction_and_nobody(court):
    judge = await court.opened()
    await judge.connect()
    link = {"up": {"kbps": 910, "loss": 0.4}, "down": {"kbps": 2400, "freezes": 3, "estimate_kbps": None}}
    court.media.emit("links", hearing=court.hearing, seats={"judge": link})
    court.media.emit("load", cpu=0.5, lag_ms=1.0, packets=12000, connections=40, overloaded=False)
    court.media.emit("speaker", hearing=court.hearing, seat="judge")
    await judge.expect("speaker", lambda m: m["seat"] == "judge")
    text = await (await court.http.get("/metrics")).text()
    where = f'hearing="{court.hearing}",seat="judge"'
    assert f'courtroom_link_kbps{{direction="up",{where}}} 910.0' in text
    assert f'courtroom_link_freezes{{direction="down",{where}}} 3.0' in text
    assert "courtroom_media_packets 12000.0" in text
    assert "courtroom_websockets 1.0" in text
    assert "Ahmetova" not in text


async def test_metrics_are_for_this_machine_or_with_the_token(start):
    court = await start(metrics_token="a long enough token")
    away = {"X-Forwarded-For": "192.0.2.1"}
    assert (await court.http.get("/metrics", headers=away)).status == 401
    for token, status in [("wrong", 403), ("a long enough token", 200)]:
        headers = away | {"Authorization": f"Bearer {token}"}
        assert (await court.http.get("/metrics", headers=headers)).status == status


async def test_a_technician_sees_every_link_of_the_courts_hearings(court):
    judge = await court.opened()
    await judge.connect()
    court.media.emit("links", hearing=court.hearing, seats={"judge": {"up": {"kbps": 1}, "down": {}}})
    await judge.expect("links")
    headers = {"Authorization": f"Bearer {await court.login('Technician Li')}"}
    answer = await (await court.http.get("/api/v1/technician/links", headers=headers)).json()
    assert answer["hearings"] == [
        {"number": "7204-25-00-2/15", "state": "ready", "seats": {"judge": {"up": {"kbps": 1}, "down": {}}}}
    ]


async def test_a_judge_is_no_technician(court):
    headers = {"Authorization": f"Bearer {await court.login()}"}
    assert (await court.http.get("/api/v1/technician/links", headers=headers)).status == 403
