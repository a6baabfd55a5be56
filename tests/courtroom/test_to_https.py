"""What plain HTTP to the port for TLS is answered."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtroom.to_https import PAGE, answer


def location(head: bytes) -> str | None:
    found = re.search(rb"\r\nLocation: ([^\r\n]*)\r\n", answer(head))
    return found and found[1].decode()


def asked(host: bytes, target: bytes = b"/", method: bytes = b"GET") -> bytes:
    return method + b" " + target + b" HTTP/1.1\r\nHost: " + host


@pytest.mark.parametrize(
    ("host", "there"),
    [
        (b"court.example:8443", "https://court.example:8443/"), (b"192.0.2.7:8443", "https://192.0.2.7:8443/"),
        (b"[2001:db8::7]:8443", "https://[2001:db8::7]:8443/"), (b"COURT.example", "https://court.example:80/"),
        (b" localhost:1\t", "https://localhost:1/"),
    ],
)  # fmt: skip
def test_the_same_host_and_port_is_named_over_https(host: bytes, there: str) -> None:
    assert location(asked(host)) == there


@pytest.mark.parametrize(
    "host",
    [
        b"", b"a b", b"a/b", b"a@b", b"a:0", b"a:65536", b"a:b", b"[::1", b"[zz]", b"[1.2]", b"a..b", b"-a", b"a:1:2",
        b"a\x00", "ұ.kz".encode(), b"a\r\nHost: b", b"x" * 300,
    ],
)  # fmt: skip
def test_a_host_that_is_none_gets_the_page_in_three_languages(host: bytes) -> None:
    assert answer(asked(host)).startswith(b"HTTP/1.1 400 ")
    assert answer(asked(host)).endswith(PAGE)
    assert [PAGE.count(f'<p lang="{code}">'.encode()) for code in ("kk", "ru", "en")] == [1, 1, 1]


def test_the_path_and_the_question_stay() -> None:
    assert location(asked(b"a:1", b"/staff?hearing=1&seat=judge")) == "https://a:1/staff?hearing=1&seat=judge"


def test_only_what_changes_nothing_is_sent_on() -> None:
    assert location(asked(b"a", method=b"HEAD")) == "https://a:80/"
    assert location(asked(b"a", method=b"POST")) is None
    assert location(asked(b"a", b"http://evil.example/")) is None
    assert location(asked(b"a", b"evil.example")) is None


def test_a_head_has_no_body() -> None:
    assert answer(asked(b"", method=b"HEAD")).endswith(b"\r\n\r\n")


@given(st.binary(max_size=200) | st.builds(asked, st.binary(max_size=60), st.binary(max_size=60)))
def test_whatever_is_sent_is_answered_by_one_whole_response_or_nothing(head: bytes) -> None:
    response = answer(head)
    if response:
        fields, _, body = response.partition(b"\r\n\r\n")
        assert body in (b"", PAGE)
        assert re.fullmatch(rb"HTTP/1\.1 (307|400) [\w ]+(\r\n[A-Z][\w-]+: [\x20-\x7e]*)+", fields)


@given(st.from_regex(rb"[a-z0-9.:@/\[\]-]{1,40}", fullmatch=True), st.from_regex(rb"/[!-~]{0,40}", fullmatch=True))
def test_nobody_is_sent_to_another_host_than_was_asked(host: bytes, target: bytes) -> None:
    there = location(asked(host, target))
    if there is not None:
        name = host.decode() if re.search(rb":\d+$", host) else f"{host.decode()}:80"
        asked_port = int(name.rpartition(":")[2])
        assert there == f"https://{name.rpartition(':')[0]}:{asked_port}{target.decode()}"
