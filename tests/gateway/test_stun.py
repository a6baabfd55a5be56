"""A stranger's STUN message costs next to nothing: it is looked at by hand, and aioice's codec never sees it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from aioice import stun as codec
from hypothesis import given
from hypothesis import strategies as st

from gateway import stun
from gateway.connection import CHECKS_A_SECOND, Connection
from gateway.datagrams import packed
from gateway.endpoint import Endpoint
from gateway.seam import Certificate

USERNAME, SOFTWARE, INTEGRITY = 0x0006, 0x8022, 0x0008


def message(
    *attributes: tuple[int, bytes], kind: int = 1, cookie: int = 0x2112A442, length: int | None = None
) -> bytes:
    body = b"".join(struct.pack("!HH", a, len(v)) + v + bytes(-len(v) % 4) for a, v in attributes)
    return struct.pack("!HHI", kind, len(body) if length is None else length, cookie) + bytes(12) + body


def check(user: str, password: str, **attributes: object) -> bytes:
    made = codec.Message(codec.Method.BINDING, codec.Class.REQUEST, attributes={"USERNAME": user, **attributes})
    made.add_message_integrity(password.encode())
    made.add_fingerprint()
    return bytes(made)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint("127.0.0.1", 0)
    yield endpoint
    endpoint._socket.close()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What reaches aioice's parser."""
    seen: list[bytes] = []
    parse = codec.parse_message

    def noted(data: bytes) -> codec.Message:
        seen.append(data)
        return parse(data)

    monkeypatch.setattr(codec, "parse_message", noted)
    return seen


async def connection(endpoint: Endpoint) -> Any:
    return Connection("c", endpoint, Certificate(), lambda c, state: None)


async def test_a_connections_own_check_is_read_and_answered(endpoint: Endpoint, parsed: list[bytes]) -> None:
    ours = await connection(endpoint)
    data = check(f"{ours.ufrag}:theirs", ours.password, **{"USE-CANDIDATE": None, "PRIORITY": 1})
    endpoint._stun(data, packed(socket.AF_INET, ("127.0.0.1", 9)), 1.0)
    assert parsed == [data]
    assert (ours.address, endpoint.foreign) == (("127.0.0.1", 9), 0)


async def test_what_is_addressed_to_nobody_or_is_too_large_is_never_parsed(
    endpoint: Endpoint, parsed: list[bytes]
) -> None:
    ours = await connection(endpoint)
    user = (USERNAME, f"{ours.ufrag}:theirs".encode())
    strange = [
        check("nobody:theirs", "password"),
        message(*[(USERNAME, b"")] * 368),
        message(*[(0x7FFF, b"")] * 368),
        message(user, *[(USERNAME, b"")] * 367),
        message(user, *[(SOFTWARE, b"")] * stun.ATTRIBUTES),
        message(user, (SOFTWARE, bytes(stun.LONGEST))),
        message(user, cookie=0),
        message(user, kind=0x0101),
        message(user, length=0),
        message(user)[:-1],
        message((USERNAME, b"")),
        message((INTEGRITY, bytes(20))),
        b"",
    ]
    for data in strange:
        endpoint._stun(data, packed(socket.AF_INET, ("127.0.0.1", 9)), 1.0)
    assert parsed == []
    assert endpoint.foreign == len(strange)


async def test_no_more_of_a_connections_checks_are_read_than_a_browser_sends(
    endpoint: Endpoint, parsed: list[bytes]
) -> None:
    ours = await connection(endpoint)
    data = check(f"{ours.ufrag}:theirs", ours.password)
    for second in (1, 2):
        for _ in range(CHECKS_A_SECOND + 10):
            endpoint._stun(data, packed(socket.AF_INET, ("127.0.0.1", 9)), float(second))
        assert len(parsed) == second * CHECKS_A_SECOND
        ours.tick(float(second))


def test_the_first_user_name_counts() -> None:
    """RFC 8489 §14."""
    assert stun.addressee(message((SOFTWARE, b"x"), (USERNAME, b"one:a"), (USERNAME, b"two:b"))) == "one"


@given(st.binary(max_size=600), st.booleans())
def test_no_octets_raise(data: bytes, plausible: bool) -> None:
    if plausible:
        data = struct.pack("!HHI", 1, len(data), 0x2112A442) + bytes(12) + data
    found = stun.addressee(data)
    assert found is None or 0 <= len(found) <= stun.LONGEST
