"""Transport-wide feedback to publishers (draft-holmer-rmcat-transport-wide-cc-extensions-01): arrivals in, FCI out.

From it the browser's own congestion control learns what the uplink carries. Times on the wire are ticks of 250 µs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

TICKS_PER_SECOND: Final = 4000
TICKS_PER_REFERENCE: Final = 256  # the reference time counts 64 ms
WINDOW: Final = 0.5
SLACK: Final = 0.005  # a timer of the interval's own period must not miss its turn
MAX_LATE: Final = 1000
MAX_SPAN: Final = 4096  # numbers in one round of feedback: a number far ahead must not make a list of all between
MAX_DELTAS: Final = 400  # per feedback packet, so that it stays below any MTU
MAX_COUNT: Final = 0xFFFF
MAX_RUN: Final = 0x1FFF

_HEAD: Final = struct.Struct("!HHI")
_MISSING, _SMALL, _LARGE = 0, 1, 2


class Feedback(NamedTuple):
    """``arrivals`` are ticks, None for what did not arrive, for the sequence numbers from ``base`` on."""

    base: int
    number: int
    arrivals: list[int | None]


class ArrivalRecorder:
    """Arrivals of one connection's packets, all SSRCs together, by their transport-wide sequence number.

    A packet that comes after it was reported missing is reported in the next feedback, with all that follow it.
    """

    __slots__ = ("_arrivals", "_due", "_highest", "_interval", "_number", "_start")

    def __init__(self, interval: float = 0.1) -> None:
        self._interval = interval
        self._due = 0.0
        self._arrivals: dict[int, float] = {}  # unwrapped → seconds
        self._highest = -1
        self._start = 0  # the first number that the next feedback tells of
        self._number = 0

    def on_packet(self, sequence: int, now: float) -> None:
        highest = self._highest
        if sequence == (highest + 1) & 0xFFFF and highest >= 0:
            self._highest = number = highest + 1
        elif highest < 0:
            self._start = self._highest = number = sequence + 0x10000
        else:
            number = highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000
            if number > highest:
                self._highest = number
                self._start = max(self._start, number - MAX_SPAN)
            elif number in self._arrivals or number < highest - MAX_LATE:
                return
            if number < self._start:
                self._start = number
        self._arrivals[number] = now

    def due(self, now: float) -> list[bytes]:
        """The FCIs to send now, usually one; none before the interval (s) has passed or where nothing came."""
        if now < self._due or self._highest < self._start:
            return []
        self._due = now + self._interval - SLACK
        feedback = self._feedback()
        self._start = self._highest + 1
        self._forget(now - WINDOW)
        return feedback

    def _feedback(self) -> list[bytes]:
        """Cut what is to be told where one packet can't hold it: its size, the status count, or too long a silence."""
        cut: list[bytes] = []
        base = self._start
        arrivals: list[int | None] = []
        deltas, last = 0, -1
        for number in range(self._start, self._highest + 1):
            seconds = self._arrivals.get(number)
            ticks = None if seconds is None else int(seconds * TICKS_PER_SECOND)
            apart = ticks is not None and last >= 0 and abs(ticks - last) > 0x7FFF - TICKS_PER_REFERENCE
            if deltas >= MAX_DELTAS or len(arrivals) >= MAX_COUNT or apart:
                cut.append(self._encode(base, arrivals))
                base, arrivals, deltas = number, [], 0
            arrivals.append(ticks)
            if ticks is not None:
                last = ticks
                deltas += 1
        cut.append(self._encode(base, arrivals))
        return cut

    def _encode(self, base: int, arrivals: list[int | None]) -> bytes:
        self._number = (self._number + 1) & 0xFF
        return encode(base, self._number, arrivals)

    def _forget(self, before: float) -> None:
        """Arrivals come in the order of insertion, so the oldest are in front."""
        old = []
        for number, arrival in self._arrivals.items():
            if arrival >= before:
                break
            old.append(number)
        for number in old:
            del self._arrivals[number]


def encode(base: int, number: int, arrivals: Sequence[int | None]) -> bytes:
    """The FCI of a feedback packet, padded to whole words; neighbouring arrivals at most ±8 s apart."""
    first = next((ticks for ticks in arrivals if ticks is not None), 0)
    reference = first // TICKS_PER_REFERENCE
    last = reference * TICKS_PER_REFERENCE
    symbols, deltas = bytearray(), bytearray()
    for ticks in arrivals:
        if ticks is None:
            symbols.append(_MISSING)
            continue
        delta, last = ticks - last, ticks
        if 0 <= delta <= 0xFF:
            symbols.append(_SMALL)
            deltas.append(delta)
        else:
            symbols.append(_LARGE)
            deltas += delta.to_bytes(2, "big", signed=True)
    head = _HEAD.pack(base & 0xFFFF, len(arrivals), (reference & 0xFFFFFF) << 8 | number)
    # Nearly always everything came, soon after each other.
    if symbols and symbols.count(_SMALL) == len(symbols) <= MAX_RUN:
        chunks = (_SMALL << 13 | len(symbols)).to_bytes(2, "big")
    else:
        chunks = b"".join([chunk.to_bytes(2, "big") for chunk in _chunks(symbols)])
    body = head + chunks + deltas
    return body + bytes(-len(body) % 4)


def _chunks(symbols: bytearray) -> Iterator[int]:
    at, end = 0, len(symbols)
    while at < end:
        run = _run(symbols, at)
        ahead = bytes(symbols[at : at + 14])
        if run >= 14 or at + run == end or (run >= 7 and _LARGE in ahead):
            yield symbols[at] << 13 | run
            at += run
        elif _LARGE not in ahead:
            yield 0x8000 | sum(symbol << 13 - place for place, symbol in enumerate(ahead))
            at += 14
        else:
            yield 0xC000 | sum(symbol << 12 - 2 * place for place, symbol in enumerate(ahead[:7]))
            at += 7


def _run(symbols: bytearray, at: int) -> int:
    symbol = symbols[at]
    run = 1
    for other in islice(symbols, at + 1, at + MAX_RUN):
        if other != symbol:
            break
        run += 1
    return run


def decode(fci: bytes) -> Feedback:
    """Read a feedback packet's FCI; ``ValueError`` where malformed. Arrivals count from the reference time's zero."""
    try:
        base, count, reference = _HEAD.unpack_from(fci)
        symbols, at = _symbols(fci, count)
        last = (reference >> 8) * TICKS_PER_REFERENCE
        end = len(fci)
        arrivals: list[int | None] = []
        for symbol in symbols:
            if symbol == _MISSING:
                arrivals.append(None)
                continue
            if at + symbol > end:
                raise ValueError("truncated transport feedback: deltas")
            if symbol == _SMALL:
                last += fci[at]
            else:
                last += (fci[at] << 8 | fci[at + 1]) - ((fci[at] & 0x80) << 9)
            at += symbol
            arrivals.append(last)
    except struct.error as error:
        raise ValueError(f"truncated transport feedback: {error}") from None
    return Feedback(base, reference & 0xFF, arrivals)


def _symbols(fci: bytes, count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    at = _HEAD.size
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", fci, at)
        at += 2
        if chunk < 0x8000:
            symbols += [chunk >> 13] * (chunk & MAX_RUN)
            if not chunk & MAX_RUN:
                raise ValueError("transport feedback with an empty run")
        else:
            bits = 1 if chunk < 0xC000 else 2
            place, mask = 14 - bits, (1 << bits) - 1
            while place >= 0:
                symbols.append(chunk >> place & mask)
                place -= bits
    del symbols[count:]
    if 3 in symbols:
        raise ValueError("transport feedback with a reserved symbol")
    return symbols, at
