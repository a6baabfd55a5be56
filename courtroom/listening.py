"""Where the pages are served, with which certificate, and what the links to them look like."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from pathlib import Path
from urllib.parse import urlencode

from courtroom import tls
from courtroom.errors import Mistake
from courtroom.settings import Settings


def certificate(settings: Settings, own: list[str]) -> tls.Certificate:
    """The self-made certificate for all of this machine's names, made where there is none."""
    names = ["localhost", "127.0.0.1", "::1", socket.gethostname(), *own]
    return tls.own_certificate(settings.data / "tls", names, dt.datetime.now(dt.UTC))


def tls_context(settings: Settings, own: list[str]) -> ssl.SSLContext | None:
    """None for plain http. Raises Mistake where the certificate of the settings cannot be used."""
    if settings.http.tls == "off":
        return None
    if settings.http.tls == "self":
        made = certificate(settings, own)
        return tls.context(made.chain, made.key)
    chain, key = settings.http.certificate or Path(), settings.http.key or Path()
    try:
        return tls.context(chain, key)
    except (OSError, ssl.SSLError) as error:
        raise Mistake(f"the certificate {chain} with the key {key} cannot be used: {error}") from None


def authority(settings: Settings, own: list[str]) -> bytes:
    """The self-made certificate's authority (PEM), which devices may be told to trust; empty where there is none."""
    return certificate(settings, own).authority.read_bytes() if settings.http.tls == "self" else b""


def origin(settings: Settings, own: list[str]) -> str:
    """Where others reach the pages: the public URL of the settings, or this machine's first address."""
    if settings.http.public_url:
        return settings.http.public_url
    host = own[0] if own else "localhost"
    scheme = "http" if settings.http.tls == "off" else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.http.port}"


def local_origin(settings: Settings) -> str:
    """Where this machine reaches them, without TLS where that is served."""
    if settings.http.localhost_port:
        return f"http://localhost:{settings.http.localhost_port}"
    return f"{'http' if settings.http.tls == 'off' else 'https'}://localhost:{settings.http.port}"


def link(origin: str, page: str, **query: str) -> str:
    """A link names the hearing and the seat, never a code word or a token."""
    return f"{origin}/{page}?{urlencode(query)}" if query else f"{origin}/{page}"
