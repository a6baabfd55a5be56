"""Redundant audio, RFC 2198, as the listener takes it apart."""

from __future__ import annotations


def unpack(payload: bytes) -> list[tuple[int, bytes]]:
    """Blocks as ``(timestamp offset, data)``, oldest first; the last is the primary, at 0. Raises ``ValueError``."""
    blocks: list[tuple[int, int]] = []
    position = 0
    while position < len(payload) and payload[position] & 0x80:
        head = int.from_bytes(payload[position : position + 4], "big")
        blocks.append((head >> 10 & 0x3FFF, head & 0x3FF))
        position += 4
    position += 1
    found: list[tuple[int, bytes]] = []
    for offset, length in blocks:
        found.append((offset, payload[position : position + length]))
        position += length
    if position > len(payload):
        raise ValueError("truncated RED")
    found.append((0, payload[position:]))
    return found
