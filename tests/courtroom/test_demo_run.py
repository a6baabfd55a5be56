"""`make run` from outside: what `courtroom demo` prints is followed by hand, link by link and word by word."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from tests.client.api import Api
from tests.client.court import free_port

CARD = re.compile(
    r"── (?P<who>\S+) .*\n"
    r" +on this computer +(?P<here>\S+)\n"
    r" +from elsewhere +(?P<there>\S+)\n"
    r" +(?:code word|password) +(?P<secret>.+)"
)
LAST_WORDS = "Ctrl-C ends the server."
PARTICIPANTS = {"party-1", "party-2", "witness-1"}
STAFF = {"judge", "clerk"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cards(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, dict[str, str]]]:
    """By who, of a demonstration that runs."""
    data: Path = tmp_path_factory.mktemp("demo") / "data"
    ports = [
        "--port",
        str(free_port()),
        "--localhost-port",
        str(free_port()),
        "--udp-port",
        str(free_port(socket.SOCK_DGRAM)),
    ]
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "courtroom", "demo", "--data", str(data), *ports, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(120):
            printed = await until(demo.stdout, LAST_WORDS)
        yield {card["who"]: card for card in (found.groupdict() for found in CARD.finditer(printed))}
    finally:
        with contextlib.suppress(ProcessLookupError):
            demo.send_signal(signal.SIGINT)
        await demo.wait()


async def until(stream: asyncio.StreamReader | None, last: str) -> str:
    printed = ""
    while last not in printed:
        assert stream is not None
        line = await stream.readline()
        assert line, f"it ended early: {printed}"
        printed += line.decode()
    return printed


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_everybody_has_a_card(cards: dict[str, dict[str, str]]) -> None:
    assert set(cards) == PARTICIPANTS | STAFF | {"technician"}


async def test_each_link_answers_with_a_page(cards: dict[str, dict[str, str]]) -> None:
    async with aiohttp.ClientSession() as http:
        for card in cards.values():
            for link in (card["here"], card["there"]):
                async with http.get(link, ssl=False) as answer:
                    assert (answer.status, answer.content_type) == (200, "text/html"), link


@pytest.mark.parametrize("who", sorted(PARTICIPANTS))
async def test_a_participant_enters_by_the_link_and_the_code_word(cards: dict[str, dict[str, str]], who: str) -> None:
    origin, hearing, seat = parts(cards[who]["there"])
    async with Api(origin, insecure=True) as api:
        await api.enter(hearing, seat, cards[who]["secret"])
        snapshot = await api.hearing()
    assert (seat, snapshot["state"]) == (who, "ready")


@pytest.mark.parametrize("who", sorted(STAFF))
async def test_the_court_enters_by_the_link_and_the_password(cards: dict[str, dict[str, str]], who: str) -> None:
    origin, hearing, seat = parts(cards[who]["there"])
    async with Api(origin, insecure=True) as api:
        await api.login(who, cards[who]["secret"])
        await api.enter_as_staff(hearing, seat)
        assert (await api.hearing())["state"] == "ready"


def parts(link: str) -> tuple[str, str, str]:
    """Origin, hearing's number and seat of a link."""
    url = urlsplit(link)
    query = parse_qs(url.query)
    return f"{url.scheme}://{url.netloc}", query["hearing"][0], query["seat"][0]
