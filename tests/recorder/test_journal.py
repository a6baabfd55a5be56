"""The journal's format has a place for a signature in every line (docs/record.md), before anything signs."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from recorder.errors import RecordError
from recorder.journal import NAME, Chain, read, recover
from tests.media import material
from tests.recorder.source import FakeClock, Source, feed, folder, recording

SIGNATURES = ["aa" * 64, "bb" * 64, "cc" * 64]


def signed(root: Path) -> Path:
    """A journal of three lines with a signature each, in the place that `Chain` leaves for it."""
    chain, path = Chain(), root / NAME
    with path.open("wb") as journal:
        for signature in SIGNATURES:
            empty = replace(chain).link("anchor", "2026-11-21T09:00:00.000Z", {}).removesuffix(b"\n")
            line = empty.replace(b'"sig":null}', b'"sig":"%s"}' % signature.encode())
            chain.step(line)
            journal.write(line + b"\n")
    return path


async def test_every_line_of_a_record_ends_with_an_empty_place_for_its_signature(tmp_path: Path) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    source = Source("opus", material.opus(1))
    feed(sitting.sink(source.info(), "", lambda: None), source)
    await recorder.close()
    lines = (folder(tmp_path) / NAME).read_text().splitlines()
    assert {tuple(json.loads(line).items())[-1] for line in lines} == {("sig", None)}


def test_a_signed_journal_is_read_and_gone_on_with(tmp_path: Path) -> None:
    path = signed(tmp_path)
    recovered = recover(tmp_path)
    os.close(recovered.fd)
    with path.open("ab") as journal:
        journal.write(recovered.chain.link("anchor", "2026-11-21T09:00:01.000Z", {}))
    assert [line["sig"] for line in read(tmp_path)] == [*SIGNATURES, None]


def test_a_signature_that_was_changed_is_noticed_by_the_line_after_it(tmp_path: Path) -> None:
    path = signed(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"aa", b"00", 1))
    with pytest.raises(RecordError, match="line 2 "):
        list(read(tmp_path))
