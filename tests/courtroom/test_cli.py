from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from courtroom import cli, portraits
from courtroom.office import SeatOrder, open_office
from courtroom.office_commands import description, local, scheduled
from courtroom.register import known_hearing
from courtroom.settings import load
from courtroom.supervisor import UNUSABLE
from hearings.hearing import SYSTEM, Event

CREATE = ["hearing", "create", "7/1", "--court", "Court No. 2", "--at", "2999-12-01 10:00+05:00"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURTROOM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize(
    "command",
    ["", "serve", "demo", "hearing", "hearing create", "hearing list", "hearing show", "hearing contact",
     "hearing notices", "staff", "staff add", "staff grant", "staff reset", "staff list",
     "avr", "avr build", "avr list", "avr show", "audibility"],
)  # fmt: skip
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([*command.split(), "--help"])
    told = capsys.readouterr().out
    assert end.value.code == 0
    assert all(len(line) <= 80 for line in told.splitlines())
    assert len(told) > 200


@pytest.mark.parametrize(
    "group",
    [["avr", "build"], ["avr", "list"], ["avr", "show"], ["hearing", "create"], ["hearing", "list"],
     ["hearing", "show"], ["hearing", "contact"], ["hearing", "notices"],
     ["staff", "add"], ["staff", "grant"], ["staff", "reset"], ["staff", "list"]],
)  # fmt: skip
def test_each_command_has_a_text_of_its_own_and_short_names_of_values(
    group: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for command in (group, group[:1]):
        with pytest.raises(SystemExit):
            cli.main([*command, "--help"])
        told.append(capsys.readouterr().out)
    assert told[0].split("\n\n")[1] != told[1].split("\n\n")[1]
    assert not re.search(r"\b(CAPACITY|SITTING|NEW_COURT)\b", told[0])


def test_a_hearing_is_created_listed_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(portraits.portrait(1))
    seats = ["--seat", "party-1", "party", "D. Ospanov", str(photo), "--seat", "witness-1", "witness", "N. Lim"]
    assert cli.main([*CREATE, *seats]) == 0
    words = re.findall(r"^  (\S+) +(\w{6}-\w{6}-\d\d)$", capsys.readouterr().out, re.MULTILINE)
    assert [seat for seat, _ in words] == ["party-1", "witness-1"]
    assert cli.main(["hearing", "list"]) == 0
    assert "7/1" in capsys.readouterr().out
    assert cli.main(["hearing", "show", "7/1"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"party-1 +party +absent +photo +D\. Ospanov", shown)
    assert re.search(r"^  judge +judge", shown, re.MULTILINE)


def test_no_hearing_is_created_for_a_time_that_is_over(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*CREATE[:-1], "2020-12-01 10:00+05:00"]) == 2
    assert "--at is in the past" in capsys.readouterr().err
    assert not data.exists()


def test_what_is_shown_once_is_kept_nowhere(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([*CREATE, "--seat", "party-1", "party", "D. Ospanov"])
    cli.main(["staff", "add", "S. Akhmetova", "--court", "Court No. 2", "--role", "judge"])
    secrets = re.findall(r"\w{6}-\w{6}-[\w-]+", capsys.readouterr().out)
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert len(secrets) == 2
    assert not any(secret.encode() in kept for secret in secrets)


def test_the_data_folder_is_for_its_owner_only(data: Path) -> None:
    cli.main(CREATE)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [data, *data.rglob("*")]}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([*CREATE, "--seat", "Party 1", "party", "D. O."], "a seat's code is of small Latin letters"),
        ([*CREATE, "--seat", "party-1", "party"], "--seat takes CODE ROLE NAME [PHOTO]"),
        ([*CREATE, "--seat", "party-1", "king", "D. O."], 'role "king": there is no such role; roles are judge,'),
        ([*CREATE, "--capacity", "500"], "the capacity must be between 1 and 100"),
        ([*CREATE, "--seat", "party-1", "party", "D. O.", "none.jpg"], "the photo of party-1 cannot be read"),
        ([*CREATE, "--seat", "party-1", "party", "D. O.", __file__], "a photo is a JPEG or PNG file"),
        ([*CREATE[:-1], "tomorrow"], '"tomorrow" is no date and time'),
        (["hearing", "list", "--config", "none.toml"], "none.toml: there is no such file"),
    ],
)
def test_a_mistake_is_told_in_words(command: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(command) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["hearing", "show", "8/1"], ["avr", "build", "8/1"], ["avr", "show", "8/1"], ["audibility", "8/1"]]
)
def test_a_number_that_is_nobodys_is_told_in_words(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(CREATE)
    assert cli.main(command) == 2
    assert "there is no hearing 8/1" in capsys.readouterr().err


@pytest.mark.parametrize("command", [
    "hearing list", "hearing show 7/1", "staff list", "staff reset S.A.", "avr list", "avr show 7/1", "avr build 7/1",
    "audibility 7/1",
])  # fmt: skip
def test_where_nothing_is_kept_nothing_is_made(data: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(command.split()) == 2
    assert f"There is no Courtroom data in {data}" in capsys.readouterr().err
    assert not data.exists()


def test_reading_makes_no_keys(data: Path) -> None:
    cli.main(CREATE)
    (data / "keys" / "vault.key").unlink()
    (data / "vault").rmdir()
    for command in (["hearing", "list"], ["hearing", "show", "7/1"], ["staff", "list"], ["avr", "list"]):
        assert cli.main(command) == 0
    assert [path.name for path in (data / "keys").iterdir()] == []
    assert not (data / "vault").exists()


def test_where_there_is_nothing_to_list_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["staff", "add", "S. Akhmetova", "--court", "Court No. 2", "--role", "judge"])
    capsys.readouterr()
    assert cli.main(["hearing", "list"]) == 0
    assert capsys.readouterr().out == "No hearings yet.\n"
    cli.main(CREATE)
    capsys.readouterr()
    assert cli.main(["avr", "list"]) == 0
    assert capsys.readouterr().out == "No sittings yet.\n"


def test_the_staff_is_listed_by_court_with_its_roles(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(CREATE)
    assert cli.main(["staff", "list"]) == 0
    assert "No staff yet." in capsys.readouterr().out
    cli.main(["staff", "add", "S. Akhmetova", "--court", "Court No. 2", "--role", "judge", "--role", "clerk"])
    capsys.readouterr()
    assert cli.main(["staff", "list"]) == 0
    assert re.fullmatch(r"Court No\. 2\n  S\. Akhmetova +clerk, judge\n", capsys.readouterr().out)


def test_a_number_can_be_given_once_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert [cli.main(CREATE), cli.main(CREATE)] == [0, 2]
    assert capsys.readouterr().err == "courtroom: the number 7/1 is taken\n"


def test_a_login_can_be_given_once_only(capsys: pytest.CaptureFixture[str]) -> None:
    staff = ["staff", "add", "S. Akhmetova", "--court", "Court No. 2", "--role", "judge"]
    assert [cli.main(staff), cli.main(staff)] == [0, 2]
    assert capsys.readouterr().err == "courtroom: the name S. Akhmetova is taken\n"


def test_links_are_printed_apart_from_the_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURTROOM_HTTP__PUBLIC_URL", "https://court.example")
    cli.main([*CREATE, "--seat", "party-1", "party", "D. Ospanov"])
    links, words = capsys.readouterr().out.split("Code words", 1)
    assert "https://court.example/?hearing=7%2F1&seat=party-1\n" in links
    assert "https://court.example/staff?hearing=7%2F1&seat=judge\n" in links
    assert "https://" not in words


async def test_after_the_end_a_sitting_has_its_end_and_nobody_is_present(data: Path) -> None:
    async with open_office(load()) as office:
        seats = [SeatOrder("judge", "judge"), SeatOrder("party-1", "party", "D. Ospanov")]
        created = await office.create_hearing("Court", "7/1", "", "2026-12-01T05:00:00.000Z", seats, 25)
        came = {"seat": "judge", "attendance": "a", "standing": "admitted"}
        kinds = [("opened", {}), ("entered", came), ("started", {"sitting": "s"})]
        events = [
            Event(kind, 4 + n, f"2026-12-01T05:0{n}:00.000Z", SYSTEM, more) for n, (kind, more) in enumerate(kinds)
        ]
        await office.store.append(created.hearing.id, 3, events)
        sitting = description(await known_hearing(office, "7/1"))
        over = Event("concluded", 7, "2026-12-01T06:30:00.000Z", SYSTEM)
        await office.store.append(created.hearing.id, 6, [over])
        ended = description(await known_hearing(office, "7/1"))
    assert re.search(r"judge +judge +admitted", sitting)
    assert sitting.endswith(f"Sitting 1 began {local('2026-12-01T05:02:00.000Z')} and goes on")
    assert re.search(r"judge +judge +was in", ended)
    assert re.search(r"party-1 +party +absent", ended)
    assert ended.endswith(f"began {local('2026-12-01T05:02:00.000Z')}, ended {local('2026-12-01T06:30:00.000Z')}")


def test_an_interrupt_while_a_command_is_imported_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", interrupted)
    assert cli.main(["demo"]) == 130


def test_the_command_line_itself_imports_nothing_that_takes_time() -> None:
    code = "import sys, courtroom.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"pydantic", "sqlalchemy", "aiohttp", "cryptography", "numpy"} & set(loaded)


def test_a_time_without_a_zone_is_the_courts_wherever_the_server_is() -> None:
    assert scheduled("2026-12-01 10:00") == "2026-12-01T05:00:00.000Z"
    assert local("2026-12-01T05:00:00.000Z") == "2026-12-01 10:00"


def test_a_time_with_a_zone_is_kept_in_utc() -> None:
    assert scheduled("2026-12-01 10:00+05:00") == "2026-12-01T05:00:00.000Z"


def broken(data: Path, name: str, text: str) -> None:
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(("name", "text"), [
    ("courtroom.sqlite3", "this is no database, but it is long enough to be looked at"),
    ("keys/vault.key", "no key"), ("keys", "a file"),
])  # fmt: skip
def test_a_data_folder_that_cannot_be_used_is_told_in_words(
    data: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    broken(data, name, text)
    assert cli.main(CREATE) == 2
    assert capsys.readouterr().err.startswith("courtroom: ")


def test_a_file_in_the_place_of_the_data_folder_is_told_in_words(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_text("a file")
    for command in (["hearing", "list"], CREATE, ["serve"]):
        assert cli.main(command) == 2
        assert str(data) in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "not hexadecimal", "abcd"])
def test_a_damaged_token_key_ends_the_app_with_a_word(
    data: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    broken(data, "keys/token.key", text)
    assert cli.main(["serve", "--only", "app"]) == UNUSABLE
    assert "token.key must hold keys" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [
    ["--court", ""], ["--court", "x" * 301], ["--court", "half a letter \udcff"], ["--capacity", "0"],
    ["--title", "half a letter \udcff"], ["--seat", "party-1", "party", "half a letter \udcff"],
])  # fmt: skip
def test_a_hearing_that_cannot_be_made_is_told_in_words(capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    assert cli.main([*CREATE, *wrong]) == 2
    assert capsys.readouterr().err.startswith("courtroom: the ")


def test_a_court_that_is_not_known_is_made_on_demand_only(capsys: pytest.CaptureFixture[str]) -> None:
    """The first court needs no demand; after it a name is more likely mistyped than new."""
    staff = ["staff", "add", "S. Akhmetova", "--court", "Cuort No. 2", "--role", "judge"]
    other = [*CREATE, "--court", "Cuort No. 2"]
    assert cli.main(CREATE) == 0
    for command in (staff, other):
        assert cli.main(command) == 2
        assert 'there is no court "Cuort No. 2"; known are "Court No. 2"' in capsys.readouterr().err
    assert cli.main([*staff, "--new-court"]) == 0
    assert cli.main(["staff", "grant", "S. Akhmetova", "--court", "Another", "--role", "clerk"]) == 2
    assert 'known are "Court No. 2", "Cuort No. 2"' in capsys.readouterr().err
