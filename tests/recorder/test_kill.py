from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from pathlib import Path

import av

from recorder import avr, matroska
from recorder.journal import read
from recorder.writer import TakeRecorder
from tests.recorder.source import SITTING, folder

ROOT = Path(__file__).parents[2]
WRITER = """
import asyncio, sys, time
from pathlib import Path
from recorder.writer import TakeRecorder
from tests.media import material
from tests.recorder.source import SITTING, BASE, Source
from gateway.packet import Packet

async def main():
    recording = TakeRecorder(Path(sys.argv[1])).open(SITTING)
    await recording.append_events([{"id": "e1", "kind": "started", "at": SITTING.started_utc}])
    audio = Source("opus", material.opus(4), ssrc=1, track="a")
    video = Source("VP8", material.video("VP8", 4), ssrc=2, track="v")
    sources = [audio, video]
    sinks = [recording.sink(source.info(), "", lambda: None) for source in sources]
    begin = time.monotonic()
    stream = [(p.arrival, n, p) for n, source in enumerate(sources) for p in source.packets()]
    for arrival, n, p in sorted(stream, key=lambda item: item[:2]):
        due = arrival - BASE + begin
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        p.arrival = due
        sinks[n].on_packet(p)
        print(n, due, flush=True)

asyncio.run(main())
"""


def kill_after(root: Path, packets: int) -> dict[int, float]:
    """Run the writer and kill it after some packets; the newest arrival of each source."""
    newest: dict[int, float] = {}
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            words = line.split()
            if len(words) == 2 and words[0] in "01":
                newest[int(words[0])] = float(words[1])
                packets -= 1
            if not packets:
                break
        process.kill()
    return newest


async def test_after_a_kill_takes_are_readable_to_within_a_second_and_the_hearing_goes_on(tmp_path: Path) -> None:
    newest = kill_after(tmp_path, 600)
    before = {line["take"]: line for line in read(folder(tmp_path)) if line["kind"] == "take"}
    assert len(before) == 2
    for name, line in before.items():
        with (folder(tmp_path) / "takes" / f"{name}.mkv").open("rb") as stream:
            end = [block.pts_ms for block in matroska.read_blocks(stream)][-1] / 1000
        assert newest[0 if line["media"] == "audio" else 1] - (line["arrival"] + end) <= 1.0

    recorder = TakeRecorder(tmp_path)
    sitting = recorder.open(SITTING)
    await sitting.append_events([{"id": "e1", "kind": "started", "at": SITTING.started_utc}])
    await recorder.close()
    lines = list(read(folder(tmp_path)))
    assert [line["event"]["id"] for line in lines if line["kind"] == "event"] == ["e1"]
    last = [line for line in lines if line["kind"] == "second"][-1]
    for line in lines:
        if line["kind"] == "recovered":
            start, end, sha256 = line["extent"]
            data = (folder(tmp_path) / "takes" / f"{line['take']}.mkv").read_bytes()
            assert start == last["takes"].get(line["take"], [0, 0])[1]
            assert len(data) == end
            assert sha256 == (hashlib.sha256(data[start:]).hexdigest() if end > start else None)
    assert {line["take"] for line in lines if line["kind"] == "recovered"} == set(before)

    info = await asyncio.to_thread(avr.build, folder(tmp_path), tmp_path / "avr.mkv")
    assert sorted(track.codec for track in info.tracks) == ["opus", "vp8"]
    with av.open(str(info.path)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 20
    probe = subprocess.run(["ffprobe", "-v", "error", str(info.path)], capture_output=True, text=True, check=True)
    assert probe.stderr == ""
