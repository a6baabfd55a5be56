from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from courtroom import cli
from courtroom.claim import claimed
from courtroom.errors import Mistake
from courtroom.settings import Settings, load

BOTH = ("media", "app")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COURTROOM_DATA", str(tmp_path / "data"))
    return load()


@pytest.mark.parametrize("first", [("media",), ("app",), BOTH])
@pytest.mark.parametrize("second", [("media",), ("app",), BOTH])
def test_a_process_is_run_once_on_a_data_folder(
    settings: Settings, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    with claimed(settings, first):
        if set(first) & set(second):
            with pytest.raises(Mistake, match=str(settings.data)), claimed(settings, second):
                pass
        else:
            with claimed(settings, second):
                pass


def test_a_refused_claim_and_one_that_has_ended_leave_the_folder_free(settings: Settings) -> None:
    with claimed(settings, ("app",)), pytest.raises(Mistake), claimed(settings, BOTH):
        pass
    with claimed(settings, BOTH):
        pass


@pytest.mark.parametrize("command", [["serve"], ["demo"], ["serve", "--only", "app"], ["serve", "--only", "media"]])
def test_a_second_server_says_which_folder_is_in_use_and_leaves_it_as_it_is(
    settings: Settings, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with claimed(settings, BOTH):
        settings.control_socket.write_text("the first server's")
        assert cli.main(command) == 2
        told = capsys.readouterr()
        assert settings.control_socket.read_text() == "the first server's"
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert f"{settings.data} is in use" in told.err


def test_a_folder_stays_claimed_while_a_process_that_got_the_claim_lives(settings: Settings) -> None:
    """A supervisor that was killed leaves processes that close their takes."""
    waits = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with claimed(settings, BOTH) as claim:
        child = subprocess.Popen(waits, pass_fds=list(claim.locks.values()), stdin=subprocess.PIPE)
    with pytest.raises(Mistake), claimed(settings, BOTH):
        pass
    child.communicate()
    with claimed(settings, BOTH):
        pass
