"""The AVRs of hearings: where they are, building them, and `courtroom avr …`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from courtroom.audibility_sheet import SUFFIX, Seats, listened_in, seats_of, write_sheet
from courtroom.errors import Mistake
from courtroom.folders import hearing_folder
from courtroom.register import Register, in_register, known_hearing
from courtroom.settings import Settings
from hearings.hearing import Hearing, Sitting
from recorder.avr import AvrInfo, avr_path, build_sitting, incomplete_path
from recorder.avr import show as show_file
from recorder.claim import claimed, unfinished
from recorder.errors import RecordError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SittingFiles:
    """A sitting and the folder of its takes and journal."""

    hearing: Hearing
    sitting: Sitting
    folder: Path

    @property
    def avr(self) -> Path:
        """Of the whole sitting. Raises RecordError where it has no journal."""
        return avr_path(self.folder)

    @property
    def newest(self) -> Path:
        """The whole, or else the part that was built of a sitting that was not over. Raises RecordError."""
        return self.avr if self.avr.exists() else incomplete_path(self.folder)


def sittings_of(hearing: Hearing, data: Path) -> Iterator[SittingFiles]:
    folder = hearing_folder(data, hearing)
    for sitting in hearing.sittings:
        yield SittingFiles(hearing, sitting, folder / sitting.sitting)


def is_over(files: SittingFiles, journalled: int) -> bool:
    """Whether the sitting has ended, and its end is in its journal. ``journalled``: the hearing's version up to which
    all is; what is not yet comes into the journal of the last sitting."""
    whole = files.sitting != files.hearing.sitting or journalled >= files.hearing.version
    return files.sitting.ended_at is not None and whole


def has_avr(files: SittingFiles) -> bool:
    """Of the whole: a part does not stand for it."""
    try:
        return files.avr.exists()
    except RecordError:
        return False


def build_all(folders: list[Path], seats: Seats) -> int:
    """Build the AVR of each folder's sitting, which `is_over`, and the sheet beside it; of how many there is no whole
    one. For a worker process."""
    failed = 0
    for folder in folders:
        try:
            info = build_sitting(folder, over=True, wait=True)
        except RecordError:  # `courtroom avr build` tells why
            failed += 1
        else:
            failed += info.path != avr_path(folder)
            _sheet(folder, info.path, seats)
    return failed


def remove_unfinished(data: Path) -> None:
    """What builds that died left. For a worker process."""
    for folder in data.glob("courts/*/*/*/avr"):
        if unfinished(folder):
            with contextlib.suppress(RecordError, OSError), claimed(folder):
                log.info("avr.unfinished_removed", sitting=folder.parent.name)


def _sheet(folder: Path, avr: Path, seats: Seats) -> None:
    """One that cannot be made is in no AVR's way."""
    try:
        write_sheet(folder, avr, seats)
        if avr != (part := incomplete_path(folder)):
            part.with_suffix(SUFFIX).unlink(missing_ok=True)
    except Exception as error:
        log.error("audibility.no_sheet", sitting=folder.name, error=type(error).__name__)


def build(arguments: argparse.Namespace, settings: Settings) -> None:
    found = _chosen(arguments, settings)
    hearing = found[0].hearing.id
    journalled = asyncio.run(in_register(settings, lambda register: register.store.journalled(hearing)))
    for files in found:
        try:
            info = build_sitting(files.folder, is_over(files, journalled), _show_progress)
        except RecordError as error:
            raise Mistake(f"sitting {files.sitting.number}: {error}") from None
        _sheet(files.folder, info.path, seats_of(files.hearing))
        print(f"{info.path}  {duration(info.duration)}  {len(info.tracks)} tracks")
        if info.path != files.avr:
            why = "the sitting goes on" if files.sitting.ended_at is None else "the record is not closed yet"
            print(f"This is a part: {why}. The whole is built by itself when the sitting is over.")


def list_all(arguments: argparse.Namespace, settings: Settings) -> None:
    hearings = asyncio.run(in_register(settings, _all_hearings))
    found = [files for hearing in hearings for files in sittings_of(hearing, settings.data)]
    if not found:
        print("No sittings yet.")
    for files in found:
        print(f"{files.hearing.number:<24} sitting {files.sitting.number:<3} {_state(files)}")


def show(arguments: argparse.Namespace, settings: Settings) -> None:
    for files in _chosen(arguments, settings):
        try:
            print(description(show_file(files.newest)))
        except RecordError:
            raise Mistake(
                f"sitting {files.sitting.number} has no AVR that can be read; "
                f"`courtroom avr build {files.hearing.number}` makes it"
            ) from None


def audibility(arguments: argparse.Namespace, settings: Settings) -> None:
    for files in _chosen(arguments, settings):
        rows = listened_in([files.folder], seats_of(files.hearing))
        print(f"Sitting {files.sitting.number}: {'' if rows else 'nobody spoke, or nothing was kept'}")
        for row in rows:
            share = "not known" if row.share is None else f"{row.share:3} %"
            marks = f"  {row.contradictions} contradictions" if row.contradictions else ""
            print(
                f"  {share:>9}  of {row.seconds:5} s, longest below 90 %: {row.longest:4} s  "
                f"{row.listener} of {row.speaker}{marks}"
            )


def description(info: AvrInfo) -> str:
    lines = [f"{info.path}", f"{info.number}, {duration(info.duration)}, {info.bytes / 1e6:.1f} MB", ""]
    lines += [
        f"  {track.codec:<5} {f'{track.width}×{track.height}' if track.width else 'sound':<10} {track.title}"
        for track in info.tracks
    ]
    lines += ["", *(f"  {duration(start)}  {title}" for start, title in info.chapters)]
    lines += [f"  attached: {name}" for name in info.attachments]
    return "\n".join(lines)


def duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _chosen(arguments: argparse.Namespace, settings: Settings) -> list[SittingFiles]:
    hearing = asyncio.run(in_register(settings, lambda register: known_hearing(register, arguments.number)))
    wanted = arguments.sitting
    found = [f for f in sittings_of(hearing, settings.data) if wanted in (None, f.sitting.number)]
    if not found:
        which = f"has no sitting {wanted}" if hearing.sittings else "had no sitting yet"
        raise Mistake(f"hearing {hearing.number} {which}")
    return found


async def _all_hearings(register: Register) -> list[Hearing]:
    loaded = [await register.store.load(row.id) for row, _ in await register.list_hearings()]
    return [hearing for hearing in loaded if hearing is not None]


def _state(files: SittingFiles) -> str:
    with contextlib.suppress(RecordError, FileNotFoundError):
        return f"{files.newest.stat().st_size / 1e6:8.1f} MB  {files.newest}"
    return "not built" if files.folder.exists() else "no record"


def _show_progress(share: float) -> None:
    if sys.stderr.isatty():
        print(f"\r{share:4.0%}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)
