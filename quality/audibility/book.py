"""The ledger's file: one line of JSON for each second of somebody's speech, in the sitting's folder (docs/record.md).

Append-only. A line that a crash cut off is left where it is, and passed over by who reads.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from quality.audibility.ledger import SOUNDS, Row
from quality.audibility.score import Pair, Sound

NAME: Final = "audibility.jsonl"
FORMAT: Final = 2
LARGEST: Final = 256 << 20
"""Bytes: four days of speech without a pause, to 20 listeners."""
FIELDS: Final = (
    "forwarded", "acked", "repaired", "redundancy", "played_ms", "concealed_ms", "sound", "impossible",
    "silent", "after",
)  # fmt: skip
HEAD: Final = {"format": FORMAT, "to": list(FIELDS), "sound": list(SOUNDS)}
_SOUNDS: Final[tuple[Sound, ...]] = tuple(SOUNDS.values())


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was kept: ``t`` is the hearing time at the second's end, in seconds."""

    t: float
    speaker: str
    sent: int
    received: int
    to: Mapping[str, Pair]


class Book:
    """Open for appending. Raises OSError, as does ``append``: no room, or `LARGEST` reached (EFBIG)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / NAME
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._size = os.fstat(self._fd).st_size
            self._cut_off = self._size > 0 and os.pread(self._fd, 1, self._size - 1) != b"\n"
            if not self._size:
                self._write(_line(HEAD))
        except BaseException:
            os.close(self._fd)
            raise

    def append(self, rows: Sequence[tuple[float, Row]]) -> None:
        """Hearing times and rows. It is with the kernel when this returns: a killed process loses nothing."""
        data = b"".join(_line(_plain(t, row)) for t, row in rows)
        if self._size + len(data) > LARGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        self._write(data)

    def close(self) -> None:
        os.close(self._fd)

    def _write(self, data: bytes) -> None:
        if self._cut_off:
            data = b"\n" + data
        while data:  # a full disk takes a part, and refuses the rest
            written = os.write(self._fd, data)
            self._size += written
            self._cut_off = data[written - 1 : written] != b"\n"
            data = data[written:]


def read(folder: Path) -> Iterator[Line]:
    """The lines in order; none where there is no file. What is no line of ours is passed over."""
    path = folder / NAME
    if not path.exists():
        return
    with path.open("rb") as stream:
        for raw in stream:
            try:
                yield _read(json.loads(raw))
            except (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError):
                continue  # the head, or a line that was cut off


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(t: float, row: Row) -> dict[str, Any]:
    to = {listener: _pair(pair) for listener, pair in row.to.items()}
    return {"t": round(t, 1), "of": row.speaker, "sent": row.sent, "received": row.received, "to": to}


def _pair(pair: Pair) -> list[int | None]:
    return [
        pair.forwarded, pair.acked, pair.repaired, pair.redundancy, _ms(pair.played), _ms(pair.concealed),
        _SOUNDS.index(pair.sound), int(pair.impossible), int(pair.silent), pair.after,
    ]  # fmt: skip


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)


def _read(line: Any) -> Line:
    to = {str(listener): _read_pair(values) for listener, values in line["to"].items()}
    return Line(float(line["t"]), str(line["of"]), int(line["sent"]), int(line["received"]), to)


def _read_pair(values: Any) -> Pair:
    forwarded, acked, repaired, redundancy, played, concealed, sound, impossible, *more = values
    silent, after = more or (0, None)  # format 1 has neither
    return Pair(
        int(forwarded), int(acked), int(repaired), int(redundancy), _seconds(played), _seconds(concealed),
        cast(Sound, _SOUNDS[sound]), bool(impossible), bool(silent), None if after is None else int(after),
    )  # fmt: skip


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
