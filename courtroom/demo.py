"""`courtroom demo`: the server with a demonstration hearing, and a card for each of its people."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

import aiohttp

from courtroom import listening, logs, processes
from courtroom.addresses import own_addresses
from courtroom.cards import Card, text
from courtroom.claim import Claim, claimed
from courtroom.demo_hearing import COURT, Cast, cast_of
from courtroom.office import open_office
from courtroom.ports import require_free
from courtroom.register import known_hearing
from courtroom.settings import Settings
from hearings.terms import State
from signaling.authority_file import PATH as AUTHORITY_FILE

DEFAULTS = {"http": {"localhost_port": 8080}, "log": {"level": "warning"}}
"""Unless the file, the environment or the command line says otherwise."""


def demo(arguments: argparse.Namespace, settings: Settings) -> None:
    logs.configure(settings.log)
    with claimed(settings, processes.PROCESSES) as claim:
        require_free(settings, processes.PROCESSES, by_option=True)
        asyncio.run(_demo(settings, claim, with_qr=not arguments.no_qr))


async def _demo(settings: Settings, claim: Claim, with_qr: bool) -> None:
    print("Preparing the demonstration …", flush=True)
    async with open_office(settings) as office:
        cast = await cast_of(office, settings.data / "demo.txt", settings.limits.participants)
        state = (await known_hearing(office, cast.hearing)).state
    greeted = asyncio.create_task(_greet_when_up(settings, claim, cast, state, with_qr))
    try:
        await processes.supervise(settings, claim)
    finally:
        greeted.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await greeted


async def _greet_when_up(settings: Settings, claim: Claim, cast: Cast, state: State, with_qr: bool) -> None:
    await until_up(listening.local_origin(settings), claim.boot)
    print(greeting(settings, cast, own_addresses(), with_qr, state), flush=True)


async def until_up(origin: str, boot: str) -> None:
    """Returns when the server of this start answers there, with its media."""
    async with aiohttp.ClientSession() as session:
        while not await _is_up(session, f"{origin}/healthz", boot):  # noqa: ASYNC110 - another process comes up
            await asyncio.sleep(0.1)


async def _is_up(session: aiohttp.ClientSession, health: str, boot: str) -> bool:
    with contextlib.suppress(aiohttp.ClientError, OSError, ValueError):
        async with session.get(health, ssl=False) as answer:
            told = await answer.json()
            return isinstance(told, dict) and (told.get("boot"), told.get("media")) == (boot, "ok")
    return False


def greeting(settings: Settings, cast: Cast, own: list[str], with_qr: bool, state: State = "ready") -> str:
    """Everything that is printed once the server answers; ``state`` is the hearing's."""
    cards = [text(card, with_qr) for card in cards_of(settings, cast, own)]
    return "\n\n".join(["", *cards, *_alone(own), _trust(settings, own), _ending(settings, cast, state)])


def _alone(own: list[str]) -> list[str]:
    told = "This computer is in no network: phones cannot reach it, and the links from elsewhere lead nowhere."
    return [] if own else [told]


def cards_of(settings: Settings, cast: Cast, own: list[str]) -> list[Card]:
    here, there = listening.local_origin(settings), listening.origin(settings, own)

    def card(who: str, page: str, secret_name: str, secret: str, **query: str) -> Card:
        return Card(who, listening.link(here, page, **query), listening.link(there, page, **query), secret_name, secret)

    staff = [
        card(f"{role} · logs in as “{role}”", "staff", "password", secret, hearing=cast.hearing, seat=role)
        for role, secret in cast.passwords.items()
        if role != "technician"
    ]
    participants = [
        card(f"{seat} · {cast.names.get(seat, '')}", "", "code word", word, hearing=cast.hearing, seat=seat)
        for seat, word in cast.words.items()
    ]
    technician = card("technician · logs in as “technician”", "technician", "password", cast.passwords["technician"])
    return [*staff, *participants, technician]


def _trust(settings: Settings, own: list[str]) -> str:
    if settings.http.tls != "self":
        return ""
    made = listening.certificate(settings, own)
    return f"""\
From other devices the browser warns that it does not know this server's certificate: it was made here. Compare its
SHA-256 fingerprint, then go on (“Advanced”, “Proceed”):

   {made.fingerprint()[:47]}
   {made.fingerprint()[48:]}

For no warning, and to install the page as an app, let the device trust the authority that signed it: open

   {listening.link(listening.origin(settings, own), AUTHORITY_FILE.lstrip("/"))}

on it, after the comparison (Android: then Settings, Security, Install a certificate, CA; iOS: then Settings, General,
VPN & Device Management, and Certificate Trust Settings). The same file is {made.authority}
on this computer. It vouches for this server alone; remove it after the trial."""


def _ending(settings: Settings, cast: Cast, state: State) -> str:
    return f"""\
{COURT}: {_what_now(cast.hearing, state)}

Passwords and code words are kept in {settings.data / "demo.txt"}, for this demonstration
only. Everything is in {settings.data}; delete it to begin again. Ctrl-C ends the server."""


_SITTING = {
    "in_session": "in session", "closed_session": "in closed session", "recess": "in recess",
    "technical_adjournment": "adjourned for technical reasons",
}  # fmt: skip


def _what_now(hearing: str, state: State) -> str:
    if state in _SITTING:
        return f"hearing {hearing} goes on where it was, {_SITTING[state]}. Enter with the same words as before."
    doors = "has its doors open" if state == "ready" else f"is {state.replace('_', ' ')}"
    return f"""\
hearing {hearing} {doors}. Enter as the judge first, then as a party from a phone; admit the
party, start the sitting."""
