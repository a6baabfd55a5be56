"""What was sent to one listener, kept to answer NACKs with, and the RTX format that answers travel in (RFC 4588)."""

from __future__ import annotations

from typing import Final, NamedTuple

from gateway.packet import Packet

NEVER: Final = float("-inf")


class Sent(NamedTuple):
    """A packet as it went out: ``packet`` with the header fields and the payload that this listener got."""

    sequence: int
    timestamp: int
    packet: Packet
    payload: bytes


class History:
    """A ring by outgoing sequence number. ``size``, a power of two up to 65536, is also its bound.

    ``ring`` and ``mask`` are for the hot path, which writes ``put``'s line itself.
    """

    __slots__ = ("_answered", "mask", "ring")

    def __init__(self, size: int = 1024) -> None:
        if size & (size - 1) or not 0 < size <= 65536:
            raise ValueError("size must be a power of two up to 65536")
        self.mask = size - 1
        self.ring: list[tuple[int, int, Packet, bytes] | None] = [None] * size
        self._answered: dict[int, float] = {}

    def put(self, sequence: int, timestamp: int, packet: Packet, payload: bytes) -> None:
        """Keep what was just sent; ``payload`` is ``packet.payload`` unless this listener got another one."""
        self.ring[sequence & self.mask] = (sequence, timestamp, packet, payload)

    def answer(self, sequence: int, now: float, rtt: float) -> Sent | None:
        """What to send again; None where it is no longer there, or was already sent again within ``rtt`` (s)."""
        sent = self.ring[sequence & self.mask]
        if sent is None or sent[0] != sequence:
            return None
        if now - self._answered.get(sequence, NEVER) < rtt:
            return None
        if len(self._answered) > self.mask:
            self._answered.clear()
        self._answered[sequence] = now
        return Sent(*sent)

    def clear(self) -> None:
        """Let go of all packets, as when the listener may no longer hear their source."""
        self.ring = [None] * (self.mask + 1)
        self._answered.clear()


def rtx_payload(sequence: int, payload: bytes) -> bytes:
    """The payload of a retransmission of ``sequence`` (RFC 4588 §4); timestamp and marker stay the original's."""
    return sequence.to_bytes(2, "big") + payload


def read_rtx(payload: bytes) -> tuple[int, bytes] | None:
    """(original sequence, original payload); None for padding, with which browsers probe on the RTX stream."""
    if len(payload) <= 2:
        return None
    return payload[0] << 8 | payload[1], payload[2:]
