"""What is heard and seen over a bad link: ``python -m bench.badlink --case NAME [--peer janus]``, one line of JSON.

Speaker and listener are Chromium, three others have no browsers. First the listener's link is shaped, then, with
``up_`` before its figures, the speaker's; ``peer_`` is before those of the peer, on the same speech and link.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
from pathlib import Path
from time import time
from typing import Any

from playwright.async_api import TimeoutError as PlaywrightTimeout
from playwright.async_api import async_playwright

from bench import network, results
from bench.badlink import ours, peer, speech
from bench.badlink.cases import CASES, Case
from bench.badlink.measure import Meeting, measure
from bench.badlink.meeting import LISTENER, SPEAKER, Scene
from bench.badlink.scores import scores, source_wer

SHAPED = {"listener": LISTENER, "speaker": SPEAKER}
PEERS: dict[str, Meeting] = {"janus": peer.meeting}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.badlink", description=__doc__.split("\n\n")[0])
    parser.add_argument("--case", choices=list(CASES))
    parser.add_argument("--list", action="store_true", help="name the cases")
    parser.add_argument("--peer", choices=list(PEERS), help="measure this one too")
    parser.add_argument("--link", choices=[*SHAPED, "both"], default="both", help="whose is shaped")
    parser.add_argument(
        "--save", action="store_true", help="keep the figures in bench/results/badlink, beside those of the other link"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="what was heard, as WAV files")
    parser.add_argument("--recordings", type=int, default=len(speech.TRANSCRIPT), help="fewer words for a trial")
    return parser.parse_args()


async def run(case: Case, options: argparse.Namespace) -> dict[str, Any]:
    started = time()
    spoken = speech.load(list(speech.TRANSCRIPT)[: options.recordings])
    result: dict[str, Any] = {"case": case.name, "what": case.what, "words": sum(map(len, spoken.words))}
    result["source_wer"] = await asyncio.to_thread(source_wer, spoken)
    meetings: dict[str, Meeting] = {"": ours.meeting}
    if options.peer:
        meetings["peer_"] = PEERS[options.peer]
        result["peer"] = options.peer
    for side, seat in SHAPED.items():
        if options.link not in (side, "both"):
            continue
        for prefix, meeting in meetings.items():
            before = prefix + ("up_" if side == "speaker" else "")
            began = time()
            try:
                heard, found = await one(meeting, spoken, case, seat)
            except (TimeoutError, PlaywrightTimeout):  # not joined: there are no figures
                result[f"{before}joined"] = False
                print(f"{case.name}, {side}'s link, {prefix or 'ours'}: nobody joined", file=sys.stderr, flush=True)
                continue
            found["meeting_s"] = round(time() - began, 1)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                speech.write(heard, options.keep / f"{case.name}-{before}heard.wav")
            found = await asyncio.to_thread(scores, spoken, heard) | found
            result |= {f"{before}{name}": value for name, value in found.items()}
            print(json.dumps({"shaped": side, "of": prefix or "ours", **found}), file=sys.stderr, flush=True)
    result["saturated"] = any(value for name, value in result.items() if name.endswith("saturated"))
    result["seconds"] = round(time() - started)
    return result


async def one(meeting: Meeting, spoken: speech.Speech, case: Case, shaped: str) -> tuple[speech.Sound, dict[str, Any]]:
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="courtroom-badlink-")))
        links = {
            seat: await stack.enter_async_context(network.bad_link(number))
            for number, seat in enumerate((LISTENER, SPEAKER), 1)
        }
        playwright = await stack.enter_async_context(async_playwright())
        return await measure(meeting, Scene(folder, playwright, spoken, links, case.only_https), case, shaped)


def main() -> None:
    options = arguments()
    if options.list or not options.case:
        for case in CASES.values():
            print(f"{case.name:10} {case.what}")
        return
    network.isolate()
    result = asyncio.run(run(CASES[options.case], options))
    if options.save:
        before = results.load(f"badlink/{options.case}") if options.link != "both" else None
        results.save(f"badlink/{options.case}", {**(before or {}), **result})
    print(json.dumps(result))


if __name__ == "__main__":
    main()
