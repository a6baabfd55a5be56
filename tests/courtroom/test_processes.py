from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from courtroom import media, processes, settings

SECTIONS = {
    "http": {"port": 4, "tls": "off", "public_url": "https://court.example", "proxies": ["192.0.2.1"]},
    "media": {"advertised": ["203.0.113.7"]},
    "metrics": {"token": "0123456789abcdef"},
}


def test_a_child_gets_the_same_settings_wherever_ours_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURTROOM_HTTP__PORT", "9")
    monkeypatch.setenv("COURTROOM_LOG", '{"level": "error"}')
    ours = settings.load(options={"data": tmp_path, **SECTIONS})
    environment = processes.child_environment(ours, os.environ)
    for name in [name for name in os.environ if name.startswith("COURTROOM_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert settings.load() == ours


@pytest.mark.parametrize(
    ("host", "set_by_hand", "own", "told"),
    [
        ("0.0.0.0", [], ["192.0.2.1", "2001:db8::1"], ["192.0.2.1"]),
        ("::", [], ["192.0.2.1", "2001:db8::1"], ["2001:db8::1"]),
        ("0.0.0.0", ["203.0.113.7"], ["192.0.2.1"], ["203.0.113.7"]),
        ("0.0.0.0", [], [], ["127.0.0.1"]),
    ],
)
def test_media_is_told_to_go_where_it_can_arrive(
    host: str, set_by_hand: list[str], own: list[str], told: list[str]
) -> None:
    given = settings.load(options={"media": {"host": host, "advertised": set_by_hand}})
    assert media.advertised(given, own) == told


class Server:
    """`courtroom serve` on free ports of the loopback."""

    def __init__(
        self, data: Path, process: asyncio.subprocess.Process, port: int, session: aiohttp.ClientSession
    ) -> None:
        self.data, self.process, self._session = data, process, session
        self._url = f"https://localhost:{port}/healthz"

    async def health(self) -> dict[str, str] | None:
        """What /healthz says, None while nobody answers. The certificate is checked against the authority's."""
        try:
            trust = ssl.create_default_context(cafile=self.data / "tls" / "authority.pem")
            async with self._session.get(self._url, ssl=trust) as answer:
                found: dict[str, str] = await answer.json()
                return found
        except (aiohttp.ClientError, OSError):
            return None

    async def until(self, **wanted: str) -> None:
        async with asyncio.timeout(60):
            while not (found := await self.health()) or not found.items() >= wanted.items():
                await asyncio.sleep(0.05)

    async def child(self, name: str, other_than: int = 0) -> int:
        """The process id of a child of this server."""
        async with asyncio.timeout(60):
            while True:
                for pid in map(int, self._children()):
                    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                    if pid != other_than and name.encode() in command and b"--only" in command:
                        return pid
                await asyncio.sleep(0.02)

    def _children(self) -> list[str]:
        pid = self.process.pid
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[Server]:
    ports = free_ports()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COURTROOM_")},
        "COURTROOM_DATA": str(data),
        "COURTROOM_HTTP__HOST": "127.0.0.1",
        "COURTROOM_HTTP__PORT": str(ports[0]),
        "COURTROOM_MEDIA__HOST": "127.0.0.1",
        "COURTROOM_MEDIA__PORT": str(ports[1]),
        "COURTROOM_MEDIA__ADVERTISED": '["127.0.0.1"]',
    }
    command = [sys.executable, "-m", "courtroom", "serve"]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with aiohttp.ClientSession() as session:
            yield Server(data, process, ports[0], session)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def free_ports() -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


async def gone(pid: int) -> None:
    async with asyncio.timeout(60):
        while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
            await asyncio.sleep(0.02)


async def test_each_process_comes_back_alone_and_all_end_together(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        await server.until(app="ok", media="ok")
        app, other = await server.child("app"), await server.child("media")
        os.kill(app, signal.SIGKILL)
        again = await server.child("app", other_than=app)
        await server.until(app="ok", media="ok")
        assert await server.child("media") == other
        os.kill(other, signal.SIGKILL)
        await server.child("media", other_than=other)
        await server.until(media="ok")
        assert await server.child("app") == again
        last = await server.child("media")
        server.process.terminate()
        assert await server.process.wait() == 0
        await gone(again)
        await gone(last)


async def test_no_process_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        await server.until(media="ok")
        children = [await server.child("app"), await server.child("media")]
        server.process.kill()
        for pid in children:
            await gone(pid)
        assert await server.health() is None


def test_a_taken_port_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        given = settings.load(options={"data": tmp_path, "media": {"host": "127.0.0.1", "port": port}})
        assert processes.alone("media", given) == processes.supervisor.UNUSABLE
    assert "is taken by another program" in capsys.readouterr().err


def test_a_certificate_that_cannot_be_used_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"tls": "files", "certificate": "none.pem", "key": "none.key", "port": 0, "host": "127.0.0.1"}
    assert (
        processes.alone("app", settings.load(options={"data": tmp_path, "http": files}))
        == processes.supervisor.UNUSABLE
    )
    assert "the certificate none.pem" in capsys.readouterr().err
