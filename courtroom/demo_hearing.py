"""The demonstration's court, people and hearing. All of them are invented."""

from __future__ import annotations

import json
import os
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from courtroom.errors import Mistake
from courtroom.office import Office, SeatOrder
from courtroom.portraits import portrait
from hearings.staff_roles import StaffRole
from hearings.times import iso

COURT = "Көрнекі сот"
TITLE = "Оспанов — Ким"
_STAFF: tuple[StaffRole, ...] = ("judge", "clerk", "technician")
_PEOPLE = (
    ("judge", "judge", "Айгүл Сейітова"),
    ("clerk", "clerk", "Марат Жүнісов"),
    ("party-1", "party", "Дәурен Оспанов"),
    ("party-2", "party", "Анна Ким"),
    ("witness-1", "witness", "Нұрлан Әбенов"),
)
_LONG_HAIR = {"judge", "party-2"}
"""The women, in the portraits' simple drawing."""
_NOTE = """\
# Passwords and code words of the demonstration, so that it can print them again. Only a demonstration keeps them.
"""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part, with what they type: ``passwords`` by the staff's role and name, ``words`` by seat."""

    hearing: str
    passwords: Mapping[str, str]
    words: Mapping[str, str]

    @property
    def names(self) -> dict[str, str]:
        return {seat: name for seat, _, name in _PEOPLE}


async def cast_of(office: Office, file: Path, capacity: int) -> Cast:
    """The cast that `file` remembers, with a new hearing where the last is over; or a new court and cast."""
    known = _read(file)
    if known is not None and await _is_on(office, known.hearing):
        return known
    passwords = known.passwords if known else await _new_staff(office, file.parent)
    cast = await _new_hearing(office, passwords, capacity)
    _write(file, cast)
    return cast


async def _is_on(office: Office, number: str) -> bool:
    hearing = await office.hearing(number)
    return hearing is not None and hearing.state not in ("concluded", "postponed")


async def _new_staff(office: Office, folder: Path) -> dict[str, str]:
    """Only in a folder of the demonstration's own. Raises Mistake."""
    try:
        if not await office.list_hearings():
            return {str(role): await office.add_staff(COURT, role, [role]) for role in _STAFF}
    except Mistake:
        pass  # the name is taken: a start that was cut short, or a real court's staff
    raise Mistake(f"{folder} holds what no finished demonstration made; name another folder with --data")


async def _new_hearing(office: Office, passwords: Mapping[str, str], capacity: int) -> Cast:
    number = f"DEMO-{len(await office.list_hearings()) + 1}"
    seats = [
        SeatOrder(code, role, name, portrait(seed, code in _LONG_HAIR) if role not in _STAFF else None)
        for seed, (code, role, name) in enumerate(_PEOPLE)
    ]
    created = await office.create_hearing(COURT, number, TITLE, iso(time.time()), seats, capacity)
    await office.open_doors(created.hearing)
    return Cast(created.hearing.number, passwords, created.words)


def _read(file: Path) -> Cast | None:
    if not file.exists():
        return None
    try:
        kept = tomllib.loads(file.read_text("utf-8"))
        return Cast(kept["hearing"], kept["passwords"], kept["words"])
    except (tomllib.TOMLDecodeError, KeyError):
        raise Mistake(f"{file} is damaged; delete {file.parent} to begin again") from None


def _write(file: Path, cast: Cast) -> None:
    """JSON's strings are TOML's too."""
    lines = [f"hearing = {json.dumps(cast.hearing)}"]
    for table, secrets in (("passwords", cast.passwords), ("words", cast.words)):
        lines += ["", f"[{table}]", *(f"{name} = {json.dumps(secret)}" for name, secret in secrets.items())]
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(_NOTE + "\n".join(lines) + "\n")
    draft.replace(file)
