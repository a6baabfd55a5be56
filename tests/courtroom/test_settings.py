from __future__ import annotations

import re
from pathlib import Path

import pytest

from courtroom import settings
from courtroom.app import relays
from courtroom.errors import Mistake
from courtroom.office import open_office
from gateway import policy
from hearings.creation import SEATS

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(settings.os.environ):
        if name.startswith(settings.PREFIX):
            monkeypatch.delenv(name)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "courtroom.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_loads_and_says_the_defaults() -> None:
    assert settings.load(EXAMPLE) == settings.load()


def test_the_example_has_every_setting() -> None:
    section, seen = "", set()
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if head := re.fullmatch(r"\[([\w.]+)\]", line):
            section = head[1] + "."
        elif setting := re.match(r"(?:# )?(\w+) = ", line):
            seen.add(section + setting[1])
    assert seen == set(settings.names())


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURTROOM_HTTP__PORT", "9000")
    monkeypatch.setenv("COURTROOM_MEDIA__ADVERTISED", '["203.0.113.7"]')
    loaded = settings.load(written(tmp_path, '[http]\nport = 1\nhost = "::"'))
    assert (loaded.http.port, loaded.http.host, loaded.media.advertised) == (9000, "::", ("203.0.113.7",))


def test_the_file_may_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURTROOM_CONFIG", str(written(tmp_path, 'data = "elsewhere"')))
    assert settings.load().data == Path("elsewhere")


def test_options_win_over_the_environment_and_defaults_over_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURTROOM_HTTP__PORT", "9000")
    defaults = {"http": {"port": 1, "localhost_port": 2, "host": "::1"}, "data": "a"}
    file = written(tmp_path, '[http]\nhost = "::"')
    loaded = settings.load(file, options={"http": {"port": 3}}, defaults=defaults)
    assert (loaded.http.port, loaded.http.localhost_port, loaded.http.host) == (3, 2, "::")
    assert settings.load(file, defaults=defaults).http.port == 9000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[http]\nport = 70000", "http.port: Input should be less than or equal to 65535"),
        (
            "[limits]\nparticipants = 101",
            "limits.participants: must be between 2 and 100, which is all that a hearing has",
        ),
        ("[limits]\nparticipants = 1", "limits.participants: must be between 2 and 100"),
        ("[http]\nporrt = 1", "http.porrt: there is no such setting"),
        ('[http]\ntls = "files"', 'http: tls = "files" needs certificate and key'),
        ('[http]\npublic_url = "court.example"', "http.public_url: must begin with https:// or http://"),
        (
            '[media]\nadvertised = ["nowhere"]',
            "media.advertised.0: 'nowhere' does not appear to be an IPv4",
        ),
        ('[metrics]\ntoken = "short"', "metrics.token: must have at least 16 characters, or be empty"),
        ('[turn]\nurls = ["turn:relay.example"]', "turn: urls needs secret_file"),
        ('[turn]\nurls = ["https://relay.example"]', "turn.urls.0: String should match pattern"),
        ("[http", "Expected ']'"),
    ],
)
def test_a_mistake_is_named_in_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(settings.SettingsError, match=re.escape(words)):
        settings.load(written(tmp_path, text))


async def test_as_many_as_the_settings_allow_are_let_into_a_hearing(tmp_path: Path) -> None:
    most = settings.load(written(tmp_path, f"data = '{tmp_path / 'data'}'\n[limits]\nparticipants = {SEATS}"))
    async with open_office(most) as office:
        made = await office.create_hearing("Court", "7/1", "", "2999-12-01T05:00:00.000Z", [], most.limits.participants)
    assert made.hearing.capacity == SEATS == policy.SEATS


def test_a_secret_that_is_wrong_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(settings.SettingsError) as caught:
        settings.load(written(tmp_path, '[metrics]\ntoken = "hunter2"'))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", [None, "hunter2"])
def test_a_relay_s_secret_that_cannot_be_used_is_said_and_not_repeated(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "turn.key"
    if text:
        file.write_text(text)
    loaded = settings.load(options={"turn": {"urls": ["turn:relay.example"], "secret_file": file}})
    with pytest.raises(Mistake, match=r"turn\.secret_file: .*turn\.key") as caught:
        relays(loaded)
    assert "hunter2" not in str(caught.value)


def test_an_unknown_variable_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURTROOM_HTP__PORT", "1")
    with pytest.raises(settings.SettingsError, match="COURTROOM_HTP__PORT"):
        settings.load()


def test_a_variable_that_is_not_json_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURTROOM_MEDIA__ADVERTISED", "203.0.113.7")
    with pytest.raises(settings.SettingsError, match=r"media.*as in JSON"):
        settings.load()


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(settings.SettingsError, match="there is no such file"):
        settings.load(tmp_path / "none.toml")
