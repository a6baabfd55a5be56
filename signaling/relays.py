"""Credentials for the relay (TURN, RFC 8656), good for a while and for one seat.

By the convention of draft-uberti-behave-turn-rest-00, as coturn's ``use-auth-secret`` takes it: the user's name says
when it ends, the password is its HMAC. The relay needs no list of users and learns neither names nor seats.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHORTEST = 32


@dataclass(frozen=True)
class Relays:
    """``urls`` as in RFC 7065; ``lifetime_s`` in seconds."""

    urls: tuple[str, ...]
    secret: str = field(repr=False)
    lifetime_s: int = 3600

    def servers(self, hearing: str, seat: str, now: float) -> list[dict[str, Any]]:
        """For ``iceServers`` (W3C webrtc §4.2.2). ``now`` in seconds since the epoch."""
        username = f"{int(now) + self.lifetime_s}:{self._user(hearing, seat)}"
        digest = hmac.digest(self.secret.encode(), username.encode(), "sha1")
        credential = base64.b64encode(digest).decode()
        return [{"urls": list(self.urls), "username": username, "credential": credential}]

    def _user(self, hearing: str, seat: str) -> str:
        """The same for a seat each time, so that the relay's quota holds, and says nothing to who reads its log."""
        who = f"turn-user\0{hearing}\0{seat}"
        return hmac.new(self.secret.encode(), who.encode(), hashlib.sha256).hexdigest()[:32]


def load_secret(file: Path) -> str:
    """The first line. Raises OSError, and ValueError where a line is too short or is not what coturn would read."""
    secrets = [line.strip() for line in file.read_text("ascii").splitlines() if line.strip()]
    if not secrets or any(len(one) < SHORTEST or not one.isalnum() for one in secrets):
        raise ValueError("secrets")
    return secrets[0]
