"""`courtroom hearing …` and `courtroom staff …`."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from courtroom import listening
from courtroom.addresses import own_addresses
from courtroom.errors import Mistake, in_words
from courtroom.office import Created, Office, SeatOrder, in_office
from courtroom.register import Register, in_register, known_hearing, require_data
from courtroom.settings import Settings
from hearings.hearing import Hearing, Seat, Sitting
from hearings.problems import Refused
from hearings.times import ZONE, iso, seconds


def create_hearing(arguments: argparse.Namespace, settings: Settings) -> None:
    seats = with_court_seats([seat_order(words) for words in arguments.seat])
    capacity = settings.limits.participants if arguments.capacity is None else arguments.capacity
    at = to_come(scheduled(arguments.at), iso(time.time()))

    async def create(office: Office) -> Created:
        await office.require_court(arguments.court, arguments.new_court)
        await office.require_new(arguments.number)
        return await office.create_hearing(arguments.court, arguments.number, arguments.title, at, seats, capacity)

    created = asyncio.run(in_office(settings, create))
    print(handout(created, listening.origin(settings, own_addresses())))
    if not settings.http.public_url:
        print("\nThe links name this machine: set http.public_url to the address that people reach it under.")


def handout(created: Created, origin: str) -> str:
    """What the office gives out: the links, and apart from them the code words."""
    hearing = created.hearing
    lines = [f"Hearing {hearing.number} is created. Links to give out:", ""]
    for seat in hearing.seats.values():
        page = "" if seat.code in created.words else "staff"
        lines.append(f"  {seat.code:<16} {listening.link(origin, page, hearing=hearing.number, seat=seat.code)}")
    lines += ["", "Code words, shown this once; give each to its person, not together with the link:", ""]
    return "\n".join([*lines, *(f"  {code:<16} {word}" for code, word in created.words.items())])


def list_hearings(arguments: argparse.Namespace, settings: Settings) -> None:
    found = asyncio.run(in_register(settings, Register.list_hearings))
    if not found:
        print("No hearings yet.")
    for row, court in found:
        print(f"{local(row.scheduled_at)}  {row.state:<22} {row.number:<24} {court}  {row.title}")


def show_hearing(arguments: argparse.Namespace, settings: Settings) -> None:
    print(description(asyncio.run(in_register(settings, lambda register: known_hearing(register, arguments.number)))))


def add_staff(arguments: argparse.Namespace, settings: Settings) -> None:
    async def add(office: Office) -> str:
        await office.require_court(arguments.court, arguments.new_court)
        return await office.add_staff(arguments.court, arguments.name, arguments.role)

    secret = asyncio.run(in_office(settings, add))
    print(f"{arguments.name} may log in with this password, shown this once:\n\n  {secret}")


def list_staff(arguments: argparse.Namespace, settings: Settings) -> None:
    found = asyncio.run(in_register(settings, Register.list_staff))
    if not found:
        print("No staff yet.")
    for court, staff in found:
        print(court)
        for name, roles in staff:
            print(f"  {name:<30} {', '.join(roles)}")


def reset_staff(arguments: argparse.Namespace, settings: Settings) -> None:
    require_data(settings)
    code = asyncio.run(in_office(settings, lambda office: office.reset_staff(arguments.name)))
    print(f"With this code, shown this once, {arguments.name} sets a password at /staff within an hour:\n\n  {code}")


def grant_staff(arguments: argparse.Namespace, settings: Settings) -> None:
    require_data(settings)

    async def grant(office: Office) -> None:
        await office.require_court(arguments.court)
        await office.grant_staff(arguments.name, arguments.court, arguments.role)

    asyncio.run(in_office(settings, grant))
    print(f"{arguments.name} is {arguments.role} in {arguments.court}.")


def seat_order(words: Sequence[str]) -> SeatOrder:
    """From CODE ROLE[@PLACE] NAME [PHOTO]. Raises Mistake."""
    if not 3 <= len(words) <= 4:
        raise Mistake("--seat takes CODE ROLE NAME [PHOTO]; put a name with spaces in quotes")
    code, role, name = words[:3]
    role, _, place = role.partition("@")
    try:
        photo = Path(words[3]).read_bytes() if len(words) == 4 else None
    except OSError as error:
        raise Mistake(f"the photo of {code} cannot be read: {error.strerror}") from None
    order = SeatOrder(code, role, name, photo, place or None)
    try:
        order.check()
    except Refused as refused:
        raise Mistake(f'the seat "{code}" with the role "{role}": {in_words(refused)}') from None
    return order


def with_court_seats(seats: Sequence[SeatOrder]) -> list[SeatOrder]:
    """With a judge's and a clerk's seat, which every hearing has."""
    roles = {seat.role for seat in seats}
    return [*(SeatOrder(role, role) for role in ("judge", "clerk") if role not in roles), *seats]


def scheduled(text: str) -> str:
    """ISO 8601 in UTC, of a time that is the court's unless it names its zone. Raises Mistake."""
    try:
        given = datetime.fromisoformat(text)
        return iso((given if given.tzinfo else given.replace(tzinfo=ZONE)).timestamp())
    except ValueError:
        raise Mistake(f'"{text}" is no date and time; write it like "2026-12-01 10:00"') from None


def to_come(at: str, now: str) -> str:
    """Raises Mistake where ``at`` is over."""
    if at <= now:
        raise Mistake(f"--at is in the past ({local(at)}); a hearing is created for a time to come")
    return at


def local(at: str) -> str:
    """In the court's time."""
    return datetime.fromtimestamp(seconds(at), ZONE).strftime("%Y-%m-%d %H:%M")


def description(hearing: Hearing) -> str:
    lines = [
        f"Hearing    {hearing.number}  {hearing.title}".rstrip(),
        f"Court      {hearing.court_name}",
        f"Scheduled  {local(hearing.scheduled_at)}",
        f"State      {hearing.state}, for {hearing.capacity} people",
        "",
    ]
    for seat in hearing.seats.values():
        photo = "photo" if seat.photo else ""
        lines.append(
            f"  {seat.code:<16} {seat.role:<15} {_presence(hearing, seat):<10} {photo:<6} {seat.name}".rstrip()
        )
    lines += ["", *map(_times, hearing.sittings)] if hearing.sittings else []
    return "\n".join(lines)


def _presence(hearing: Hearing, seat: Seat) -> str:
    """Nobody is in a hearing that is over; who was then is told as such."""
    return "was in" if hearing.state == "concluded" and seat.taken else seat.standing


def _times(sitting: Sitting) -> str:
    began = f"Sitting {sitting.number} began {local(sitting.started_at)}"
    return f"{began}, ended {local(sitting.ended_at)}" if sitting.ended_at else f"{began} and goes on"
