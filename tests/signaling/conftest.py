"""A whole app on a database of its own, beside a media process without media."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from hearings.store import NewSeatRow, open_store
from hearings.store.vault import Vault
from hearings.store.words import Words, normal_password
from signaling.app import HUB, Options, create_app
from signaling.tokens import Tokens
from tests.signaling.document import check, differences
from tests.signaling.fake_media import FakeMedia

NUMBER = "7204-25-00-2/15"
KEY = b"k" * 32
JPEG = b"\xff\xd8\xff\xe0 a face"
PHOTO = "0193aaaa-0000-7000-8000-000000000001"
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WORDS = {"party-1": "bakidu-motela-47", "party-2": "sonavi-pogedu-28", "witness-1": "ludino-kasepa-92"}


DECLARATIONS = {"in_person": True, "under_sixteens": True, "recording": True}


class Device:
    """A client of the protocol, as far as tests need one: one seat's token, one WebSocket."""

    def __init__(self, http, entry):
        self.http = http
        self.entry = entry
        self.token = entry["token"]
        self.socket = None
        self.session = None
        self.last = 0
        self.kept = []

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}

    async def act(self, act, key=None, **fields):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        response = await self.http.post("/api/v1/hearing/acts", json={"act": act, **fields}, headers=headers)
        return response.status, await response.json()

    async def connect(self, **hello):
        self.socket = await self.http.ws_connect("/api/v1/ws")
        await self.send("hello", token=self.token, version="1.0.0", **hello)
        first = await self.read()
        if first["type"] == "welcome":
            self.last = self.last if first["resumed"] else 0
            self.session = first["session"]
        return first

    async def resume(self):
        return await self.connect(session=self.session, last=self.last)

    async def send(self, kind, **fields):
        await self.socket.send_str(json.dumps({"type": kind, **fields}))

    async def read(self):
        async with asyncio.timeout(5):
            message = await self.socket.receive_json()
        check(message)
        self.last = message.get("seq", self.last)
        return message

    async def expect(self, kind, found=lambda message: True):
        """The next message of a type, past what comes before it."""
        while True:
            message = await self.read()
            if message["type"] == kind and found(message):
                return message

    async def standing(self, standing):
        """The snapshot in which this device has a standing."""
        return (await self.expect("hearing", lambda m: m["hearing"]["you"]["standing"] == standing))["hearing"]

    async def request(self, kind, **fields):
        await self.send(kind, id=7, **fields)
        while (message := await self.read()).get("re") != 7:
            pass
        return message

    async def drop(self):
        """As a network that goes: without a word."""
        self.socket._response.connection.transport.abort()
        await self.socket.close()


class Clock:
    """The hub's, put forward by hand."""

    def __init__(self, hub):
        self.s = 1000.0
        self.utc_0 = hub.utc() - self.s
        hub._monotonic = lambda: self.s
        hub.utc = lambda: self.utc_0 + self.s


class Court:
    """The app's client, its hearing, and ways in."""

    def __init__(self, http, store, media, hearing):
        self.http = http
        self.store = store
        self.media = media
        self.hearing = hearing
        self.waits = []
        self.concluded = None
        self.words = None

    @property
    def hub(self):
        return self.http.server.app[HUB]

    async def seat(self, seat):
        return (await self.hub.changes.current(self.hearing)).seats[seat]

    async def try_word(self, seat="party-1", word="wrong", number=NUMBER, declarations=DECLARATIONS):
        body = {"hearing": number, "seat": seat, "code_word": word, "declarations": declarations}
        response = await self.http.post("/api/v1/entry", json=body)
        return response.status, await response.json()

    async def enter(self, seat="party-1"):
        status, answer = await self.try_word(seat, WORDS[seat])
        assert status == 200, answer
        return Device(self.http, answer)

    async def login(self, name="Judge Ahmetova"):
        response = await self.http.post("/api/v1/staff/login", json={"name": name, "password": "a long password"})
        return (await response.json())["token"]

    async def staff(self, seat="judge"):
        names = {"judge": "Judge Ahmetova", "clerk": "Clerk Serikov", "technician": "Technician Li"}
        headers = {"Authorization": f"Bearer {await self.login(names[seat])}"}
        body = {"hearing": self.hearing, "seat": seat}
        response = await self.http.post("/api/v1/staff/enter", json=body, headers=headers)
        assert response.status == 200, await response.text()
        return Device(self.http, await response.json())

    async def opened(self, start=False):
        """The judge, with the doors open; with ``start`` in session."""
        judge = await self.staff()
        for act in ["open", "start"] if start else ["open"]:
            status, answer = await judge.act(act, **({"reason": "all are heard"} if act == "start" else {}))
            assert status == 200, answer
        return judge

    async def admitted(self, judge, seat="party-1"):
        device = await self.enter(seat)
        assert (await judge.act("admit", seat=seat))[0] == 200
        return device


@pytest.fixture
async def media(tmp_path):
    media = FakeMedia(tmp_path / "media.sock")
    await media.start()
    yield media
    await media.stop()


@pytest.fixture
async def store(sqlite_url):
    store = await open_store(sqlite_url)
    yield store
    await store.close()


@pytest.fixture
async def hearing(store, words, vault):
    court = await store.ensure_court("The court")
    vault.write(PHOTO, JPEG)
    seats = [NewSeatRow("judge", "judge", "Ahmetova"), NewSeatRow("clerk", "clerk", "Serikov")]
    seats.append(NewSeatRow("technician", "technician", "Li"))
    for seat, word in WORDS.items():
        photo = PHOTO if seat == "party-1" else None
        seats.append(NewSeatRow(seat, seat.partition("-")[0], f"Person of {seat}", await words.hash(word), photo))
    password = await words.hash("a long password", normal_password)
    for name, role in [("Judge Ahmetova", "judge"), ("Clerk Serikov", "clerk"), ("Technician Li", "technician")]:
        await store.add_staff(court, name, password, [role])
    made = await store.create_hearing(
        court, NUMBER, "A v. B", "2026-11-21T09:00:00.000Z", seats, "2026-11-20T09:00:00.000Z"
    )
    return made.id


@pytest.fixture
def words():
    return Words(ThreadPoolExecutor(1), HASHER)


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "vault", tmp_path / "vault.key")


@pytest.fixture
async def start(tmp_path, store, words, vault, media, hearing):
    """Starts an app, and again after a stop, as a new process would."""
    courts, undocumented = [], []
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("<!doctype html>")

    async def hold(request, response):
        """Every answer of every test against docs/protocol.md."""
        resource = request.match_info.route.resource
        if resource and response.content_type in ("application/json", "application/problem+json"):
            route = f"{request.method} {resource.canonical}"
            undocumented.append(differences(route, response.status, json.loads(response.body)))

    async def start(lifetime_s=300, **options):
        waits = []

        async def sleep(seconds):
            waits.append(seconds)

        chosen = Options("1.0.0", "0.9.0", media.path, static, **options)
        concluded = asyncio.Queue()
        app = create_app(store, Tokens([KEY], lifetime_s), words, vault, chosen, concluded.put, sleep)
        app.on_response_prepare.append(hold)
        http = TestClient(TestServer(app))
        await http.start_server()
        court = Court(http, store, media, hearing)
        court.waits, court.concluded, court.words = waits, concluded, words
        courts.append(court)
        async with asyncio.timeout(5):
            await court.hub.link.ready.wait()
        return court

    yield start
    for court in courts:
        await court.http.close()
    assert not any(undocumented), set(undocumented)


@pytest.fixture
async def court(start):
    return await start()


@pytest.fixture
def clock(court):
    return Clock(court.hub)
