"""What every request must pass and every answer carries: host, origin, size, content security policy."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from hearings.texts import is_text
from signaling.problems import Handler, Problem

BODY_LIMIT = 64 * 1024
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP")
"""A proxy adds at least one of them, if it was told to."""
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

# Everything from ourselves only; blob: for the photo, which is fetched with a token, and for recorded samples.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'{socket}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?", re.ASCII | re.IGNORECASE)

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), screen-wake-lock=(self), autoplay=(self), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Gate:
    """Host and Origin checks. ``origins`` are those under which the server is reached; with none given, a request's
    Origin must name the host that it was sent to. This machine's own names are always good."""

    def __init__(self, origins: frozenset[str] = frozenset()) -> None:
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self._hosts = frozenset(urlsplit(origin).netloc for origin in self._origins)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.check_host(request)
        if request.method not in _SAFE_METHODS or hdrs.UPGRADE in request.headers:
            self.check_origin(request)
        return await handler(request)

    def check_host(self, request: web.Request) -> None:
        """A foreign name that was made to point here is not ours (DNS rebinding)."""
        host = request.host.lower()
        if self._hosts and host not in self._hosts and _host_name(f"//{host}") not in _LOOPBACK_HOSTS:
            raise Problem("bad-request", field="Host")

    def check_origin(self, request: web.Request) -> None:
        """Browsers name the page that sends a request (RFC 6454 §7); programs other than browsers have none."""
        origin = request.headers.get(hdrs.ORIGIN, "").lower()
        if not origin or origin in self._origins:
            return
        if origin.partition("://")[2] != request.host.lower():
            raise Problem("not-permitted")


def _host_name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # such as an opening bracket alone
        return None


def content_security_policy(host: str, secure: bool) -> str:
    """Our own WebSocket is named: before CSP Level 3 browsers did not count it among 'self'."""
    socket = f" {'wss' if secure else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
    return _CONTENT_SECURITY_POLICY.format(socket=socket)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """For ``Application.on_response_prepare``. Strict-Transport-Security is the proxy's or the operator's to give: it
    would bind a whole host name, with all its ports."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Content-Security-Policy"] = content_security_policy(request.host, request.secure)
    if request.path.startswith("/api/"):
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


def client_address(request: web.Request, proxies: frozenset[str] = frozenset()) -> str:
    """Who asks: the last hop that is not a proxy of ours. What a stranger writes into the header counts for nothing."""
    address = request.remote or ""
    if address not in proxies:
        return address
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    return next((hop for hop in reversed(hops) if hop and hop not in proxies), address)


def is_this_machine(request: web.Request) -> bool:
    """Whether the request comes from this machine itself, and by all that it says not through a proxy on it."""
    try:
        loopback = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    own = _host_name(f"//{request.host}") in _LOOPBACK_HOSTS
    return loopback and own and not any(name in request.headers for name in _PASSED_ON)


def bearer(request: web.Request) -> str:
    """The token of the Authorization header (RFC 6750 §2.1)."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem("token-missing")
    if not token.isascii():
        raise Problem("token-revoked")
    return token.strip()


async def json_body(request: web.Request) -> dict[str, Any]:
    """The request's JSON object."""
    try:
        body = await request.json()
    except (ValueError, LookupError, RecursionError, web.RequestPayloadError):  # also of a charset that nobody knows
        raise Problem("bad-request", field="") from None
    if not isinstance(body, dict):
        raise Problem("bad-request", field="")
    return body


def text(body: Mapping[str, Any], field: str, most: int = 200) -> str:
    """A required text of 1 to ``most`` characters, without spaces around it."""
    value = optional_text(body, field, most)
    if not value:
        raise Problem("bad-request", field=field)
    return value


def optional_text(body: Mapping[str, Any], field: str, most: int = 200) -> str | None:
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > most or not is_text(value):
        raise Problem("bad-request", field=field)
    return value.strip()


def query_text(request: web.Request, name: str, most: int = 200) -> str:
    """A text of the query string, empty where there is none."""
    return optional_text(request.query, name, most) or ""


def optional_number(body: Mapping[str, Any], field: str) -> int | None:
    value = body.get(field)
    if value is not None and type(value) is not int:
        raise Problem("bad-request", field=field)
    return value


def optional_object(body: Mapping[str, Any], field: str) -> dict[str, Any]:
    """An object, empty where there is none."""
    value = body.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Problem("bad-request", field=field)
    return value
