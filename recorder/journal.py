"""The journal's format: JSON lines, each with the SHA-256 of the line before it. Pure, but for `recover` and `read`.

``docs/record.md`` has every kind of line.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from recorder.errors import RecordError

NAME = "journal.jsonl"
TAKES = "takes"
FIRST = "0" * 64  # `prev` of the first line
PIECE = 1 << 20  # bytes of a take read at once


def digest(line: bytes) -> str:
    """What the next line's ``prev`` says of ``line``, which is without its line feed."""
    return hashlib.sha256(line).hexdigest()


@dataclass
class Chain:
    """The end of the chain: the number of the next line and the digest of the last."""

    number: int = 0
    prev: str = FIRST

    def link(self, kind: str, at: str, fields: Mapping[str, Any]) -> bytes:
        """The next line, with its line feed. ``sig`` is kept free for an Ed25519 signature."""
        line = {"kind": kind, "n": self.number, "at": at, **fields, "prev": self.prev, "sig": None}
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
        self.number, self.prev = self.number + 1, digest(data)
        return data + b"\n"

    def follows(self, line: Mapping[str, Any]) -> bool:
        return bool(line.get("prev") == self.prev and line.get("n") == self.number)

    def step(self, line: bytes) -> None:
        self.number, self.prev = self.number + 1, digest(line)


@dataclass
class Recovered:
    """A journal opened for going on: its descriptor, locked; where it ends; what a new process must know of it."""

    fd: int
    size: int
    chain: Chain = field(default_factory=Chain)
    events: set[str] = field(default_factory=set)
    open_takes: dict[str, list[Any]] = field(default_factory=dict)  # [start, end, SHA-256] that no `second` line covers
    torn: Mapping[str, Any] | None = None


def recover(folder: Path) -> Recovered:
    """Open, lock and read ``folder``'s journal, or begin one. Blocks.

    Raises `RecordError` where another process writes it. What a crash left of a last line is moved to
    ``journal.torn-<size>`` beside it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with os.fdopen(os.dup(fd), "rb") as stream:
            recovered = _scan(fd, stream, folder / TAKES)
        _set_torn_aside(folder, recovered)
    except BlockingIOError as error:
        os.close(fd)
        raise RecordError("the sitting's journal is being written by another process") from error
    except BaseException:
        os.close(fd)
        raise
    return recovered


def is_written(folder: Path) -> bool:
    """Whether a process holds ``folder``'s journal as `recover` opened it."""
    try:
        fd = os.open(folder / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def _scan(fd: int, stream: BinaryIO, takes: Path) -> Recovered:
    found, second = Recovered(fd, 0), b""
    for raw in stream:
        line = raw[:-1]
        if not raw.endswith(b"\n") or not line.endswith(b"}"):
            break
        if line.startswith(b'{"kind":"second"'):  # by far the most; only the last matters
            second = line
        elif not _note(found, line):
            break
        found.chain.step(line)
        found.size += len(raw)
    _cover(found, second, takes)
    return found


def _note(found: Recovered, line: bytes) -> bool:
    """Remember what a new process must know; False where the line is not one of ours (a power failure leaves such)."""
    try:
        parsed = json.loads(line)
        if parsed["kind"] == "event":
            found.events.add(str(parsed["event"]["id"]))
        elif parsed["kind"] == "take":
            found.open_takes[parsed["take"]] = []
        elif parsed["kind"] in ("take_end", "recovered"):
            found.open_takes.pop(parsed["take"], None)
    except (ValueError, KeyError, TypeError):
        return False
    return True


def _cover(found: Recovered, second: bytes, takes: Path) -> None:
    covered = json.loads(second)["takes"] if second else {}
    for take in found.open_takes:
        found.open_takes[take] = _tail(takes / f"{take}.mkv", covered[take][1] if take in covered else 0)


def _tail(path: Path, covered: int) -> list[Any]:
    """The bytes of a take that came just before the crash."""
    if not path.exists():
        return [covered, covered, None]
    end, rest = covered, hashlib.sha256()
    with path.open("rb") as stream:
        stream.seek(covered)
        while piece := stream.read(PIECE):
            end += len(piece)
            rest.update(piece)
    return [covered, end, rest.hexdigest() if end > covered else None]


def _set_torn_aside(folder: Path, found: Recovered) -> None:
    rest = os.pread(found.fd, os.fstat(found.fd).st_size - found.size, found.size)
    if not rest:
        return
    kept = folder / f"journal.torn-{found.size}"
    kept.write_bytes(rest)
    os.ftruncate(found.fd, found.size)
    found.torn = {"bytes": len(rest), "file": kept.name, "sha256": digest(rest)}


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """The journal's lines in order, a torn last one left out. Raises `RecordError` where the chain is broken."""
    chain = Chain()
    for line, parsed in _whole_lines(folder / NAME):
        if not chain.follows(parsed):
            raise RecordError(f"line {chain.number + 1} of {NAME} does not follow the line before it")
        chain.step(line)
        yield parsed


def _whole_lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    if not path.exists():
        raise RecordError(f"there is no {NAME} in this sitting's folder")
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            if not raw.endswith(b"\n"):
                return
            try:
                yield raw[:-1], json.loads(raw)
            except ValueError as error:
                raise RecordError(f"line {number} of {NAME} is not JSON") from error
