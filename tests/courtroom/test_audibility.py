"""Who received and played whom: kept in the sitting's folder, told afterwards."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from dataclasses import replace

import pytest

from courtroom.audibility import ledgers
from courtroom.audibility_sheet import SUFFIX, Seats, listened_in, listener, seats_of, write_sheet
from courtroom.workers import Workers
from hearings.decide import decide
from hearings.hearing import fold
from quality.audibility.book import NAME
from tests.hearings.build import act, in_session

EVENT = {
    "event": "audibility", "hearing": "h", "seat": "party", "span_s": 1.0, "voiced": 40, "sent": 50, "received": 50,
    "to": {"judge": {"forwarded": 50, "acked": 30, "repaired": 0, "redundancy": 0, "silent": False, "after": None}},
}  # fmt: skip


def sit(data, hearing, seconds=30, first=0):
    """A sitting in which the judge received and played six tenths of the party's speech."""
    ledger = ledgers(data)(hearing)
    for now in range(first, first + seconds):
        ledger.delivered(EVENT, hearing.open_sitting, now + 1)
        figures = {"played_s": 0.6 * (now + 1), "concealed_s": 0.4 * (now + 1)}
        ledger.reported("judge", "c", {"at": 1000 * (now + 1), "seats": {"party": figures}}, now + 1)
        told = ledger.turn(now + 1, 1_800_000_000 + now)
    ledger.close(first + seconds, 1_800_000_000 + first + seconds)
    return told


def listened(data, hearing):
    folder = data / "courts" / hearing.court / hearing.id
    return listened_in([folder / sitting.sitting for sitting in hearing.sittings], seats_of(hearing))


def test_a_sitting_is_kept_in_its_own_folder_and_told_by_name(tmp_path):
    hearing = in_session("party")
    (told,) = sit(tmp_path, hearing)
    assert (told["speaker"], told["listener"], told["share"], told["cause"]) == ("party", "judge", 60, "downlink")
    (row,) = listened(tmp_path, hearing)
    assert (row.speaker, row.listener, row.seconds, row.share) == ("Name of party", "Name of judge", 30, 60)


def test_the_ledger_goes_on_after_a_restart_of_the_app(tmp_path):
    hearing = in_session("party")
    sit(tmp_path, hearing)
    sit(tmp_path, hearing, first=40)
    assert listened(tmp_path, hearing)[0].seconds == 60


def test_what_is_not_recorded_is_not_kept(tmp_path):
    ledger = ledgers(tmp_path)(in_session("party"))
    ledger.delivered(EVENT, None, 1.0)
    ledger.close(9.0, 1_800_000_000)
    assert list(tmp_path.rglob(NAME)) == []


def test_a_disk_that_fails_costs_the_file_and_not_the_hearing(tmp_path):
    hearing = in_session("party")
    (tmp_path / "courts").write_text("no folder")
    assert sit(tmp_path, hearing)[0]["share"] == 60


def test_a_disk_that_is_full_costs_no_file_descriptor_each_second(tmp_path, monkeypatch):
    def full(fd, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    hearing = in_session("party")
    monkeypatch.setattr("quality.audibility.book.os.write", full)
    assert sit(tmp_path, hearing)[0]["share"] == 60
    assert [name for name in open_files() if name.endswith(NAME)] == []


def open_files():
    for fd in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the list's own
            yield os.readlink(f"/proc/self/fd/{fd}")


def test_a_new_sitting_that_cannot_be_written_leaves_the_one_before_closed_once(tmp_path, monkeypatch):
    first = in_session("party")
    second = replace(first.open_sitting, sitting="the second")
    ledger = ledgers(tmp_path)(first)
    speak(ledger, first.open_sitting, 1)
    (tmp_path / "courts" / first.court / first.id / "the second").write_text("no folder")
    speak(ledger, second, 2)
    speak(ledger, second, 3)
    speak(ledger, first.open_sitting, 4)
    ledger.close(9.0, 1_800_000_009)
    assert listened(tmp_path, first)[0].seconds == 2


def speak(ledger, sitting, second):
    """A second, and all of it settled."""
    ledger.delivered(EVENT, sitting, float(second))
    ledger.turn(second + 4.0, 1_800_000_000 + second)


def test_the_sheet_stands_beside_the_avr_in_all_languages_and_asks_for_nothing(tmp_path):
    hearing = in_session("party")
    hearing = replace(hearing, seats={
        code: replace(seat, name="<b>Party</b>" if code == "party" else seat.name)
        for code, seat in hearing.seats.items()
    })  # fmt: skip
    sit(tmp_path, hearing)
    folder = tmp_path / "courts" / hearing.court / hearing.id / hearing.sitting.sitting
    write_sheet(folder, tmp_path / "7204-25.mkv", seats_of(hearing))
    page = (tmp_path / f"7204-25{SUFFIX}").read_text()
    for words in ("Received and played", "Получено и воспроизведено", "Қабылданды және ойнатылды", "<svg"):
        assert words in page
    assert "<b>" not in page
    assert not re.search(r"""(src|href)=|url\(|@import|https?://""", page)


def test_who_only_watches_is_in_no_table(tmp_path):
    hearing = in_session("party")
    folder = tmp_path / "courts" / hearing.court / hearing.id / hearing.open_sitting.sitting
    seats = seats_of(hearing)
    assert seats.watching == {"observer", "technician"}
    ledger = ledgers(tmp_path)(hearing)
    to = dict.fromkeys(("judge", "observer", "technician"), EVENT["to"]["judge"])
    ledger.delivered({**EVENT, "to": to}, hearing.open_sitting, 1.0)
    ledger.close(5.0, 1_800_000_005)
    assert [row.listener for row in listened_in([folder], seats)] == ["Name of judge"]
    write_sheet(folder, tmp_path / "7204-25.mkv", seats)
    page = (tmp_path / f"7204-25{SUFFIX}").read_text()
    assert ("Name of judge" in page, "Name of observer" in page) == (True, False)


async def test_the_minutes_ask_a_worker_process_who_listened(tmp_path):
    hearing = in_session("party")
    sit(tmp_path, hearing)
    with Workers(1) as workers:
        (row,) = await listener(workers, tmp_path)(hearing)
    assert (row.listener, row.share) == ("Name of judge", 60)


def test_where_nobody_spoke_there_is_no_sheet(tmp_path):
    write_sheet(tmp_path, tmp_path / "7204-25.mkv", Seats({}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["conclude", "recess"])
def test_a_repeat_is_asked_for_only_while_the_court_hears(end):
    hearing = in_session("party")
    assert act(hearing, "ask_repeat", "party").version == hearing.version + 1
    with pytest.raises(Exception, match="wrong-state"):
        act(act(hearing, end), "ask_repeat", "party")


def test_the_act_keeps_what_was_received_and_played():
    received = {"judge": {"seconds": 20, "share": 59}}
    hearing = in_session("party")
    (event,) = decide(hearing, "ask_repeat", "clerk", "2026-11-21T09:00:00.000Z", seat="party", received=received)
    assert (event.kind, event.data) == ("repeat_asked", {"seat": "party", "received": received})
    assert fold([event], hearing).version == hearing.version + 1
