"""UUID version 7 (RFC 9562 §5.7): time and randomness are arguments."""

from __future__ import annotations

from uuid import UUID


def uuid7(time_ms: int, random: bytes) -> str:
    """The UUIDv7 of a time in milliseconds since the epoch and at least 10 random bytes, in its text form."""
    if not 0 <= time_ms < 1 << 48 or len(random) < 10:
        raise ValueError("a time of 48 bits and 10 random bytes are needed")
    bits = int.from_bytes(random[:10], "big")
    rand_a, rand_b = bits >> 68, bits & (1 << 62) - 1
    return str(UUID(int=time_ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b))


def time_ms(uuid: str) -> int:
    """The time in a UUIDv7, in milliseconds since the epoch."""
    return UUID(uuid).int >> 80
