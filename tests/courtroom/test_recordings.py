from __future__ import annotations

import asyncio
import errno
import fcntl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from courtroom import cli
from courtroom.archive import Archive
from courtroom.audibility_sheet import SUFFIX, seats_of
from courtroom.office import Office, in_office
from courtroom.recordings import SittingFiles, build_all, duration, sittings_of
from courtroom.register import known_hearing
from courtroom.settings import Settings, load
from gateway.sink import SittingInfo
from hearings.hearing import SYSTEM, Event, Hearing
from recorder.writer import TakeRecorder
from tests.media import material
from tests.recorder.source import STARTED, FakeClock, Source, feed

AT = STARTED.isoformat()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COURTROOM_DATA", str(tmp_path / "data"))
    return load()


WHOLE = ("opened", "started", "concluded")


async def recorded(office: Office, data: Path, kinds: tuple[str, ...] = WHOLE, journalled: bool = True) -> Hearing:
    """A hearing, concluded unless told otherwise, with one sitting, in which party-1 spoke for two seconds."""
    created = await office.create_hearing("Court", "7/1", "", AT, [], 25)
    events = [
        Event(kind, 2 + n, AT, SYSTEM, {"sitting": "sitting-1", "scheduled_at": AT}) for n, kind in enumerate(kinds)
    ]
    await office.store.append(created.hearing.id, 1, events)
    hearing = await known_hearing(office, "7/1")
    if journalled:
        await office.store.mark(hearing.id, hearing.version)
    recorder = TakeRecorder(data / "courts", FakeClock().clock())
    recording = recorder.open(SittingInfo(hearing.court, hearing.id, "sitting-1", hearing.number, AT))
    source = Source("opus", material.opus(2))
    sink = recording.sink(source.info(), "party-1 — D. Ospanov", lambda: None)
    feed(sink, source)
    sink.on_end()
    await recorder.close()
    return hearing


def test_an_avr_that_is_built_in_mid_sitting_says_that_it_is_a_part(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    going_on = ("opened", "started")
    asyncio.run(in_office(settings, lambda office: recorded(office, settings.data, going_on)))
    assert cli.main(["avr", "build", "7/1"]) == 0
    told = capsys.readouterr().out
    assert "This is a part: the sitting goes on." in told
    assert "7-1.incomplete.mkv" in told
    for command in (["list"], ["show", "7/1"]):
        assert cli.main(["avr", *command]) == 0
        assert "7-1.incomplete.mkv" in capsys.readouterr().out


def test_an_avr_whose_journal_lacks_its_end_is_built_as_a_part(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(in_office(settings, lambda office: recorded(office, settings.data, journalled=False)))
    assert cli.main(["avr", "build", "7/1"]) == 0
    told = capsys.readouterr().out
    assert "7-1.incomplete.mkv" in told
    assert "This is a part: the record is not closed yet." in told


def record(settings: Settings) -> Hearing:
    return asyncio.run(in_office(settings, lambda office: recorded(office, settings.data)))


def test_an_avr_is_built_listed_and_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    record(settings)
    cli.main(["avr", "list"])
    assert "not built" in capsys.readouterr().out
    assert cli.main(["avr", "build", "7/1"]) == 0
    built = capsys.readouterr().out
    assert "1 tracks" in built
    assert "part" not in built
    cli.main(["avr", "list"])
    assert "7-1.mkv" in capsys.readouterr().out
    assert cli.main(["avr", "show", "7/1"]) == 0
    shown = capsys.readouterr().out
    assert "party-1 — D. Ospanov" in shown
    assert "journal" in shown


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["avr", "show", "7/1"], "sitting 1 has no AVR that can be read"),
        (["avr", "build", "7/1", "--sitting", "2"], "hearing 7/1 has no sitting 2"),
    ],
)
def test_what_is_not_there_is_told_in_words(
    settings: Settings, command: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record(settings)
    assert cli.main(command) == 2
    assert words in capsys.readouterr().err


def restart(settings: Settings) -> None:
    async def build(office: Office) -> None:
        with ThreadPoolExecutor(1) as executor:
            await Archive(office.store, settings.data, executor).build_missing()

    asyncio.run(in_office(settings, build))


def built(settings: Settings, hearing: Hearing) -> list[str]:
    return sorted(
        path.name for files in sittings_of(hearing, settings.data) for path in files.folder.glob("avr/*.mkv*")
    )


def test_the_archive_makes_up_for_an_avr_that_a_restart_prevented(settings: Settings) -> None:
    hearing = record(settings)
    restart(settings)
    assert built(settings, hearing) == ["7-1.mkv"]


@pytest.mark.parametrize("end", [("postponed",), ("postponed", "rescheduled"), ("postponed", "rescheduled", "opened")])
def test_the_archive_makes_up_for_the_avr_of_a_sitting_whose_hearing_is_not_over(
    settings: Settings, end: tuple[str, ...]
) -> None:
    kinds = ("opened", "started", *end)
    hearing = asyncio.run(in_office(settings, lambda office: recorded(office, settings.data, kinds)))
    restart(settings)
    assert built(settings, hearing) == ["7-1.mkv"]


def test_what_was_built_in_mid_sitting_does_not_stand_for_the_whole(settings: Settings) -> None:
    """The app died after the conclusion, before it could build anew."""

    async def go_on(office: Office) -> Hearing:
        before = await known_hearing(office, "7/1")
        await office.store.append(before.id, before.version, [Event("concluded", before.version + 1, AT, SYSTEM)])
        await office.store.mark(before.id, before.version + 1)
        return await known_hearing(office, "7/1")

    asyncio.run(in_office(settings, lambda office: recorded(office, settings.data, ("opened", "started"))))
    cli.main(["avr", "build", "7/1"])
    hearing = asyncio.run(in_office(settings, go_on))
    assert built(settings, hearing) == ["7-1.incomplete.mkv"]
    restart(settings)
    assert built(settings, hearing) == ["7-1.mkv"]


def test_the_whole_is_not_built_of_a_record_that_media_still_writes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearing = record(settings)
    (files,) = sittings_of(hearing, settings.data)
    monkeypatch.setattr("recorder.avr.CLOSING_S", 0.0)
    with (files.folder / "journal.jsonl").open("ab") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        restart(settings)
        assert built(settings, hearing) == ["7-1.incomplete.mkv"]


def test_the_whole_is_built_once_media_has_closed_the_record(settings: Settings) -> None:
    hearing = record(settings)
    (files,) = sittings_of(hearing, settings.data)
    with ThreadPoolExecutor(1) as worker, (files.folder / "journal.jsonl").open("ab") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        building = worker.submit(build_all, [files.folder], seats_of(hearing))
        fcntl.flock(journal, fcntl.LOCK_UN)
        assert building.result(30) == 0
    assert built(settings, hearing) == ["7-1.mkv"]


def test_at_start_what_dead_builds_left_is_removed(settings: Settings) -> None:
    hearing = record(settings)
    cli.main(["avr", "build", "7/1"])
    (files,) = sittings_of(hearing, settings.data)
    files.avr.with_name("7-1.mkv.part").write_bytes(b"half")
    restart(settings)
    assert built(settings, hearing) == ["7-1.mkv"]


def test_the_archive_makes_nothing_of_a_sitting_that_goes_on(settings: Settings) -> None:
    async def handed_on(office: Office) -> Hearing:
        hearing = await recorded(office, settings.data, ("opened", "started"))
        with ThreadPoolExecutor(1) as executor:
            await Archive(office.store, settings.data, executor).concluded(hearing)
        return hearing

    hearing = asyncio.run(in_office(settings, handed_on))
    assert [files.avr.exists() for files in sittings_of(hearing, settings.data)] == [False]


def test_the_archive_makes_nothing_of_a_journal_that_lacks_its_end(settings: Settings) -> None:
    hearing = asyncio.run(in_office(settings, lambda office: recorded(office, settings.data, journalled=False)))
    restart(settings)
    assert built(settings, hearing) == []


def test_a_sitting_that_cannot_be_built_does_not_stop_the_archive(settings: Settings) -> None:
    hearing = record(settings)
    (files,) = sittings_of(hearing, settings.data)
    (files.folder / "journal.jsonl").write_bytes(b"")

    async def conclude(office: Office) -> None:
        with ThreadPoolExecutor(1) as executor:
            await Archive(office.store, settings.data, executor).concluded(hearing)

    asyncio.run(in_office(settings, conclude))
    assert not list(files.folder.rglob("avr/*.mkv"))


def test_a_sheet_that_cannot_be_written_stops_no_avr(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    hearing = record(settings)
    (files,) = sittings_of(hearing, settings.data)
    monkeypatch.setattr("courtroom.recordings.write_sheet", full)
    with capture_logs() as logs:
        assert build_all([files.folder, files.folder], seats_of(hearing)) == 0
    assert files.avr.exists()
    assert [entry["event"] for entry in logs] == ["audibility.no_sheet"] * 2


def test_the_sheet_of_a_part_goes_with_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    hearing = record(settings)
    (files,) = sittings_of(hearing, settings.data)
    monkeypatch.setattr(
        "courtroom.recordings.write_sheet", lambda _, avr, seats: avr.with_suffix(SUFFIX).write_text("sheet")
    )
    with (files.folder / "journal.jsonl").open("ab") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        cli.main(["avr", "build", "7/1"])
    assert sheets(files) == ["7-1.incomplete.audibility.html"]
    cli.main(["avr", "build", "7/1"])
    assert sheets(files) == ["7-1.audibility.html"]


def sheets(files: SittingFiles) -> list[str]:
    return [path.name for path in files.folder.glob(f"avr/*{SUFFIX}")]


def test_a_hearing_whose_log_is_damaged_does_not_stop_the_archive(settings: Settings) -> None:
    async def damage(office: Office) -> None:
        created = await office.create_hearing("Court No. 2", "0", "", "2026-01-01T00:00:00.000Z", [], 10)
        events = [Event("concluded", 2, AT, SYSTEM), Event("of a newer program", 3, AT, SYSTEM)]
        await office.store.append(created.hearing.id, 1, events)

    asyncio.run(in_office(settings, damage))
    test_the_archive_makes_up_for_an_avr_that_a_restart_prevented(settings)


def test_a_duration_is_hours_minutes_and_seconds() -> None:
    assert duration(3725.4) == "1:02:05"
