"""`courtroom hearing …` and `courtroom staff …`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from courtroom.errors import Mistake
from courtroom.office import Created, Office, SeatOrder, in_office
from courtroom.register import Register, in_register, known_hearing, require_data
from courtroom.settings import Settings
from hearings.hearing import Hearing
from hearings.times import iso, seconds


def create_hearing(arguments: argparse.Namespace, settings: Settings) -> None:
    seats = with_court_seats([seat_order(words) for words in arguments.seat])
    capacity = settings.limits.participants if arguments.capacity is None else arguments.capacity

    async def create(office: Office) -> Created:
        await office.require_court(arguments.court, arguments.new_court)
        return await office.create_hearing(
            arguments.court, arguments.number, arguments.title, scheduled(arguments.at), seats, capacity
        )

    created = asyncio.run(in_office(settings, create))
    print(f"Hearing {created.hearing.number} is created. Code words, shown this once:\n")
    for code, word in created.words.items():
        print(f"  {code:<16} {word}")


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
    """From CODE ROLE NAME [PHOTO]. Raises Mistake."""
    if not 3 <= len(words) <= 4:
        raise Mistake("--seat takes CODE ROLE NAME [PHOTO]; put a name with spaces in quotes")
    code, role, name = words[:3]
    try:
        photo = Path(words[3]).read_bytes() if len(words) == 4 else None
    except OSError as error:
        raise Mistake(f"the photo of {code} cannot be read: {error.strerror}") from None
    return SeatOrder(code, role, name, photo)


def with_court_seats(seats: Sequence[SeatOrder]) -> list[SeatOrder]:
    """With a judge's and a clerk's seat, which every hearing has."""
    roles = {seat.role for seat in seats}
    return [*(SeatOrder(role, role) for role in ("judge", "clerk") if role not in roles), *seats]


def scheduled(text: str) -> str:
    """ISO 8601 in UTC, of a time that is local unless it names its zone. Raises Mistake."""
    try:
        return iso(datetime.fromisoformat(text).timestamp())
    except ValueError:
        raise Mistake(f'"{text}" is no date and time; write it like "2026-12-01 10:00"') from None


def local(at: str) -> str:
    return datetime.fromtimestamp(seconds(at)).astimezone().strftime("%Y-%m-%d %H:%M")


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
        lines.append(f"  {seat.code:<16} {seat.role:<15} {seat.standing:<10} {photo:<6} {seat.name}".rstrip())
    lines += [f"\nSitting {sitting.number} began {local(sitting.started_at)}" for sitting in hearing.sittings]
    return "\n".join(lines)
