from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from pathlib import Path

import pytest

from courtroom import tls
from courtroom.addresses import reachable

NOW = dt.datetime.now(dt.UTC)
NAMES = ("localhost", "127.0.0.1", "2001:db8::5")


async def handshake(served: tls.Certificate, trust: Path, name: str) -> str | None:
    """Connects over the loopback; returns the TLS version."""

    async def nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(nothing, "127.0.0.1", 0, ssl=tls.context(served.chain, served.key))
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = ssl.create_default_context(cafile=trust)
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=name)
        version: str = writer.get_extra_info("ssl_object").version()
        writer.close()
        return version


@pytest.mark.parametrize("name", NAMES)
async def test_who_trusts_the_authority_reaches_the_server_by_each_of_its_names(tmp_path: Path, name: str) -> None:
    made = tls.own_certificate(tmp_path / "tls", NAMES, NOW)
    assert await handshake(made, made.authority, name) == "TLSv1.3"


async def test_another_name_is_refused(tmp_path: Path) -> None:
    made = tls.own_certificate(tmp_path / "tls", NAMES, NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        await handshake(made, made.authority, "court.example")


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    made = tls.own_certificate(tmp_path / "tls", NAMES, NOW)
    assert made.key.stat().st_mode & 0o777 == 0o600


def test_the_authority_has_no_key_on_the_disk(tmp_path: Path) -> None:
    made = tls.own_certificate(tmp_path / "tls", NAMES, NOW)
    assert [path.name for path in made.key.parent.iterdir() if b"PRIVATE" in path.read_bytes()] == ["key.pem"]


@pytest.mark.parametrize(
    ("names", "later", "kept"),
    [
        (NAMES, dt.timedelta(days=1), True),
        (NAMES[:1], dt.timedelta(0), True),
        ((*NAMES, "192.0.2.9"), dt.timedelta(0), False),
        (NAMES, dt.timedelta(days=390), False),
    ],
)
def test_a_certificate_is_kept_while_it_serves(
    tmp_path: Path, names: tuple[str, ...], later: dt.timedelta, kept: bool
) -> None:
    before = tls.own_certificate(tmp_path, NAMES, NOW).fingerprint()
    assert (tls.own_certificate(tmp_path, names, NOW + later).fingerprint() == before) is kept


def test_addresses_that_others_cannot_reach_are_left_out() -> None:
    given = ["127.0.0.1", "2001:db8::1", "192.0.2.7", "fe80::1", "169.254.3.3", "::1", "0.0.0.0", "192.0.2.7"]
    assert reachable(given) == ["192.0.2.7", "2001:db8::1"]
