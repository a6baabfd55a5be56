"""Against a real SMTP server on loopback, which speaks STARTTLS and wants a login."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from icalendar import Calendar

from hearings.notices.mail import MailDelivery, Server
from hearings.notices.notice import Contact, File, addressed
from hearings.notices.sender import LEASE_S, Sender, pause
from hearings.notices.texts import Texts
from tests.hearings.notices.conftest import EMAIL, NUMBER

LINK = "https://court.example"
LOGIN, PASSWORD = b"courtroom", b"a long password"


class Mailbox:
    """The server's side: ``answers`` are given to the next recipients in place of acceptance."""

    def __init__(self) -> None:
        self.messages: list[email.message.EmailMessage] = []
        self.answers: list[str] = []
        self.secure: list[bool] = []
        self.who: list[bytes] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.secure.append(session.ssl is not None)
        self.who.append(session.auth_data)
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


def authenticated(server, session, envelope, mechanism, data) -> AuthResult:
    right = (data.login, data.password) == (LOGIN, PASSWORD)
    return AuthResult(success=right, handled=False, auth_data=data.login)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(1))
    made = builder.add_extension(names, False).sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    (folder / "mail.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "mail.key").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "mail.pem", folder / "mail.key")
    return folder / "mail.pem", context


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class MailServer:
    def __init__(self, folder: Path) -> None:
        self.box = Mailbox()
        self.port = free_port()
        self.ca, self._tls = certificate(folder)
        self._controller: Controller | None = None

    async def start(self, tls: bool = False) -> None:
        login = {"auth_required": True, "authenticator": authenticated}
        secure = {"ssl_context": self._tls} if tls else {"tls_context": self._tls, "require_starttls": True}
        if tls:
            login["auth_require_tls"] = False
        self._controller = Controller(self.box, hostname="127.0.0.1", port=self.port, **login, **secure)
        await asyncio.to_thread(self._controller.start)

    async def stop(self) -> None:
        if self._controller:
            await asyncio.to_thread(self._controller.stop)
            self._controller = None

    def settings(self, **changes) -> Server:
        chosen = {"username": LOGIN.decode(), "password": PASSWORD.decode(), "ca": str(self.ca), "timeout_s": 5.0}
        return Server("127.0.0.1", self.port, "no-reply@court.example", **{**chosen, **changes})


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[MailServer]:
    server = MailServer(tmp_path)
    yield server
    await server.stop()


@pytest.fixture
def sender(outbox, server, clock):
    return make_sender(outbox, server, clock)


def make_sender(outbox, server, clock, **changes) -> Sender:
    def report(error: Exception, event: str) -> None:
        raise error

    texts = Texts(LINK)
    delivery = MailDelivery(server.settings(**changes), texts, LINK, outbox.content)
    return Sender(outbox, {"email": delivery}, report, clock)


@pytest.fixture
async def row(outbox, store, hearing, contact):
    await outbox.plan()

    async def row():
        (found,) = [one for one in await store.notices(hearing.id) if one.channel == "email"]
        return found

    return row


async def test_a_notice_arrives_over_starttls_and_login_with_its_calendar_file(server, sender, row):
    await server.start()
    await sender.send("email")
    (message,) = server.box.messages
    assert (server.box.secure, server.box.who) == ([True], [LOGIN])
    assert (message["To"], message["From"]) == (EMAIL, "no-reply@court.example")
    assert NUMBER in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    parts = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/html", "text/calendar", "text/calendar"]
    assert "Астана уақыты" in message.get_body(("plain",)).get_content()
    (file,) = message.iter_attachments()
    calendar = Calendar.from_ical(file.get_content())
    assert file.get_filename() == "hearing.ics"
    assert (calendar["method"], file["Content-Type"].params["method"]) == ("REQUEST", "REQUEST")
    assert (await row()).state == "delivered"


async def test_a_file_of_the_vault_goes_along(server, sender, outbox, hearing):
    await server.start()
    content, document = b"%PDF-1.7 Appendix 1", "0193aaaa-0000-7000-8000-000000000001"
    outbox._vault.write(document, content)
    file = File(document, "appendix-1-kk.pdf", hashlib.sha256(content).hexdigest())
    data = {"number": NUMBER, "court": "The court"}
    for notice in addressed("appendix_1", "key", hearing.court, Contact("kk", EMAIL), data, 2e9, file=file):
        await outbox.enqueue(notice)
    await sender.send("email")
    (message,) = server.box.messages
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("appendix-1-kk.pdf", "application/pdf")
    assert attached.get_content() == content


async def test_tls_from_the_first_byte(outbox, server, clock, row):
    await server.start(tls=True)
    await make_sender(outbox, server, clock, security="tls").send("email")
    assert (len(server.box.messages), (await row()).state) == (1, "delivered")


async def test_nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for(outbox, server, clock, row):
    await server.start()
    await make_sender(outbox, server, clock, ca="").send("email")
    assert (server.box.messages, (await row()).state) == ([], "waiting")


async def test_a_greylisted_notice_is_accepted_the_second_time(server, sender, row, clock):
    await server.start()
    server.box.answers = ["451 4.7.1 Greylisted, come back later"]
    await sender.send("email")
    waiting = await row()
    assert (waiting.state, waiting.error, waiting.next_at) == ("waiting", "smtp-451", clock() + pause(1))
    await sender.send("email")
    assert server.box.messages == []
    clock.now += pause(1)
    await sender.send("email")
    assert ((await row()).state, (await row()).attempts, len(server.box.messages)) == ("delivered", 2, 1)


async def test_an_address_that_does_not_exist_is_tried_once(server, sender, row, clock):
    await server.start()
    server.box.answers = ["550 5.1.1 No such user"]
    await sender.send("email")
    clock.now += 3600
    await sender.send("email")
    assert ((await row()).state, (await row()).error, server.box.messages) == ("failed", "smtp-550", [])


async def test_a_wrong_login_is_our_mistake_and_loses_nothing(outbox, server, clock, row):
    await server.start()
    await make_sender(outbox, server, clock, password="old").send("email")
    assert ((await row()).state, (await row()).error) == ("waiting", "smtp-535")
    clock.now += pause(1)
    await make_sender(outbox, server, clock).send("email")
    assert (await row()).state == "delivered"


async def test_while_the_server_is_down_notices_wait_for_it(server, sender, row, clock):
    await sender.send("email")
    assert ((await row()).state, (await row()).error) == ("waiting", "no-connection")
    await server.start()
    clock.now += pause(1)
    await sender.send("email")
    assert ((await row()).state, len(server.box.messages)) == ("delivered", 1)


async def test_a_sender_that_dies_before_it_has_noted_the_delivery_makes_the_next_one_deliver_again(
    outbox, server, clock, row, store, monkeypatch
):
    await server.start()

    async def die(*_):
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(store, "notice_delivered", die)
        with pytest.raises(asyncio.CancelledError):
            await make_sender(outbox, server, clock).send("email")
    assert (await row()).state == "waiting"
    clock.now += LEASE_S + 1
    await make_sender(outbox, server, clock).send("email")
    first, second = server.box.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert (await row()).state == "delivered"


async def test_the_running_task_sends_what_is_put_in(outbox, server, clock, hearing, contact, store):
    await server.start()
    running = asyncio.create_task(make_sender(outbox, server, clock).run())
    async with asyncio.timeout(10):
        while not server.box.messages:
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert server.box.messages[0]["To"] == EMAIL


@pytest.mark.parametrize(("attempts", "wait"), [(1, 60), (2, 120), (3, 240), (7, 3600), (100, 3600)])
def test_pauses_double_up_to_an_hour(attempts, wait):
    assert pause(attempts) == wait
