"""The feed of hearings (Rules ¶31), as JSON and as a calendar, signed; and the page that shows it to everybody."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from aiohttp import ETag, hdrs, web

from hearings.notices.calendar import published
from hearings.notices.notice import Announced, public_state
from hearings.notices.texts import ZONE
from hearings.store import Store
from hearings.times import iso
from signaling.feed_signature import Signature
from signaling.problems import Problem

SIGNATURE: Final = "X-JWS-Signature"
_PAGE: Final = 500
_JOSE: Final = "application/jose"
_LARGEST: Final = 2**31 - 1


class FeedApi:
    """Public: nothing that it says is personal. It holds court, courtroom, time, technology, number and state."""

    def __init__(
        self, store: Store, signature: Signature, static: Path, clock: Callable[[], float] = time.time
    ) -> None:  # fmt: skip
        self._store = store
        self._signature = signature
        self._page = static / "schedule.html"
        self._clock = clock

    def routes(self, api: str) -> list[web.RouteDef]:
        return [
            web.get(f"{api}/feed/hearings", self.hearings),
            web.get(f"{api}/feed/hearings.ics", self.calendar),
            web.get("/.well-known/jwks.json", self.keys),
            web.get("/schedule", self.page),
        ]

    async def hearings(self, request: web.Request) -> web.Response:
        """Without ``since``: the hearings of today and later, by their time. With it: what has changed after that
        cursor, in the order of change."""
        await self._store.publish(self._clock())
        since = _since(request)
        if since is None:
            cursor = await self._store.last_position()
            found, more = await self._store.coming(self._today()), False
        else:
            found = await self._store.published(since, _PAGE + 1)
            found, more = found[:_PAGE], len(found) > _PAGE
            cursor = found[-1].position if found else since
        body = {"hearings": [_entry(one) for one in found], "cursor": str(cursor), "more": more}
        payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if _JOSE in request.headers.get(hdrs.ACCEPT, ""):
            return self._answer(request, self._signature.sign(payload).encode(), _JOSE)
        return self._answer(request, payload, "application/json", self._signature.detached(payload))

    async def calendar(self, request: web.Request) -> web.Response:
        """The hearings of today and later (RFC 5545)."""
        await self._store.publish(self._clock())
        file = published(await self._store.coming(self._today()))
        return self._answer(request, file, "text/calendar", self._signature.detached(file))

    async def keys(self, request: web.Request) -> web.Response:
        body = json.dumps(self._signature.jwks()).encode()
        return self._answer(request, body, "application/jwk-set+json")

    async def page(self, request: web.Request) -> web.StreamResponse:
        if not self._page.is_file():
            raise Problem("not-found")
        response = web.FileResponse(self._page, headers={hdrs.CACHE_CONTROL: "no-cache"})
        response.content_type, response.charset = "text/html", "utf-8"
        return response

    def _today(self) -> str:
        midnight = datetime.fromtimestamp(self._clock(), ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        return iso(midnight.timestamp())

    def _answer(self, request: web.Request, body: bytes, media_type: str, signature: str = "") -> web.Response:
        """Not again what the asker has (RFC 9110 §13.1.2)."""
        tag = hashlib.sha256(media_type.encode() + body).hexdigest()[:32]
        headers = {
            hdrs.CACHE_CONTROL: "no-cache",
            hdrs.VARY: hdrs.ACCEPT,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if signature:
            headers[SIGNATURE] = signature
        known = request.if_none_match or ()
        if any(one.value in (tag, "*") for one in known):
            response = web.Response(status=304, headers=headers)
        else:
            response = web.Response(body=body, content_type=media_type, headers=headers)
            if media_type.startswith("text/"):
                response.charset = "utf-8"
        response.etag = ETag(tag)
        return response


def _since(request: web.Request) -> int | None:
    text = request.query.get("since")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _LARGEST):
        raise Problem("bad-request", field="since")
    return int(text)


def _entry(hearing: Announced) -> dict[str, Any]:
    """``date`` and ``time`` are the court's own (Asia/Almaty), ``at`` is in UTC."""
    moment = datetime.fromisoformat(hearing.scheduled_at).astimezone(ZONE)
    return {
        "hearing": hearing.hearing, "number": hearing.number, "court": hearing.court_name,
        "courtroom": hearing.courtroom, "date": moment.strftime("%Y-%m-%d"), "time": moment.strftime("%H:%M"),
        "at": hearing.scheduled_at, "technology": hearing.technology, "state": public_state(hearing.state),
    }  # fmt: skip
