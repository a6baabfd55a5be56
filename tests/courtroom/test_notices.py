"""What the settings make of the channels for notices."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP

from courtroom.errors import Mistake
from courtroom.notices import sender
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
