"""The worker that looks at light and noise dies alone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time

import pytest

from courtroom.lookout import MOST_OCTETS
from courtroom.lookouts import Lookout, command
from gateway.sample_socket import SampleSocket
from gateway.samples import Origin, pack
from tests.courtroom.test_looks import needs_models, opus, packets


class Told:
    def __init__(self):
        self.heard = asyncio.Queue()

    def looked(self, found):
        self.heard.put_nowait(found)

    def lookout_status(self, status):
        self.heard.put_nowait(status)

    async def until(self, found):
        async with asyncio.timeout(60):
            while not found(message := await self.heard.get()):
                pass
        return message


@contextlib.asynccontextmanager
async def running(worker, told):
    task = asyncio.create_task(Lookout(worker, told).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_read(media):
    async with asyncio.timeout(60):
        while not media.open:
            await asyncio.sleep(0.01)


def saying(*lines):
    return [sys.executable, "-c", f"print({chr(10).join(lines)!r})"]


EVERY = {"light": 2.25, "noise": 0.75}
LOOK = {"hearing": "h", "seat": "s", "every_s": EVERY, "light": ["bad", "dark"], "faces": 1}
STATUS = {"cpu": 0.1, "look_s": 0.75, "thrifty": False, "participants": 1, "left_out": 0, "sampled": True}
NONSENSE = [
    3, [], {}, {"hearing": "h"}, {"status": {"cpu": 0.1}}, {"status": 1}, LOOK | {"light": ["dreadful", ""]},
    LOOK | {"noise": 1}, LOOK | {"every_s": {"light": 1}}, LOOK | {"faces": "two"}, LOOK | {"voices": "two"},
    LOOK | {"seat": None},
]  # fmt: skip


@pytest.mark.parametrize("last", ["", "no JSON", "9" * 100_000, *map(json.dumps, NONSENSE)])
async def test_with_the_worker_goes_what_it_found_and_another_one_is_started(last):
    told = Told()
    async with running(saying(json.dumps(LOOK), json.dumps({"status": STATUS}), last), told):
        assert await told.until(bool) == LOOK
        assert await told.until(bool) == STATUS
        assert await told.until(lambda one: one is None) is None
        assert await told.until(bool) == LOOK


ENVIRONMENT = f"""
import json, os
seen = [name for name in os.environ if name.upper().startswith("COURTROOM_")]
print(json.dumps({LOOK!r} | {{"seat": ",".join(seen)}}))
"""


async def test_the_worker_has_no_secret_of_the_settings(monkeypatch):
    monkeypatch.setenv("COURTROOM_METRICS__TOKEN", "secret")
    told = Told()
    async with running([sys.executable, "-c", ENVIRONMENT], told):
        assert (await told.until(bool))["seat"] == ""


CONFINED = f"""
import json, resource
from courtroom import lookout
lookout.confine()
limits = [resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CORE)[1]]
limits.append(int(open("/proc/self/oom_score_adj").read()))
print(json.dumps({LOOK!r} | {{"seat": str(limits)}}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the bounds are Linux's")
async def test_the_workers_memory_is_bounded_goes_to_no_file_and_is_the_first_to_be_freed_where_there_is_none_left():
    told = Told()
    async with running([sys.executable, "-c", CONFINED], told):
        assert (await told.until(bool))["seat"] == f"[{MOST_OCTETS}, 0, 1000]"


POLITE = f"""
import json, os
from courtroom import lookout
lookout.step_aside()
print(json.dumps({LOOK!r} | {{"seat": str(os.sched_getscheduler(0) == os.SCHED_IDLE)}}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the scheduler is Linux's")
async def test_the_worker_has_the_processor_only_while_nobody_else_wants_it():
    told = Told()
    async with running([sys.executable, "-c", POLITE], told):
        assert (await told.until(bool))["seat"] == "True"


HANGS = """
import itertools, sys
from courtroom import lookout, looks
lookout.LASTS_S = 1
looks.Looks.take = lambda self, sample, now: [None for _ in itertools.count()]
lookout.main(sys.argv[1], 1.0)
"""


async def test_a_worker_that_a_picture_keeps_busy_for_ever_ends_and_another_one_is_started(tmp_path):
    path, told = tmp_path / "s.sock", Told()
    media = SampleSocket(path, lambda track: None)
    await media.start()
    async with running([sys.executable, "-c", HANGS, str(path)], told):
        await told.until(lambda one: one and one.get("sampled"))
        await until_read(media)
        assert media.send(pack(Origin("h", "s", "t", "audio", "opus", "face"), packets("opus", opus("a fan"))))
        await told.until(lambda one: one is None)
        await told.until(lambda one: one and one.get("sampled"))
    await media.stop()


@needs_models
async def test_the_real_worker_reads_samples_and_waits_for_a_media_process_that_restarts(tmp_path):
    path, told = tmp_path / "s.sock", Told()
    sent = packets("opus", opus("a fan"))
    async with running(command(path, 1.0), told):
        for _ in range(2):
            media = SampleSocket(path, lambda track: None)
            await media.start()
            status = await told.until(lambda one: one and one.get("sampled"))
            assert (status["look_s"], status["thrifty"]) == (0.75, False)
            await until_read(media)
            for packet in sent:
                packet.arrival = time.monotonic()
            assert media.send(pack(Origin("h", "s", "t", "audio", "opus", "face"), sent))
            assert (await told.until(lambda one: one and "noise" in one))["noise"] == ["bad", "noise"]
            await media.stop()
            await told.until(lambda one: one and one.get("sampled") is False)


@needs_models
async def test_what_is_no_sample_ends_the_worker_and_not_the_app(tmp_path):
    path, told = tmp_path / "s.sock", Told()
    media = SampleSocket(path, lambda track: None)
    await media.start()
    async with running(command(path, 1.0), told):
        await until_read(media)
        assert media.send(b"\xff" * 100)
        await told.until(lambda one: one is None)
        await told.until(bool)
    await media.stop()
