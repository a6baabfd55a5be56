"""What was sent to one listener, kept to answer NACKs with, and the RTX format that answers travel in (RFC 4588)."""

from __future__ import annotations

from typing import Final, NamedTuple

from gateway.packet import Packet

NEVER: Final = float("-inf")


class Shift:
    """What one listener's numbers differ by from their source's: sequence numbers by 16 bits, timestamps by 32."""

    __slots__ = ("sequence", "timestamp")

    def __init__(self, sequence: int, timestamp: int) -> None:
        self.sequence = sequence
        self.timestamp = timestamp


class Sent(NamedTuple):
    """A packet as it went out: ``packet`` with the numbers that this listener got."""

    sequence: int
    timestamp: int
    packet: Packet


class History:
    """A ring by outgoing sequence number. ``size``, a power of two up to 65536, is also its bound.

    Packets are their source's, and shifts are shared: to keep one more makes nothing anew.
    """

    __slots__ = ("_answered", "_mask", "_packets", "_shifts")

    def __init__(self, size: int = 1024) -> None:
        if size & (size - 1) or not 0 < size <= 65536:
            raise ValueError("size must be a power of two up to 65536")
        self._mask = size - 1
        self._packets: list[Packet | None] = [None] * size
        self._shifts: list[Shift | None] = [None] * size
        self._answered: dict[int, float] = {}

    def put(self, sequence: int, packet: Packet, shift: Shift) -> None:
        """Keep ``packet``, which was just sent as ``sequence``, that is with ``shift``."""
        at = sequence & self._mask
        self._packets[at] = packet
        self._shifts[at] = shift

    def answer(self, sequence: int, now: float, rtt: float) -> Sent | None:
        """What to send again; None where it is no longer there, or was already sent again within ``rtt`` (s)."""
        packet, shift = self._packets[sequence & self._mask], self._shifts[sequence & self._mask]
        if packet is None or shift is None or (packet.sequence + shift.sequence) & 0xFFFF != sequence:
            return None
        if now - self._answered.get(sequence, NEVER) < rtt:
            return None
        if len(self._answered) > self._mask:
            self._answered.clear()
        self._answered[sequence] = now
        return Sent(sequence, (packet.timestamp + shift.timestamp) & 0xFFFFFFFF, packet)

    def clear(self) -> None:
        """Let go of all packets, as when the listener may no longer hear their source."""
        self._packets = [None] * (self._mask + 1)
        self._shifts = [None] * (self._mask + 1)
        self._answered.clear()


def rtx_payload(sequence: int, payload: bytes) -> bytes:
    """The payload of a retransmission of ``sequence`` (RFC 4588 §4); timestamp and marker stay the original's."""
    return sequence.to_bytes(2, "big") + payload


def read_rtx(payload: bytes) -> tuple[int, bytes] | None:
    """(original sequence, original payload); None for padding, with which browsers probe on the RTX stream."""
    if len(payload) <= 2:
        return None
    return payload[0] << 8 | payload[1], payload[2:]
