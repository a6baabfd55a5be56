"""`courtroom hearing contact` and `courtroom hearing notices`: whom a hearing's notices reach, and how far they are."""

from __future__ import annotations

import argparse
import asyncio

from courtroom.errors import Mistake
from courtroom.office import Office, in_office, open_vault
from courtroom.register import Register, in_register, known_hearing, require_data
from courtroom.settings import Settings
from hearings.notices.notice import Contact, reachable
from hearings.notices.outbox import Outbox
from hearings.store.notices import NoticeRow


def set_contact(arguments: argparse.Namespace, settings: Settings) -> None:
    contact = reachable(arguments.language, arguments.email, arguments.phone)
    if len(contact.addresses()) < bool(arguments.email) + bool(arguments.phone) or not contact.addresses():
        raise Mistake("an e-mail address like name@example.org or a telephone number like +77010000001 is needed")

    async def work(office: Office) -> None:
        hearing = await known_hearing(office, arguments.number)
        if arguments.seat not in hearing.seats:
            raise Mistake(f"hearing {hearing.number} has no seat {arguments.seat}")
        await Outbox(office.store, open_vault(settings.data)).set_contact(hearing.id, arguments.seat, contact)

    require_data(settings)
    asyncio.run(in_office(settings, work))
    print(f"Notices of hearing {arguments.number} go to {arguments.seat} by {' and '.join(contact.addresses())}.")
    for channel, setting in waiting(contact, settings):
        print(f"Those by {channel} wait until {setting} is set.")


def waiting(contact: Contact, settings: Settings) -> list[tuple[str, str]]:
    """The contact's channels that are not set up, each with the setting that it lacks."""
    needs = {
        "email": ("notices.smtp.host", settings.notices.smtp.host),
        "sms": ("notices.sms.url", settings.notices.sms.url),
    }
    return [(channel, needs[channel][0]) for channel in contact.addresses() if not needs[channel][1]]


def list_notices(arguments: argparse.Namespace, settings: Settings) -> None:
    async def work(register: Register) -> list[NoticeRow]:
        return await register.store.notices((await known_hearing(register, arguments.number)).id)

    for row in asyncio.run(in_register(settings, work)):
        tries = f"{row.attempts} tries" if row.attempts != 1 else "1 try"
        line = f"{row.seat or '':<16} {row.channel:<6} {row.kind:<18} {row.state:<11} {tries}  {row.error or ''}"
        print(line.rstrip())
