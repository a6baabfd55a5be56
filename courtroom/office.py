"""What a court's office does before and after a hearing: courts, staff, hearings, seats, code words."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from courtroom.errors import Mistake
from courtroom.folders import make_folders
from courtroom.register import Answer, Register, opened_store
from courtroom.settings import Settings
from hearings import creation
from hearings.hearing import SYSTEM, Event, Hearing
from hearings.problems import Refused
from hearings.staff_roles import StaffRole
from hearings.store import NewSeatRow, Staff, Store
from hearings.store.base import new_id
from hearings.store.staff import by_system
from hearings.store.vault import Vault, VaultError, image_type
from hearings.store.words import Words, code_word, normal_password, password
from hearings.terms import STAFF
from hearings.times import iso

RESET_S = 3600


@dataclass(frozen=True, slots=True)
class SeatOrder:
    """A seat that is wanted. Who sits for the court (`STAFF`) enters by name and password, all others by code word.
    ``place`` is the role's where it is None (`terms.PLACE_OF`)."""

    code: str
    role: str
    name: str = ""
    photo: bytes | None = None
    place: str | None = None

    @property
    def by_word(self) -> bool:
        return self.role not in STAFF

    def check(self) -> None:
        """Raises `Refused` where no hearing could have such a seat."""
        row = NewSeatRow(self.code, self.role, self.name, place=self.place)
        creation.create("", "", "", "1", "", "", [row.domain], "")
        if self.photo is not None:
            image_type(self.photo)


@dataclass(frozen=True, slots=True)
class Created:
    """``words`` are the code words by seat: only their hashes are kept, so this is the one time that they are known."""

    hearing: Hearing
    words: dict[str, str]


class Office(Register):
    def __init__(self, store: Store, vault: Vault, words: Words) -> None:
        super().__init__(store)
        self._vault = vault
        self._words = words

    async def require_new(self, number: str) -> None:
        """Raises Mistake where the number is another hearing's."""
        if await self.hearing(number) is not None:
            raise Mistake(f"the number {number} is taken")

    async def require_court(self, name: str, new: bool = False) -> None:
        """That the court of this name is known, or is to be made: as ``new``, or the first. Raises Mistake."""
        known = sorted((await self.store.courts()).values())
        if known and name not in known and not new:
            listed = ", ".join(f'"{one}"' for one in known)
            how = "--new-court of `staff add` and `hearing create` makes one"
            raise Mistake(f'there is no court "{name}"; known are {listed}; {how}')

    async def create_hearing(
        self, court: str, number: str, title: str, scheduled_at: str, seats: Sequence[SeatOrder], capacity: int
    ) -> Created:
        """A hearing in the court of this name, in state `scheduled`. Raises `Refused`."""
        for seat in seats:
            seat.check()
        court_id = await self.store.ensure_court(court)
        words = {seat.code: code_word() for seat in seats if seat.by_word}
        rows = [await self._seat_row(seat, words.get(seat.code)) for seat in seats]
        try:
            hearing = await self.store.create_hearing(
                court_id, number, title, scheduled_at, rows, iso(time.time()), capacity
            )
        except Refused:
            for row in rows:
                if row.photo:
                    self._vault.delete(row.photo)
            raise
        return Created(hearing, words)

    async def _seat_row(self, seat: SeatOrder, word: str | None) -> NewSeatRow:
        photo = None
        if seat.photo is not None:
            photo = new_id()
            self._vault.write(photo, seat.photo)
        word_hash = await self._words.hash(word) if word else None
        return NewSeatRow(seat.code, seat.role, seat.name, word_hash, photo, place=seat.place)

    async def open_doors(self, hearing: Hearing) -> None:
        """The hearing from `scheduled` to `ready`, as the clerk's act `open` would do it."""
        if hearing.state == "scheduled":
            opened = Event("opened", hearing.version + 1, iso(time.time()), SYSTEM)
            await self.store.append(hearing.id, hearing.version, [opened])

    async def add_staff(self, court: str, name: str, roles: Iterable[StaffRole], secret: str | None = None) -> str:
        """A staff member of the court of this name; returns the password, made here unless given. Raises `Refused`,
        and Mistake where the name is taken."""
        if await self.store.staff_by_name(name) is not None:
            raise Mistake(f"the name {name} is taken")
        secret = secret or password()
        court_id = await self.store.ensure_court(court)
        await self.store.add_staff(court_id, name, await self._words.hash(secret, normal_password), roles)
        return secret

    async def reset_staff(self, name: str) -> str:
        """A code by which the person sets a password within an hour; all their sessions end. Raises Mistake."""
        person, code = await self._known_staff(name), code_word()
        expires = time.time() + RESET_S
        doing = by_system("at the server's command line")
        await self.store.open_reset(person.court, person.id, await self._words.hash(code), expires, doing)
        return code

    async def grant_staff(self, name: str, court: str, role: StaffRole) -> None:
        """A role in a court, also of somebody whom another court employs. Raises Mistake."""
        person = await self._known_staff(name)
        await self.store.grant(person.id, await self.store.ensure_court(court), role)

    async def _known_staff(self, name: str) -> Staff:
        person = await self.store.staff_by_name(name)
        if person is None:
            raise Mistake(f"there is nobody with the name {name}")
        return person


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """The office over the data folder's database and vault, which are made where there are none."""
    make_folders(settings.data)
    store = await opened_store(settings.database_url)
    try:
        with ThreadPoolExecutor(1) as executor:
            yield Office(store, open_vault(settings.data), Words(executor))
    finally:
        await store.close()


def open_vault(data: Path) -> Vault:
    """Raises Mistake."""
    key = data / "keys" / "vault.key"
    try:
        return Vault(data / "vault", key)
    except VaultError as error:
        raise Mistake(f"{key}: {error}") from None
    except OSError as error:
        raise Mistake(f"{error.filename or key} cannot be used ({error.strerror})") from None


async def in_office(settings: Settings, work: Callable[[Office], Awaitable[Answer]]) -> Answer:
    """What `work` answers, the office being opened for it alone."""
    async with open_office(settings) as office:
        return await work(office)
