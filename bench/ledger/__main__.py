"""The audibility ledger against the truth, over a bad link: ``python -m bench.ledger``, one line of JSON.

The speaker sends a noise of which every moment is known; what the listener's browser, a Chromium, plays is kept, and
aligned with it: so much was received and played in truth. The ledger's file is held against that, ten seconds at a
time. In the last phases the listener's client is altered to lie.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

from playwright.async_api import async_playwright

from bench import network, results
from bench.badlink.measure import BUSY, LATE_MS, sound
from bench.badlink.meeting import LISTENER, SPEAKER, Scene
from bench.badlink.speech import RATE, Sound, Speech
from bench.ledger.meeting import Microphone, meeting, microphone
from bench.ledger.phases import CLEAN, PHASES, Phase
from bench.ledger.truth import LAP_S, noise, truth
from bench.ledger.windows import contradictions, figures, windows
from bench.process import usage
from bench.shaping import Shape
from hearings.times import seconds
from quality.audibility.book import Line, read

WARM_UP_S = 8.0
UPLINK_S = -0.01
"""From when a sample was said until the server has it: with the frame's first one the others come too."""
DELAY_S = 0.3
"""From the microphone to the listener's output, roughly."""
TURN_S = 2.0
"""After each phase: what was said at its end is played, and told of, before the next one lies."""
SETTLES_S = 10.0
"""After which the ledger's file has all lines."""
LIE = Path(__file__).with_name("lie.js")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.ledger", description=__doc__.split("\n\n")[0], epilog="phases: " + ", ".join(PHASES)
    )
    parser.add_argument("--phases", nargs="+", choices=list(PHASES), default=list(PHASES), metavar="PHASE")
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results/ledger.json")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="what the meeting left, pickled")
    return parser.parse_args()


@dataclass(frozen=True)
class Kept:
    """What a meeting left: the output from the moment ``began`` on, and when each phase was (UTC, s)."""

    heard: Sound
    began: float
    microphones: Sequence[Microphone]
    times: Sequence[tuple[float, float]]
    lines: Sequence[Line]
    started: float


async def meet(scene: Scene, phases: Sequence[Phase]) -> tuple[Kept, dict[str, Any]]:
    link, times = scene.links[LISTENER], []
    async with meeting(scene) as (page, player):
        await link.shape(CLEAN, CLEAN)
        microphones = [microphone(player, LAP_S)]
        await asyncio.sleep(WARM_UP_S)
        await page.evaluate(f"listen.watch('{SPEAKER}')")
        await asyncio.sleep(1)
        await link.counters()
        before, began = usage(os.getpid()), time()
        for phase in phases:
            times.append((time(), 0.0))
            await page.evaluate("(lie) => { window.lie = lie; }", phase.lie)
            for shape, lasts in phase.steps:
                await link.shape(shape, shape)
                await asyncio.sleep(lasts)
            times[-1] = (times[-1][0], time())
            await asyncio.sleep(TURN_S)
            print(f"{phase.name}: done", file=sys.stderr, flush=True)
        busy = (usage(os.getpid()).machine_s - before.machine_s) / (time() - began) / (os.cpu_count() or 1)
        counted = await link.counters()
        await link.shape(Shape(), Shape())
        await asyncio.sleep(SETTLES_S)
        microphones.append(microphone(player, LAP_S))
        told = await page.evaluate("listen.told()")
        heard = await sound(page, told["pieces"])
    folder = next(scene.folder.glob("data/courts/*/*/*/journal.jsonl")).parent
    opened = json.loads((folder / "journal.jsonl").open().readline())
    late = max(way["late_ms"] for way in counted.values())
    lines = [line for line in read(folder) if line.speaker == SPEAKER]
    kept = Kept(heard, told["pieces"][0]["at"] / 1000, microphones, times, lines, seconds(opened["started_utc"]))
    return kept, {"busy": round(busy, 2), "late_ms": late, "saturated": busy > BUSY or late > LATE_MS}


def judged(kept: Kept, phases: Sequence[Phase], lap: Sound) -> dict[str, Any]:
    """Of every phase, the ledger beside the truth."""
    first, last = kept.microphones
    drift = (last.place - first.place - round((last.at - first.at) * RATE) + len(lap) // 2) % len(lap) - len(lap) // 2
    result: dict[str, Any] = {"clock_apart_ms": round(1000 * drift / RATE, 1)}
    said = first.said(lap, kept.began, kept.began + len(kept.heard) / RATE)
    found = truth(said, kept.heard, round(DELAY_S * RATE))
    begins = kept.began - kept.started + UPLINK_S  # hearing time at which the server had what was said first

    def truly(start: float, end: float) -> float:
        return found.share(start - begins, end - begins)

    for phase, (start, end) in zip(phases, kept.times, strict=True):
        lines = [line for line in kept.lines if start <= kept.started + line.t <= end]
        result[phase.name] = {
            "what": phase.what, **figures(list(windows(lines, LISTENER, truly))),
            "contradictions": sorted(set(contradictions(lines, LISTENER))),
        }  # fmt: skip
    return result


async def run(phases: Sequence[Phase], keep: Path | None) -> dict[str, Any]:
    lap = noise()
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="courtroom-ledger-")))
        links = {LISTENER: await stack.enter_async_context(network.bad_link(1))}
        playwright = await stack.enter_async_context(async_playwright())
        kept, found = await meet(Scene(folder, playwright, Speech(lap, (), (), ()), links, scripts=(LIE,)), phases)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / "kept.pickle").write_bytes(pickle.dumps(kept))
    return {**found, **await asyncio.to_thread(judged, kept, phases, lap)}


def main() -> None:
    options = arguments()
    network.isolate()
    result = asyncio.run(run([PHASES[name] for name in options.phases], options.keep))
    if options.save:
        results.save("ledger", result)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
