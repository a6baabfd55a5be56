"""EBML (RFC 8794): variable-length integers and elements, written and read. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

UNKNOWN_SIZE = b"\x01" + b"\xff" * 7  # RFC 8794 §6.2
MAX_VINT = (1 << 56) - 2


def vint(value: int, width: int = 0) -> bytes:
    """``value`` as a VINT (RFC 8794 §4) of ``width`` bytes, or the fewest. All ones means unknown and is never made."""
    if not 0 <= value <= MAX_VINT:
        raise ValueError(f"no VINT for {value}")
    needed = next(n for n in range(1, 9) if value < (1 << 7 * n) - 1)
    width = width or needed
    if not needed <= width <= 8:
        raise ValueError(f"{value} does not fit {width} bytes")
    return (value | 1 << 7 * width).to_bytes(width, "big")


def element(identifier: int, data: bytes) -> bytes:
    """An element of known size; ``identifier`` has its length marker, as RFC 9559 prints it (0x1A45DFA3)."""
    return identifier.to_bytes((identifier.bit_length() + 7) // 8, "big") + vint(len(data)) + data


def uint(identifier: int, value: int) -> bytes:
    return element(identifier, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def signed(identifier: int, value: int) -> bytes:
    return element(identifier, struct.pack(">q", value))


def floating(identifier: int, value: float) -> bytes:
    return element(identifier, struct.pack(">d", value))


def text(identifier: int, value: str) -> bytes:
    return element(identifier, value.encode())


@dataclass(frozen=True, slots=True)
class Head:
    """An element's head as read: ``size`` is None where unknown."""

    identifier: int
    size: int | None


def read_head(stream: BinaryIO) -> Head | None:
    """The next element's head; None where the stream ends within it or holds no EBML."""
    identifier = _read_vint(stream, keep_marker=True)
    size = _read_vint(stream, keep_marker=False) if identifier is not None else None
    if identifier is None or size is None:
        return None
    return Head(identifier, None if size < 0 else size)


def _read_vint(stream: BinaryIO, keep_marker: bool) -> int | None:
    """The VINT's value; -1 where all its data bits are ones; None at the stream's end."""
    first = stream.read(1)
    if not first or not first[0]:
        return None
    width = 9 - first[0].bit_length()
    rest = stream.read(width - 1)
    if len(rest) < width - 1:
        return None
    value = int.from_bytes(first + rest, "big")
    if keep_marker:
        return value
    value &= (1 << 7 * width) - 1
    return -1 if value == (1 << 7 * width) - 1 else value


def children(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements inside ``data``, a master element's content, up to the first that is cut off."""
    at = 0
    while at < len(data):
        width = _width(data[at])
        size_at = at + width
        if not width or size_at >= len(data) or not (size_width := _width(data[size_at])):
            return
        start = size_at + size_width
        size = int.from_bytes(data[size_at:start], "big") & ((1 << 7 * size_width) - 1)
        if start + size > len(data):
            return
        yield int.from_bytes(data[at:size_at], "big"), data[start : start + size]
        at = start + size


def _width(first: int) -> int:
    return 9 - first.bit_length() if first else 0
