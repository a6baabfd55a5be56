"""Who received and played whom, afterwards: rows for the minutes, and a sheet beside the AVR."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from hearings.documents.audibility import Plot, page
from hearings.documents.model import Audibility
from hearings.hearing import Hearing
from quality.audibility.book import read
from quality.audibility.summary import Listened, series, summary

SUFFIX: Final = ".audibility.html"

Names = Mapping[str, str]


def names_of(hearing: Hearing) -> dict[str, str]:
    return {seat.code: seat.name or seat.code for seat in hearing.seats.values()}


def listened(data: Path, hearing: Hearing) -> list[Audibility]:
    """In all the hearing's sittings, the worst first. For `signaling.app.Options`."""
    folder = data / "courts" / hearing.court / hearing.id
    return listened_in([folder / sitting.sitting for sitting in hearing.sittings], names_of(hearing))


def listened_in(folders: Sequence[Path], names: Names) -> list[Audibility]:
    return [_named(one, names) for one in summary(chain.from_iterable(read(folder) for folder in folders))]


def write_sheet(folder: Path, avr: Path, names: Names) -> None:
    """Beside the sitting's AVR; none where nobody spoke."""
    lines = list(read(folder))
    if not lines:
        return
    found = series(lines)
    rows = summary(lines)
    shares = {
        f"{names.get(one.speaker, one.speaker)} → {names.get(one.listener, one.listener)}":
        found.of[one.speaker, one.listener] for one in rows
    }  # fmt: skip
    text = page(avr.stem, [_named(one, names) for one in rows], Plot(found.width, shares))
    path = avr.with_suffix(SUFFIX)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def _named(one: Listened, names: Names) -> Audibility:
    return Audibility(
        names.get(one.speaker, one.speaker), names.get(one.listener, one.listener), one.seconds, one.share, one.longest,
        one.contradictions,
    )  # fmt: skip
