"""A real app process that is killed, and the court's devices that go on. Beside it stands the control socket of media,
in this process and without media: what it was told by each app is known."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import aiohttp
from argon2 import PasswordHasher

from courtroom.folders import prepare
from courtroom.processes import child_environment
from courtroom.settings import load
from hearings.store import NewSeatRow, open_store
from hearings.store.words import Words, normal_password
from tests.client.court import free_port
from tests.signaling.fake_media import FakeMedia

HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WORD, PASSWORD = "bakidu-motela-47", "a long password"
STAFF = {"judge": "Judge Ahmetova", "clerk": "Clerk Serikov"}
AT = "2026-11-21T09:00:00.000Z"
DECLARATIONS = dict.fromkeys(("in_person", "under_sixteens", "recording"), True)
UP_S = 60.0


class Killed(Exception):
    """The app was gone before it answered: whether the act came to pass is not known."""


class Court:
    """``kill`` and ``start`` are the app's; ``act`` is one request. A court of its own for each hearing."""

    def __init__(self, data, database, http, log):
        listening = {"host": "127.0.0.1", "port": free_port(), "tls": "off"}
        self.settings = load(options={"data": data, "database": {"url": database}, "http": listening})
        prepare(self.settings)
        self.http = http
        self.media = FakeMedia(self.settings.control_socket)
        self.url = f"http://127.0.0.1:{self.settings.http.port}"
        self.tokens = {}
        self.process = None
        self._log = log

    async def open(self):
        self.store = await open_store(self.settings.database_url)
        words = Words(ThreadPoolExecutor(1), HASHER)
        self.word = await words.hash(WORD)
        self.court = await self.store.ensure_court("The court")
        password = await words.hash(PASSWORD, normal_password)
        for role, name in STAFF.items():
            await self.store.add_staff(self.court, name, password, [role])
        await self.media.start()
        await self.start()

    async def close(self):
        await self.kill()
        await self.media.stop()
        await self.store.close()

    async def start(self):
        """The app, up and believed by media; what an earlier one told media is forgotten."""
        self.media.requests.clear()
        self.media.policies.clear()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "courtroom", "serve", "--only", "app",
            env=child_environment(self.settings, os.environ), stdout=self._log, stderr=self._log,
        )  # fmt: skip
        async with asyncio.timeout(UP_S):
            while not await self._is_up():
                assert self.process.returncode is None, "the app did not start"
                await asyncio.sleep(0.05)

    async def _is_up(self):
        with contextlib.suppress(aiohttp.ClientError):
            async with self.http.get(f"{self.url}/healthz") as answer:
                return (await answer.json())["media"] == "ok"
        return False

    async def kill(self):
        if self.process.returncode is None:
            os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()

    async def post(self, path, body, **headers):
        try:
            async with self.http.post(f"{self.url}/api/v1{path}", json=body, headers=headers) as answer:
                return answer.status, await answer.json()
        except (aiohttp.ClientError, ConnectionError):
            raise Killed from None

    async def new_hearing(self, number):
        """A hearing whose court has come; the party comes in the course of the script."""
        seats = [NewSeatRow(role, role, name) for role, name in STAFF.items()]
        seats.append(NewSeatRow("party-1", "party", "A party", self.word))
        made = await self.store.create_hearing(self.court, number, "A v. B", AT, seats, AT)
        for role, name in STAFF.items():
            _, login = await self.post("/staff/login", {"name": name, "password": PASSWORD})
            bearer = {"Authorization": f"Bearer {login['token']}"}
            status, entry = await self.post("/staff/enter", {"hearing": made.id, "seat": role}, **bearer)
            assert status == 200, entry
            self.tokens[role] = entry["token"]
        return made.id

    async def enter(self, number):
        """The party by code word; the status and the answer."""
        body = {"hearing": number, "seat": "party-1", "code_word": WORD, "declarations": DECLARATIONS}
        status, answer = await self.post("/entry", body)
        if status == 200:
            self.tokens["party-1"] = answer["token"]
        return status, answer

    async def act(self, key, by, act, **fields):
        headers = {"Authorization": f"Bearer {self.tokens[by]}", "Idempotency-Key": key}
        return await self.post("/hearing/acts", {"act": act, **fields}, **headers)

    async def log_of(self, hearing):
        return [stored.event for stored in await self.store.events_after(hearing, 0)]


@contextlib.asynccontextmanager
async def running(folder, database=""):
    """On the data folder's own SQLite, or on the database of this URL."""
    with (folder / "app.log").open("ab") as log:
        async with aiohttp.ClientSession() as http:
            court = Court(folder / "data", database, http, log)
            await court.open()
            try:
                yield court
            finally:
                await court.close()


def moments(seed, steps, kills):
    """Which steps the kills fall on, and how: None between two requests, or so many seconds into the request."""
    chance = random.Random(seed)
    chosen = [chance.randrange(steps) for _ in range(kills)]
    return [(step, None if chance.random() < 0.4 else chance.random() * 0.03) for step in chosen]
