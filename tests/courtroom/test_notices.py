"""What the settings make of the channels for notices."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP

from courtroom import cli
from courtroom.errors import Mistake
from courtroom.notices import sender
from courtroom.office import open_vault
from courtroom.settings import SettingsError, load
from hearings.notices.notice import Contact
from hearings.notices.outbox import Outbox
from hearings.store import NewSeatRow, open_store
from hearings.store.vault import Vault

MAIL = {"host": "127.0.0.1", "sender": "no-reply@court.example"}


class Mailbox:
    def __init__(self) -> None:
        self.messages: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append(envelope.content.decode())
        return "250 OK"


class NoOutbox:
    def __init__(self) -> None:
        self.woken = lambda: None
        self.content = None


def channels(**notices: Any) -> set[str]:
    made = sender(cast(Outbox, NoOutbox()), load(options={"notices": notices}))
    return set(made._deliveries)


def test_without_settings_nothing_is_sent() -> None:
    assert channels() == set()


def test_each_channel_is_there_once_it_is_set_up() -> None:
    assert channels(smtp=MAIL) == {"email"}
    assert channels(smtp=MAIL, sms={"url": "https://sms.example/send"}) == {"email", "sms"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp": {"host": "mail"}},
        {"smtp": {**MAIL, "security": "none", "password": "secret-word"}},
        {"smtp": {**MAIL, "security": "ssl"}},
        {"sms": {"url": "ftp://sms.example"}},
        {"smpt": {}},
    ],
)
def test_settings_that_cannot_work_are_refused_without_quoting_them(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as refused:
        load(options={"notices": wrong})
    assert "secret-word" not in str(refused.value)
    assert "notices" in str(refused.value)


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match=r"notices\.smtp\.ca"):
        channels(smtp={**MAIL, "ca": str(tmp_path / "nowhere.pem")})


def test_passwords_are_not_shown_where_settings_are_printed() -> None:
    smtp = {**MAIL, "password": "secret-word"}
    loaded = load(options={"notices": {"smtp": smtp, "sms": {"url": "https://s", "token": "secret-word"}}})
    assert "secret-word" not in repr(loaded)


async def test_a_hearing_reaches_the_mailbox_with_nothing_but_settings(tmp_path: Path) -> None:
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path}/courtroom.sqlite3")
    court = await store.ensure_court("The court")
    seats = [NewSeatRow("judge", "judge", "J"), NewSeatRow("clerk", "clerk", "C"), NewSeatRow("party-1", "party", "P")]
    made = await store.create_hearing(court, "1-1", "T", "2999-12-01T10:00:00.000Z", seats, "2026-11-20T09:00:00.000Z")
    outbox = Outbox(store, Vault(tmp_path / "vault", tmp_path / "vault.key"))
    settings = load(options={"notices": {"smtp": {**MAIL, "port": port, "security": "none"}}})
    await outbox.set_contact(made.id, "party-1", Contact("en", "asel@example.org"))
    await outbox.plan()
    await sender(outbox, settings).send("email")
    server.close()
    await store.close()
    (message,) = box.messages
    assert "Subject: Hearing 1-1: 01.12.2999, 15:00" in message


CREATE = ["hearing", "create", "7/1", "--court", "Court No. 2", "--at", "2999-12-01 10:00+05:00"]


@pytest.fixture
def created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setenv("COURTROOM_DATA", str(tmp_path / "data"))
    assert cli.main([*CREATE, "--seat", "party-1", "party", "P"]) == 0
    capsys.readouterr()
    return tmp_path / "data"


def test_a_contact_is_kept_and_its_notices_are_listed(created: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contact = ["hearing", "contact", "7/1", "party-1", "--email", "asel@example.org", "--phone", "8 701 000 00 01"]
    assert cli.main(contact) == 0
    assert "wait until notices.smtp.host is set" in capsys.readouterr().out
    asyncio.run(planned(created))
    capsys.readouterr()
    assert cli.main(["hearing", "notices", "7/1"]) == 0
    lines = [line.split()[:4] for line in capsys.readouterr().out.splitlines()]
    assert lines == [["party-1", channel, "scheduled", "waiting"] for channel in ("email", "sms")]


async def planned(data: Path) -> None:
    store = await open_store(f"sqlite+aiosqlite:///{data}/courtroom.sqlite3")
    await Outbox(store, open_vault(data)).plan()
    await store.close()


@pytest.mark.parametrize(
    "wrong",
    [
        ["party-1"],
        ["party-1", "--email", "nobody"],
        ["party-1", "--phone", "12"],
        ["party-9", "--phone", "+77010000001"],
    ],
)
def test_a_contact_that_cannot_be_used_is_told_in_words(
    created: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["hearing", "contact", "7/1", *wrong]) == 2
    told = capsys.readouterr().err
    assert "party-9" in told or "+77010000001" in told
