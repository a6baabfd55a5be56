"""The aiohttp application, wired. Everything that it needs is handed to it by `courtroom`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from aiohttp import web

from hearings.notices.outbox import Outbox
from hearings.store import Store
from hearings.store.vault import Vault
from hearings.store.words import Words
from signaling import office, security
from signaling.admin import AdminApi
from signaling.admin_acts import AdminActs
from signaling.appendix_mail import AppendixMail
from signaling.audibility import Ledgers, no_ledger
from signaling.authority import Authority
from signaling.authority_file import PATH as AUTHORITY_FILE
from signaling.authority_file import authority_file
from signaling.document_sources import Listened, nobody_listened
from signaling.documents_api import DocumentsApi
from signaling.entry import Admission
from signaling.entry_check import EntryCheck, Judge, unmeasured
from signaling.feed_api import FeedApi
from signaling.feed_signature import Signature
from signaling.hearing_api import HearingApi
from signaling.hub import Concluded, Hub, nothing
from signaling.link_test import LinkTest
from signaling.metrics import Metrics
from signaling.office_documents import Retention
from signaling.oidc import Oidc
from signaling.paper_log import PaperLog
from signaling.papers import Papers
from signaling.problems import problem_middleware, unexpected
from signaling.relays import Relays
from signaling.security import Gate
from signaling.situation import Situation
from signaling.staff import StaffApi
from signaling.staff_account import Account
from signaling.staff_factor import Factors
from signaling.staff_notices import StaffNotices
from signaling.staff_oidc import SingleSignOn
from signaling.staff_sessions import Seats
from signaling.staff_sign_in import SignIn
from signaling.static_files import StaticFiles
from signaling.technician import TechnicianApi
from signaling.tokens import Tokens
from signaling.tries import Tries, doors
from signaling.version import Version
from signaling.websocket import WebSocketApi

HUB = web.AppKey("hub", Hub)
SITUATION = web.AppKey("situation", Situation)
OUTBOX = web.AppKey("outbox", Outbox)
BOOT = web.AppKey("boot", str)
"""What /healthz tells of this start of the server, where it is set."""
API = "/api/v1"
_DAY_S = 86_400
Step = Callable[[], Awaitable[object]]


def _worker() -> Executor:
    return ProcessPoolExecutor(1, get_context("spawn"))


@dataclass(frozen=True)
class Options:
    """``origins`` are those under which browsers reach the server (``https://court.example:8443``); none: the one in
    each request's Host. ``proxies`` are addresses of reverse proxies whose X-Forwarded-For is believed. ``feed``
    signs what is published; none: a key that lasts as long as the app. ``relays`` are for devices without a way for
    UDP. ``papers`` has the worker processes that set documents; ``judge`` those that look at the samples of the check
    before entry; ``ledgers`` keeps who received and played whom, ``listened`` tells it of a hearing that is over.
    ``authority`` is the self-made certificate's, in PEM."""

    version: str
    minimum_client: str
    control_socket: Path
    static: Path
    origins: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()
    metrics_token: str = ""
    feed: Signature | None = None
    oidc: Oidc | None = None
    relays: Relays | None = None
    authority: bytes = b""
    papers: Executor = field(default_factory=_worker)
    ledgers: Ledgers = no_ledger
    listened: Listened = nobody_listened
    judge: Judge = unmeasured


def create_app(
    store: Store,
    tokens: Tokens,
    words: Words,
    vault: Vault,
    options: Options,
    concluded: Concluded = nothing,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> web.Application:
    """The whole app, to be run by ``web.AppRunner`` (with ``handler_cancellation`` off, its default: a try at a code
    word counts also when the client hangs up).

    The caller opens and closes ``store``; makes ``tokens`` of ``tokens.load_keys(DATA/keys/token.key)`` and the
    lifetime of the settings, ``words`` on a ProcessPoolExecutor, and ``vault``. ``concluded(hearing)`` is awaited after
    a hearing's end, when media has closed its record: the place to build the AVR. The media process may come and go.
    """
    outbox = Outbox(store, vault)
    staff = StaffNotices(store, outbox)
    hub = Hub(
        store, options.control_socket, concluded, beside=staff.reported, ledgers=options.ledgers,
        version=options.version,
    )  # fmt: skip
    situation = Situation(store, hub)
    metrics = Metrics(hub, situation, options.metrics_token)
    gate = Gate(options.origins)
    app = web.Application(
        middlewares=[metrics.count, problem_middleware, gate.middleware], client_max_size=security.BODY_LIMIT
    )
    app[HUB] = hub
    app[SITUATION] = situation
    app[OUTBOX] = outbox
    app.on_response_prepare.append(security.add_headers)
    papers = Papers(options.papers, vault)
    log = PaperLog(store, papers, hub.utc)
    mail = AppendixMail(store, outbox, log, hub.utc)
    authority = Authority(store, tokens)
    app.add_routes(_routes(store, hub, outbox, authority, words, vault, options, metrics, sleep, staff, mail))
    app.add_routes(TechnicianApi(hub, authority, situation).routes(API))
    app.add_routes(DocumentsApi(store, authority, papers, log, mail, options.listened).routes(API))
    app.cleanup_ctx.append(_background(store, vault, hub, metrics, mail, situation))
    app.on_shutdown.append(_shut_down)
    return app


def _routes(
    store: Store,
    hub: Hub,
    outbox: Outbox,
    authority: Authority,
    words: Words,
    vault: Vault,
    options: Options,
    metrics: Metrics,
    sleep: Callable[[float], Awaitable[None]],
    staff: StaffNotices,
    mail: AppendixMail,
) -> list[web.RouteDef]:
    version = Version(options.version, options.minimum_client)
    tries = doors(options.proxies, sleep)
    admission = Admission(store, hub, authority, words, tries.participants)
    hearing = HearingApi(store, hub, authority, vault)
    return [
        web.get(f"{API}/version", version.get),
        web.post(f"{API}/entry", admission.post),
        *StaffApi(store, authority, admission).routes(API),
        *_staff_routes(store, hub, authority, words, tries.staff, vault, options.oidc),
        web.post(f"{API}/token", hearing.renew),
        web.delete(f"{API}/token", hearing.leave),
        web.get(f"{API}/hearing", hearing.get),
        web.post(f"{API}/hearing/acts", hearing.act),
        web.get(f"{API}/hearing/seats/{{seat}}/photo", hearing.photo),
        *LinkTest(hub, authority, options.proxies).routes(API),
        *EntryCheck(hub, authority, options.proxies, options.judge).routes(API),
        web.get(
            f"{API}/ws",
            WebSocketApi(hub, authority, version, options.proxies, options.relays).get,
            allow_head=False,
        ),
        *office.routes(API, store, outbox, authority, words, tries.applicants, vault, options.proxies, staff, mail),
        *FeedApi(store, options.feed or Signature.new(), options.static).routes(API),
        web.get("/metrics", metrics.get),
        web.get("/healthz", _health(hub, version)),
        web.get(AUTHORITY_FILE, authority_file(options.authority)),
        *StaticFiles(options.static).routes(),
    ]


def _staff_routes(
    store: Store, hub: Hub, authority: Authority, words: Words, tries: Tries, vault: Vault, oidc: Oidc | None
) -> list[web.RouteDef]:
    """How staff sign in, what they change about themselves, and what an administrator does about them."""
    factors, seats = Factors(store, vault), Seats(store, hub)
    sign_in = SignIn(store, authority, words, tries, factors, seats)
    acts = AdminActs(store, authority, words, seats, oidc.issuer if oidc else "")
    return [
        *sign_in.routes(API),
        *Account(store, authority, words, tries, factors, sign_in, seats).routes(API),
        *SingleSignOn(store, authority, vault, sign_in, oidc).routes(API),
        *AdminApi(store, authority, acts).routes(API),
    ]


def _health(hub: Hub, version: Version) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def get(request: web.Request) -> web.Response:
        media = "ok" if hub.link.up else "down"
        told = {"app": "ok", "media": media, "version": version.server}
        if boot := request.app.get(BOOT):
            told["boot"] = boot
        return web.json_response(told)

    return get


def _background(
    store: Store, vault: Vault, hub: Hub, metrics: Metrics, mail: AppendixMail, situation: Situation
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(app: web.Application) -> AsyncIterator[None]:
        daily = _tidy(_daily(store, vault, hub.utc, mail))
        tasks = [asyncio.create_task(work) for work in (hub.run(), metrics.watch_lag(), situation.run(), daily)]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await hub.stop()

    return run


async def _shut_down(app: web.Application) -> None:
    """Sockets first: the server waits for their handlers."""
    app[HUB].close_sockets()


def _daily(store: Store, vault: Vault, utc: Callable[[], float], mail: AppendixMail) -> list[Step]:
    """What nobody can use any more is forgotten, and what was not sent yet is made up for."""
    return [
        lambda: store.forget_sessions(utc() - _DAY_S),
        lambda: store.forget_answers(utc() - _DAY_S),
        Retention(store, vault, utc).run,
        mail.catch_up,
    ]


async def _tidy(steps: Sequence[Step]) -> None:
    """At the start and once a day; a step that fails holds up none of the others."""
    while True:
        for step in steps:
            try:
                await step()
            except Exception as error:
                unexpected(error, "tidy_failed")
        await asyncio.sleep(_DAY_S)
