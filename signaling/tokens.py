"""Short-lived signed tokens (RFC 7519, HS256). A token names a session's row, through which it can be revoked."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import jwt

from signaling.problems import Problem

TokenKind = Literal["staff", "seat", "claim", "second_factor", "enrol"]
LIFETIME_S = 300
_ISSUER = "courtroom"
_KEY_BYTES = 32
_CLAIMS = ("kind", "sid", "sub", "exp")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. ``session`` is the row that can revoke it; ``subject`` the staff member's or the attendance's
    id; ``expires`` is in seconds of Unix time."""

    kind: TokenKind
    session: str
    subject: str
    expires: float


class Tokens:
    """Signs with the first key and believes all of them, so that a key can be turned without signing anybody out."""

    def __init__(self, keys: list[bytes], lifetime_s: int = LIFETIME_S) -> None:
        if not keys or any(len(key) < _KEY_BYTES for key in keys):
            raise ValueError(f"a token key has at least {_KEY_BYTES} bytes")
        self._keys = keys
        self.lifetime_s = lifetime_s

    def issue(self, kind: TokenKind, session: str, subject: str, now: float) -> str:
        claims = {"iss": _ISSUER, "kind": kind, "sid": session, "sub": subject, "exp": int(now) + self.lifetime_s}
        return jwt.encode(claims, self._keys[0], algorithm="HS256")

    def read(self, text: str, now: float) -> Token:
        """Raises Problem: ``token-expired``, or ``token-revoked`` for what we have not signed."""
        claims = self._verified(text)
        if claims["exp"] <= now:
            raise Problem("token-expired")
        return Token(cast(TokenKind, claims["kind"]), claims["sid"], claims["sub"], float(claims["exp"]))

    def _verified(self, text: str) -> dict[str, Any]:
        for key in self._keys:
            try:
                # The time is checked by the caller's clock.
                return jwt.decode(
                    text, key, algorithms=["HS256"], issuer=_ISSUER,
                    options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
                )  # fmt: skip
            except (jwt.InvalidTokenError, ValueError, RecursionError):  # whatever a stranger sends as a token
                continue
        raise Problem("token-revoked")


def load_keys(path: Path) -> list[bytes]:
    """The keys of a file, one in hexadecimal per line, the signing one first; made where there is none (0600).

    Raises ValueError where the file holds anything else.
    """
    if not path.exists():
        _make_key(path)
    return [bytes.fromhex(line) for line in path.read_text("ascii").split()]


def _make_key(path: Path) -> None:
    """Whole or not at all, whenever we are killed; another process may be first."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
