"""Errors as RFC 9457 problem details. ``code`` is the key of a text in the language tables, ``title`` its English."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Kind(NamedTuple):
    status: int
    title: str


KINDS: dict[str, Kind] = {
    "entry-refused": Kind(401, "The hearing number, the seat or the word is not right."),
    "slow-down": Kind(429, "Too many tries at once from here. Try again in a few seconds."),
    "token-expired": Kind(401, "Your entry has expired. Enter again with your code word."),
    "token-revoked": Kind(401, "Your entry is no longer valid."),
    "token-missing": Kind(401, "You have not entered yet."),
    "not-permitted": Kind(403, "Your role may not do this."),
    "not-yet-open": Kind(403, "The hearing is not open yet."),
    "hearing-full": Kind(503, "The hearing is full."),
    "overloaded": Kind(503, "The server can take nobody else at this moment. Try again shortly."),
    "ended": Kind(410, "The hearing is over."),
    "refused": Kind(403, "You were not admitted to the hearing."),
    "removed": Kind(403, "You were removed from the hearing."),
    "dismissed": Kind(403, "The court has heard you and thanks you. You need not stay."),
    "closed-session": Kind(403, "The court is in closed session. It goes on without video conferencing."),
    "postponed": Kind(403, "The hearing was postponed."),
    "undeclared": Kind(403, "The three declarations have not been made."),
    "check-failed": Kind(409, "The check of this device before entry has failed."),
    "unchecked": Kind(409, "Not everybody has confirmed that they hear and see, can ask and answer."),
    "checklist-incomplete": Kind(409, "Not everything has been checked that comes before the start."),
    "opinions-missing": Kind(409, "Not all participants have given their opinion."),
    "replaced": Kind(409, "Another device has taken your seat."),
    "device-refused": Kind(403, "The clerk did not agree that this device takes the seat."),
    "wrong-state": Kind(409, "This cannot be done in the present state of the hearing."),
    "changed": Kind(409, "Someone else has changed this in the meantime."),
    "not-equipped": Kind(409, "This courtroom is not equipped for video conferencing."),
    "no-problem-reported": Kind(409, "No technical problem was reported: there is nothing to draw up an act about."),
    "not-held": Kind(409, "The hearing was not held, or is not over yet."),
    "already-issued": Kind(409, "The registration data were issued already."),
    "signed-off": Kind(409, "The document has been signed and can no longer be changed."),
    "bad-request": Kind(400, "The request is not complete or not right."),
    "weak-password": Kind(400, "The password is too short or too simple."),
    "not-linked": Kind(403, "The other system knows you, but no administrator has linked you to an account here."),
    "provider-down": Kind(503, "The other system through which you sign in does not answer. Try again shortly."),
    "media-down": Kind(503, "Sound and picture are being restarted. Try again in a few seconds."),
    "bad-offer": Kind(400, "This browser's media offer cannot be used here."),
    "not-found": Kind(404, "There is nothing here."),
    "client-too-old": Kind(426, "This version of the application is too old and must be renewed."),
    "too-large": Kind(413, "The message is too large."),
    "server-error": Kind(500, "The server made a mistake. It has been noted."),
}


class Problem(Exception):
    """An answer that is an error. ``params`` are shown to the client and fill the gaps in the text of its language."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    def body(self) -> dict[str, Any]:
        """The problem object of ``docs/protocol.md``."""
        status, title = KINDS[self.code]
        return {"type": "about:blank", "title": title, "status": status, "code": self.code, "params": self.params}


def response(problem: Problem) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    if "seconds" in problem.params:
        headers["Retry-After"] = str(problem.params["seconds"])
    return web.json_response(
        problem.body(), status=problem.status, content_type="application/problem+json", headers=headers
    )


@web.middleware
async def problem_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure leaves as a problem, whatever it was inside."""
    try:
        return await handler(request)
    except Problem as problem:
        return response(problem)
    except web.HTTPException as error:
        return _http_error(error)
    except Exception as error:
        return response(unexpected(error, "request_failed"))


def _http_error(error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        raise error
    code = {404: "not-found", 405: "not-found", 413: "too-large"}.get(error.status, "bad-request")
    return response(Problem(code))


def unexpected(error: Exception, event: str) -> Problem:
    """Log our own mistake by type and place: its text could hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}" for frame in frames]
    log.error(event, error=type(error).__name__, where=where)
    return Problem("server-error")
