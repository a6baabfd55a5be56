"""The app process: pages, interface of programs, admission, the database; Argon2 and AVR building in its workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from courtroom.addresses import own_addresses
from courtroom.archive import Archive
from courtroom.audibility import ledgers
from courtroom.audibility_sheet import listener
from courtroom.entrance import Entrance, recognise
from courtroom.errors import Mistake
from courtroom.listening import authority, tls_context
from courtroom.lookouts import Lookout, command
from courtroom.notices import sender
from courtroom.office import open_vault
from courtroom.register import opened_store
from courtroom.samples import judge_in
from courtroom.settings import Settings
from courtroom.workers import Workers
from hearings.store.words import Words
from signaling.app import BOOT, HUB, OUTBOX, Options, create_app
from signaling.feed_signature import Signature
from signaling.oidc import Oidc
from signaling.relays import Relays, load_secret
from signaling.staff_oidc import CALLBACK
from signaling.tokens import Tokens, load_keys

STATIC = Path(__file__).parents[1] / "static"
_WORD_WORKERS = 2
_CLOSING_S = 3.0


async def app(settings: Settings, boot: str) -> None:
    """Until cancelled. ``boot`` tells this start of the server from others."""
    async with AsyncExitStack() as stack:
        store = await opened_store(settings.database_url)
        stack.push_async_callback(store.close)
        archive = Archive(store, settings.data, stack.enter_context(Workers(1, niceness=10)))
        papers = stack.enter_context(Workers(1, niceness=10))
        workers = replace(
            options(settings),
            papers=papers,
            listened=listener(papers, settings.data),
            judge=judge_in(stack.enter_context(Workers(1, niceness=10))),
        )
        application = create_app(
            store,
            signer(settings),
            Words(stack.enter_context(Workers(_WORD_WORKERS))),
            open_vault(settings.data),
            workers,
            archive.concluded,
        )
        application[BOOT] = boot
        await stack.enter_async_context(_served(application, settings))
        stack.push_async_callback(_stopped, asyncio.create_task(sender(application[OUTBOX], settings).run()))
        if settings.quality.cpu_percent:
            worker = command(settings.samples_socket, settings.quality.cpu_percent / 100)
            lookout = Lookout(worker, application[HUB])
            stack.push_async_callback(_stopped, asyncio.create_task(lookout.run()))
        await archive.build_missing()
        await asyncio.Event().wait()


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def signer(settings: Settings) -> Tokens:
    """Raises Mistake."""
    file = settings.data / "keys" / "token.key"
    try:
        return Tokens(load_keys(file), settings.tokens.lifetime_s)
    except ValueError:
        raise Mistake(f"{file} must hold keys of at least 32 bytes, one a line, in hexadecimal") from None


def feed_signature(settings: Settings) -> Signature:
    """Raises Mistake."""
    file = settings.data / "keys" / "feed.key"
    try:
        return Signature.load(file)
    except ValueError:
        raise Mistake(f"{file} must hold Ed25519 keys as PKCS #8 in PEM") from None


def options(settings: Settings) -> Options:
    return Options(
        version=version("courtroom"),
        minimum_client=settings.client.minimum_version,
        control_socket=settings.control_socket,
        static=STATIC,
        origins=frozenset(filter(None, [settings.http.public_url])),
        proxies=frozenset(settings.http.proxies),
        metrics_token=settings.metrics.token,
        oidc=provider(settings),
        relays=relays(settings),
        authority=authority(settings, own_addresses()),
        feed=feed_signature(settings),
        ledgers=ledgers(settings.data),
    )


def provider(settings: Settings) -> Oidc | None:
    """Through whom staff sign in, besides by password."""
    one = settings.oidc
    if not one.issuer:
        return None
    name = one.name or urlsplit(one.issuer).hostname or one.issuer
    return Oidc(one.issuer, one.client_id, one.client_secret, f"{settings.http.public_url}{CALLBACK}", name)


def relays(settings: Settings) -> Relays | None:
    """Through which devices reach the media without UDP. Raises Mistake."""
    file = settings.turn.secret_file
    if not settings.turn.urls or file is None:
        return None
    try:
        return Relays(settings.turn.urls, load_secret(file), settings.turn.lifetime_s)
    except OSError as error:
        raise Mistake(f"turn.secret_file: {file} cannot be read ({error.strerror})") from None
    except ValueError:
        raise Mistake(f"turn.secret_file: {file} must hold secrets of 32 or more letters and digits") from None


@asynccontextmanager
async def _served(application: web.Application, settings: Settings) -> AsyncIterator[None]:
    """On the port for everyone, and without TLS on this machine's loopback. Raises OSError where a port is taken."""
    application.middlewares.insert(0, recognise)
    runner = web.AppRunner(application, shutdown_timeout=_CLOSING_S)
    await runner.setup()
    assert runner.server is not None
    entrance = Entrance(runner.server, frozenset(settings.http.proxies))
    try:
        await entrance.open(settings.http.host, settings.http.port, tls_context(settings, own_addresses()))
        if settings.http.localhost_port:
            await entrance.open("127.0.0.1", settings.http.localhost_port)
        yield
    finally:
        await entrance.close()
        await runner.cleanup()
