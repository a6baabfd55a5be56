"""A full ICE agent in the controlling role for one candidate pair (RFC 8445). Pure: time is an argument."""

from __future__ import annotations

import secrets

from aioice import stun

CHECK_INTERVAL = 0.05
"""First retransmission of a connectivity check, in seconds; doubled up to ``CONSENT_INTERVAL``."""
CONSENT_INTERVAL = 2.0
CONSENT_TIMEOUT = 30.0
"""RFC 7675 §5.1."""
PRIORITY = (110 << 24) | (65535 << 8) | 255
"""Of a peer-reflexive candidate (RFC 8445 §5.1.2.1)."""
PENDING_LIMIT = 16


def random_credentials() -> tuple[str, str]:
    """User name fragment and password (RFC 8839 §5.4)."""
    return secrets.token_hex(4), secrets.token_hex(12)


class ControllingAgent:
    """Checks the pair, nominates it at once and keeps its consent fresh.

    ``poll`` gives the check that is due; ``receive`` takes a STUN datagram and gives the answer to send, if any.
    """

    def __init__(self, local: tuple[str, str], remote: tuple[str, str]) -> None:
        self.local_ufrag, self.local_pwd = local
        self.remote_ufrag, self.remote_pwd = remote
        self.nominated = False
        self.round_trip: float | None = None
        self._tie_breaker = secrets.randbits(64)
        self._pending: dict[bytes, float] = {}
        self._interval = CHECK_INTERVAL
        self._next_check = 0.0
        self._consent = 0.0

    @property
    def next_check(self) -> float:
        return self._next_check

    def expired(self, now: float) -> bool:
        return self.nominated and now - self._consent > CONSENT_TIMEOUT

    def restart_checks(self) -> None:
        """Check at once and often again, as after a change of our own address."""
        self._interval, self._next_check = CHECK_INTERVAL, 0.0

    def poll(self, now: float) -> bytes | None:
        """A binding request with USE-CANDIDATE, when one is due."""
        if now < self._next_check:
            return None
        self._next_check = now + self._interval
        self._interval = min(self._interval * 2, CONSENT_INTERVAL)
        request = stun.Message(
            stun.Method.BINDING,
            stun.Class.REQUEST,
            attributes={
                "USERNAME": f"{self.remote_ufrag}:{self.local_ufrag}",
                "PRIORITY": PRIORITY,
                "ICE-CONTROLLING": self._tie_breaker,
                "USE-CANDIDATE": None,
            },
        )
        request.add_message_integrity(self.remote_pwd.encode())
        self._remember(request.transaction_id, now)
        return bytes(request)

    def receive(self, data: bytes, source: tuple[str, int], now: float) -> bytes | None:
        try:
            message = stun.parse_message(data)
        except ValueError:
            return None
        if message.message_class == stun.Class.RESPONSE:
            self._on_response(message, now)
        elif message.message_class == stun.Class.REQUEST:
            return self._answer(message, source)
        return None

    def _remember(self, transaction: bytes, now: float) -> None:
        self._pending[transaction] = now
        while len(self._pending) > PENDING_LIMIT:
            del self._pending[next(iter(self._pending))]

    def _on_response(self, message: stun.Message, now: float) -> None:
        sent = self._pending.get(message.transaction_id)
        if sent is None or not message.check_message_integrity(self.remote_pwd.encode()):
            return
        del self._pending[message.transaction_id]
        self.round_trip = now - sent
        self.nominated = True
        self._consent = now
        self._interval = CONSENT_INTERVAL
        self._next_check = now + CONSENT_INTERVAL

    def _answer(self, request: stun.Message, source: tuple[str, int]) -> bytes | None:
        """A full-agent server checks too; its request is answered, and its role is left to be the controlled one."""
        if not request.check_message_integrity(self.local_pwd.encode()):
            return None
        response = stun.Message(
            stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id, {"XOR-MAPPED-ADDRESS": source}
        )
        response.add_message_integrity(self.local_pwd.encode())
        return bytes(response)
