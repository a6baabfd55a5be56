"""What plain HTTP to the port for TLS is answered: the same address over https, or a page that says so. Pure."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

HEAD_MOST = 8 * 1024
"""Bytes of a request's head; browsers send less."""
END = b"\r\n\r\n"
PAGE = (Path(__file__).parents[1] / "static" / "insecure.html").read_bytes()

_REQUEST = re.compile(rb"([A-Z]{3,16}) (\S{1,4096}) HTTP/1\.[01]")
_TARGET = re.compile(rb"/[\x21-\x7e]*")
_HOST = re.compile(
    r"(?P<name>[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9.])?|\[(?P<v6>[0-9a-f:.]{2,45})\])(:(?P<port>[0-9]{1,5}))?"
)
_COMMON = "Cache-Control: no-store\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n"


def answer(head: bytes) -> bytes:
    """The whole response to a request's head; nothing to what is no HTTP."""
    first, *fields = head.removesuffix(END).split(b"\r\n")
    request = _REQUEST.fullmatch(first)
    if request is None:
        return b""
    method, target = request.groups()
    host = _host(fields)
    if host and method in (b"GET", b"HEAD") and _TARGET.fullmatch(target):
        return _redirect(f"https://{host}{target.decode()}")
    return _page(with_body=method != b"HEAD")


def _host(fields: list[bytes]) -> str | None:
    """The host and port that were asked, for TLS is spoken there (RFC 9110 §7.2); None unless it is plainly one."""
    named = [value for name, _, value in (field.partition(b":") for field in fields) if name.lower() == b"host"]
    if len(named) != 1:
        return None
    found = _HOST.fullmatch(named[0].strip(b" \t").decode("latin-1").lower())
    if found is None or ".." in found["name"] or not 0 < int(found["port"] or 80) < 65536:
        return None
    if found["v6"] and not _is_v6(found["v6"]):
        return None
    return f"{found['name']}:{int(found['port'] or 80)}"


def _is_v6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _redirect(location: str) -> bytes:
    """Not for ever (RFC 9110 §15.4.8): a browser that remembered it would find nothing once TLS is switched off."""
    return f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n{_COMMON}\r\n".encode()


def _page(*, with_body: bool) -> bytes:
    fields = f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(PAGE)}\r\n{_COMMON}"
    policy = "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    return f"HTTP/1.1 400 Bad Request\r\n{fields}{policy}\r\n".encode() + (PAGE if with_body else b"")
