"""The same five people in a video room of Janus, through a page of ours: in-band FEC, NACK for sound and simulcast on.

The page offers RED, but the video room of Janus 1.1.2 (Debian's) knows no RED: its answer has Opus alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from time import time

from aiohttp import web
from playwright.async_api import Page

from bench.badlink.meeting import LAYERS, LISTENER, OTHERS, SPEAKER, Scene, browsers, relay, sent, site, take_turns
from bench.janus.server import JanusServer
from bench.janus.signaling import JanusSignaling
from bench.network import ADDRESS, API, door
from bench.shaping import HTTPS
from tests.client.court import free_port
from tests.client.player import Player
from tests.client.publisher import Options, Publisher
from tests.client.source import Source
from tests.client.subscriber import Subscriber

JOIN_S = 40.0
PAGE = Path(__file__).with_name("page")
STATIC = Path(__file__).parents[2] / "static"
SEATS = (LISTENER, SPEAKER, *OTHERS)
ROOM = {"audiocodec": "opus", "videocodec": "vp8", "opus_fec": True, "bitrate": 0}
"""Beside those of bench/janus/signaling.py; the server's own configuration is in bench/janus."""


@contextlib.asynccontextmanager
async def meeting(scene: Scene) -> AsyncIterator[dict[str, Page]]:
    async with contextlib.AsyncExitStack() as stack:
        server = JanusServer(scene.folder, host=ADDRESS)
        stack.push_async_callback(server.stop)
        await server.start()
        origin = await site(stack, scene, await _pages(stack))
        signaling = JanusSignaling(server.address, ROOM)
        await signaling.open(1, len(SEATS))
        stack.push_async_callback(signaling.close)
        pages = await browsers(stack, scene, origin)
        near = [link.near for link in scene.links.values()]  # Janus offers the addresses of the links
        url, relays = await _api(stack, scene, server), await relay(stack, scene, *near)
        for seat, page in pages.items():
            servers = relays.servers("bench", seat, time()) if relays else []
            await page.goto(f"{origin}/page/index.html")
            await page.wait_for_function("() => window.peer")
            arguments = [url, SEATS.index(seat) + 1, servers]
            await asyncio.wait_for(page.evaluate("(all) => peer.publish(...all)", arguments), JOIN_S)
        source = sent(scene.speech)
        for seat in OTHERS:
            await _publish(stack, signaling, seat, source)
        for seat in OTHERS:
            await _subscribe(stack, signaling, SEATS.index(seat))
        feeds = {str(number): seat for number, seat in enumerate(SEATS, 1)}
        for seat, page in pages.items():
            await page.evaluate("([feeds, own]) => peer.subscribe(feeds, own)", [feeds, SEATS.index(seat) + 1])
        yield pages


async def _api(stack: contextlib.AsyncExitStack, scene: Scene, server: JanusServer) -> str:
    """Where the pages find Janus's WebSocket."""
    url = server.address.partition(" ")[0]
    if not scene.only_https:
        return url
    await stack.enter_async_context(door(API, ADDRESS, int(url.rpartition(":")[2])))
    return f"ws://{API}:{HTTPS}"


async def _pages(stack: contextlib.AsyncExitStack) -> int:
    app = web.Application()
    app.router.add_static("/page", PAGE)
    app.router.add_static("/static", STATIC)
    app.router.add_static("/media", STATIC / "media")  # where our own pages have it
    runner = web.AppRunner(app)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    port = free_port()
    await web.TCPSite(runner, ADDRESS, port).start()
    return port


async def _publish(stack: contextlib.AsyncExitStack, signaling: JanusSignaling, seat: str, source: Source) -> None:
    publisher = Publisher(Options(video_codecs=("VP8",), audio_nack=True, rids=tuple(LAYERS)))
    await publisher.connect(await signaling.publish(0, SEATS.index(seat), publisher.offer()))
    stack.push_async_callback(publisher.close)
    player = Player(source, publisher)
    for work in (player.play(loop=True), take_turns(player, OTHERS.index(seat))):
        stack.callback(asyncio.create_task(work).cancel)


async def _subscribe(stack: contextlib.AsyncExitStack, signaling: JanusSignaling, number: int) -> None:
    subscriber = Subscriber(audio_nack=True)
    await signaling.subscribed(0, number, subscriber.answer(await signaling.subscribe(0, number)))
    await subscriber.connect()
    stack.push_async_callback(subscriber.close)
