"""`courtroom staff …`: the first administrator, roles in another court, a reset for whoever has no administrator."""

from __future__ import annotations

from pathlib import Path

import pytest

from courtroom import cli


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(*words: str) -> tuple[int, str]:
        code = cli.main(["staff", *words, "--data", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_the_first_administrator_is_made_here(run) -> None:
    code, said = run("add", "N. Omarova", "--court", "Court No. 2", "--role", "administrator")
    assert (code, "password" in said) == (0, True)


def test_a_reset_prints_a_code_and_tells_nobody_else(run) -> None:
    run("add", "N. Omarova", "--court", "Court No. 2", "--role", "administrator")
    code, said = run("reset", "n. omarova")
    assert code == 0
    assert len(said.split()[-1].split("-")) == 3
    assert run("reset", "Nobody")[0] == 2


def test_a_role_in_another_court_is_given(run) -> None:
    run("add", "S. Akhmetova", "--court", "Court No. 2", "--role", "judge")
    run("add", "E. Bai", "--court", "Court No. 3", "--role", "clerk", "--new-court")
    assert run("grant", "S. Akhmetova", "--court", "Court No. 3", "--role", "judge")[0] == 0
    with pytest.raises(SystemExit):
        run("grant", "S. Akhmetova", "--court", "Court No. 3", "--role", "king")
