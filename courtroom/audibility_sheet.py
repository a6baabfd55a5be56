"""Who received and played whom, afterwards: rows for the minutes, and a sheet beside the AVR."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final

from courtroom.folders import hearing_folder
from hearings.documents.audibility import Plot, page
from hearings.documents.model import Audibility
from hearings.hearing import Hearing
from hearings.terms import SPEAKERS
from quality.audibility.book import Line, read
from quality.audibility.summary import Listened, series, summary

SUFFIX: Final = ".audibility.html"


@dataclass(frozen=True, slots=True)
class Seats:
    """``names`` by seat; those that are ``watching`` only may have the sound off, and are told of nowhere."""

    names: Mapping[str, str]
    watching: frozenset[str] = frozenset()


def seats_of(hearing: Hearing) -> Seats:
    names = {seat.code: seat.name or seat.code for seat in hearing.seats.values()}
    return Seats(names, frozenset(seat.code for seat in hearing.seats.values() if seat.role not in SPEAKERS))


def listener(executor: Executor, data: Path) -> Callable[[Hearing], Awaitable[list[Audibility]]]:
    """For `signaling.app.Options`: in all a hearing's sittings, the worst first. A long hearing's ledger takes seconds
    to read: it is done in a worker process."""

    async def listened(hearing: Hearing) -> list[Audibility]:
        folder = hearing_folder(data, hearing)
        folders = [folder / sitting.sitting for sitting in hearing.sittings]
        return await asyncio.wrap_future(executor.submit(listened_in, folders, seats_of(hearing)))

    return listened


def listened_in(folders: Sequence[Path], seats: Seats) -> list[Audibility]:
    return [_named(one, seats) for one in summary(chain.from_iterable(_lines(folder, seats) for folder in folders))]


def write_sheet(folder: Path, avr: Path, seats: Seats) -> None:
    """Beside the sitting's AVR; none where nobody spoke."""
    lines, names = list(_lines(folder, seats)), seats.names
    if not lines:
        return
    found = series(lines)
    rows = summary(lines)
    shares = {
        f"{names.get(one.speaker, one.speaker)} → {names.get(one.listener, one.listener)}":
        found.of[one.speaker, one.listener] for one in rows
    }  # fmt: skip
    text = page(avr.stem, [_named(one, seats) for one in rows], Plot(found.width, shares))
    path = avr.with_suffix(SUFFIX)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def _lines(folder: Path, seats: Seats) -> Iterator[Line]:
    for line in read(folder):
        yield replace(line, to={code: pair for code, pair in line.to.items() if code not in seats.watching})


def _named(one: Listened, seats: Seats) -> Audibility:
    names = seats.names
    return Audibility(
        names.get(one.speaker, one.speaker), names.get(one.listener, one.listener), one.seconds, one.share, one.longest,
        one.contradictions, one.delivered,
    )  # fmt: skip
