"""E-mail by SMTP (RFC 5321), over TLS with login where the settings say so."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Final, Literal

import aiosmtplib

from hearings.notices.calendar import invitation
from hearings.notices.delivery import Later, Never
from hearings.notices.notice import Claimed, File
from hearings.notices.texts import Letter, Texts
from hearings.store.vault import VaultError

_WHOLE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Server:
    """``security``: "starttls" (required, RFC 3207), "tls" from the first byte (RFC 8314) or "none". ``sender`` is the
    address in From. ``ca`` is a file of certificates to believe besides the system's."""

    host: str
    port: int
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    timeout_s: float = 30.0


class MailDelivery:
    """``content`` reads what is attached; it blocks, and raises `VaultError`."""

    def __init__(
        self, server: Server, texts: Texts, link: str = "", content: Callable[[File], bytes] | None = None
    ) -> None:
        self._content = content
        self._server = server
        self._texts = texts
        self._link = link
        self._tls = ssl.create_default_context()
        if server.ca:
            self._tls.load_verify_locations(server.ca)

    async def deliver(self, notice: Claimed) -> None:
        letter = self._texts.letter(notice.kind, notice.language, notice.data)
        message = compose(notice, letter, self._server.sender, self._link, datetime.now(UTC))
        if notice.file:
            content = await self._attached(notice.file)
            message.add_attachment(content, maintype="application", subtype="pdf", filename=notice.file.name)
        try:
            async with asyncio.timeout(_WHOLE_S):
                await self._send(message, notice.to)
        except TimeoutError:
            raise Later("timeout", whole=True) from None

    async def _attached(self, file: File) -> bytes:
        if self._content is None:
            raise Later("file")
        try:
            return await asyncio.to_thread(self._content, file)
        except VaultError:  # the vault's key was lost or is yet to be put back
            raise Later("file") from None

    async def _send(self, message: EmailMessage, to: str) -> None:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host, port=server.port, timeout=server.timeout_s, tls_context=self._tls,
            use_tls=server.security == "tls", start_tls=server.security == "starttls",
            username=server.username or None, password=server.password or None,
        )  # fmt: skip
        try:
            async with client:
                # What our own address is refused for is the settings' mistake, what the recipient's is, is not.
                await client.send_message(message, sender=server.sender, recipients=[to])
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _refusal(refused.recipients[0].code) from None
        except aiosmtplib.SMTPDataError as refused:
            raise _refusal(refused.code) from None
        except aiosmtplib.SMTPNotSupported:
            raise Never("not-supported") from None
        except aiosmtplib.SMTPResponseException as trouble:
            raise Later(f"smtp-{trouble.code}", whole=True) from None
        except (aiosmtplib.SMTPException, OSError):
            raise Later("no-connection", whole=True) from None


def _refusal(code: int) -> Later | Never:
    """By its first digit (RFC 5321 §4.2.1)."""
    return Never(f"smtp-{code}") if code >= 500 else Later(f"smtp-{code}")


def compose(notice: Claimed, letter: Letter, sender: str, link: str, now: datetime) -> EmailMessage:
    """The whole message. Its Message-ID is the notice's, so that one that comes twice can be told."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"], message["To"], message["Subject"] = sender, notice.to, letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers to this
    message["Content-Language"] = notice.language
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    file = invitation(notice.kind, notice.data, letter.subject, sender, notice.to, link)
    if file:
        _attach(message, *file)
    return message


def _attach(message: EmailMessage, method: str, file: bytes) -> None:
    """Once as an alternative, which calendars take up by themselves (RFC 6047 §2.4), and once to be opened by hand."""
    text = file.decode()
    message.add_alternative(text, subtype="calendar", params={"method": method})
    message.add_attachment(text, subtype="calendar", filename="hearing.ics", params={"method": method})
