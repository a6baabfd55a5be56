"""Redundant audio data (RFC 2198): a packet carries its own block and copies of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MAX_OFFSET = 0x3FFF
MAX_BLOCK = 0x3FF


class Block(NamedTuple):
    """``offset`` is how much older than the packet's timestamp the block is, in timestamp units; 0 for the primary."""

    payload_type: int
    offset: int
    payload: bytes


def primary(payload: bytes) -> bytes | None:
    """The packet's own block alone, as a listener without RED gets it; None where malformed."""
    at = skipped = 0
    end = len(payload)
    while at < end:
        if payload[at] < 0x80:
            start = at + 1 + skipped
            return payload[start:] if start <= end else None
        if at + 4 > end:
            return None
        skipped += (payload[at + 2] & 3) << 8 | payload[at + 3]
        at += 4
    return None


def split(payload: bytes) -> list[Block]:
    """All blocks, oldest first as they stand in the packet, the primary last. ``ValueError`` where malformed."""
    heads: list[tuple[int, int, int]] = []
    at = 0
    while at < len(payload) and payload[at] & 0x80:
        word = int.from_bytes(payload[at : at + 4], "big")
        heads.append((payload[at] & 0x7F, word >> 10 & MAX_OFFSET, word & MAX_BLOCK))
        at += 4
    if at >= len(payload) or at + 1 + sum(length for _, _, length in heads) > len(payload):
        raise ValueError("RED blocks longer than the packet")
    last = payload[at]
    at += 1
    blocks = []
    for payload_type, offset, length in heads:
        blocks.append(Block(payload_type, offset, payload[at : at + length]))
        at += length
    return [*blocks, Block(last, 0, payload[at:])]


def build(payload_type: int, payload: bytes, earlier: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """Wrap ``payload`` with copies of ``earlier`` (offset, payload), oldest first; what doesn't fit RED is left out."""
    fitting = [(offset, copy) for offset, copy in earlier if 0 < offset <= MAX_OFFSET and 0 < len(copy) <= MAX_BLOCK]
    heads = b"".join(
        (0x80000000 | payload_type << 24 | offset << 10 | len(copy)).to_bytes(4, "big") for offset, copy in fitting
    )
    return heads + bytes((payload_type,)) + b"".join(copy for _, copy in fitting) + payload
