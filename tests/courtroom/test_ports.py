from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from courtroom import cli, demo
from courtroom.errors import Mistake
from courtroom.ports import require_free
from courtroom.settings import load
from tests.client.court import free_port

UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM


@pytest.fixture
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket(socket.AF_INET, request.param) as sock:
        sock.bind(("127.0.0.1", 0))
        if request.param == TCP:
            sock.listen()
        yield int(sock.getsockname()[1])


@pytest.mark.parametrize(
    ("taken", "option", "setting"),
    [(TCP, "--port", "http.port"), (TCP, "--localhost-port", "http.localhost_port"), (UDP, "--udp-port", "media.port")],
    indirect=["taken"],
)
def test_a_taken_port_is_told_in_one_line_and_nothing_is_printed_or_made(
    tmp_path: Path, taken: int, option: str, setting: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ports = {"--port": free_port(), "--localhost-port": free_port(), "--udp-port": free_port(UDP), option: taken}
    options = [word for name, number in ports.items() for word in (name, str(number))]
    assert cli.main(["demo", "--data", str(tmp_path / "data"), *options]) == 2
    told = capsys.readouterr()
    kind = "UDP" if option == "--udp-port" else "TCP"
    assert told.err == (
        f"courtroom: {kind} port {taken} is taken by another program; choose another by {option} or the setting "
        f"{setting}\n"
    )
    assert told.out == ""
    assert not (tmp_path / "data" / "demo.txt").exists()


@pytest.mark.parametrize("taken", [UDP], indirect=True)
def test_a_process_alone_needs_its_own_ports_only(taken: int) -> None:
    settings = load(options={"http": {"port": free_port()}, "media": {"port": taken}})
    require_free(settings, ["app"])
    with pytest.raises(Mistake, match=r"by media\.port"):
        require_free(settings, ["media"])


def test_an_address_of_another_machine_is_told_in_words() -> None:
    with pytest.raises(Mistake, match=r"is http\.host an address of this machine"):
        require_free(load(options={"http": {"host": "192.0.2.1"}}), ["app"])


async def test_another_servers_health_is_not_ours() -> None:
    async def health(request: web.Request) -> web.Response:
        return web.json_response({"app": "ok", "media": "ok", "boot": "another"})

    app = web.Application()
    app.router.add_get("/healthz", health)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    origin = f"http://127.0.0.1:{port}"
    await asyncio.wait_for(demo.until_up(origin, "another"), 20)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(demo.until_up(origin, "ours"), 0.3)
    await runner.cleanup()
