"""What the office's requests have in common: who asks, in which court, under which idempotency key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

from hearings.problems import Refused
from hearings.store import Staff
from hearings.texts import is_text
from signaling.changes import Once
from signaling.office_changes import problem
from signaling.problems import Problem
from signaling.security import optional_number

KEY = "Idempotency-Key"
_KEY_MOST = 64
T = TypeVar("T")


def require_role(staff: Staff, court: str, *roles: str) -> None:
    """Problem ``not-permitted`` for whoever has none of the roles in this court, be there such a court or not."""
    if not any(staff.may_take(court, role) for role in roles):
        raise Problem("not-permitted")


def once(request: web.Request, who: str, *asked: Any) -> Once | None:
    """The request's idempotency key, with a digest of what was ``asked``."""
    key = request.headers.get(KEY)
    if key is None:
        return None
    if not (0 < len(key) <= _KEY_MOST and is_text(key)):
        raise Problem("bad-request", field=KEY)
    what = [request.path, *asked]
    return Once(f"office/{who}", key, hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest())


def version_of(body: Mapping[str, Any]) -> int:
    """The version that the caller saw; 0 of what was never changed."""
    version = optional_number(body, "version")
    if version is None:
        raise Problem("bad-request", field="version")
    return version


def fields(body: Mapping[str, Any], name: str = "data") -> dict[str, Any]:
    value = body.get(name, {})
    if not isinstance(value, dict):
        raise Problem("bad-request", field=name)
    return value


def decided(decide: Callable[[], T]) -> T:
    """What the domain decides; its refusal as a problem."""
    try:
        return decide()
    except Refused as refused:
        raise problem(refused) from refused
