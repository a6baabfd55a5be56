"""Light, noise and the link during a hearing: how soon a change is seen, and what looking costs.

    python -m bench.inhearing [--people 4] [--link]

Real photographs and recorded speech, coded as our client sends the low layer of a camera of 720p (640×360, 15 pictures
a second, 200 kbit/s; ``--frames 30``: as another client may), go through a real server; then a lamp goes off and a fan
goes on. "Seen" is told to the participant's device, and shown by a console that asks each second, as the technician's
page does. ``--link``: a Chromium's link falls to 500 kbit/s both ways (needs root). One line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np
from playwright.async_api import async_playwright

from bench import network, results
from bench.badlink import speech
from bench.badlink.meeting import SPEAKER, Scene
from bench.badlink.ours import at_address
from bench.linkcheck import FILM, PATIENCE_S, waiting
from bench.process import usage
from bench.quality import cost, lighting, noises, video
from bench.quality.people import Person, people
from bench.quality.voices import RATE, SHARE, VOICES, Sound, Voice, talk
from bench.shaping import Shape
from tests.client.api import Api
from tests.client.court import Court
from tests.client.participant import Participant
from tests.client.source import AccessUnit, Source
from tests.e2e import headless
from tests.e2e.headless import admit, attending, presiding
from tests.e2e.stage import stage

GOOD_S, BAD_S = 15.0, 12.0
SHOTS: Final = 20
"""Pictures of one exposure, each with grain of its own, shown again and again."""
FAN_DB: Final = (0.0, 5.0)
QUIET_DB: Final = 30.0
SPEECH_DB: Final = -26.0
CONSOLE_EVERY_S: Final = 1.0
NARROW = Shape(rate_kbit=500, queue_bytes=500 * 1000 // 8 // 4, delay_ms=40)
WIDE = Shape(rate_kbit=10_000, queue_bytes=250_000, delay_ms=40)
SETTLED_S: Final = 20.0


@dataclass
class Seen:
    """By part, when it was first told or shown as bad after the change; monotonic seconds."""

    changed: float = float("inf")
    participant: dict[str, float] = field(default_factory=dict)
    technician: dict[str, float] = field(default_factory=dict)

    def note(self, where: dict[str, float], told: Mapping[str, Any] | None) -> None:
        for part in ("light", "noise"):
            bad = told is not None and told[part]["verdict"] == "bad"
            if bad and monotonic() >= self.changed:
                where.setdefault(part, monotonic() - self.changed)

    def false_alarm(self, told: Mapping[str, Any] | None) -> bool:
        return told is not None and monotonic() < self.changed and any(told[p]["verdict"] == "bad" for p in told)


def film(person: Person, voice: Voice, number: int, frames_per_s: int) -> Source:
    random = np.random.default_rng([1, number])
    place = lighting.scene(person, 0.35, random)
    lit, dark = (
        list(lighting.shots(expose(place, random), SHOTS, random))
        for expose in (lighting.as_it_is, lighting.in_the_dark)
    )  # fmt: skip
    good, bad = round(GOOD_S * frames_per_s), round(BAD_S * frames_per_s)
    pictures = video.coded([*islice(cycle(lit), good), *islice(cycle(dark), bad)], frames_per_s)
    units = tuple(
        AccessUnit("H264", n / frames_per_s, 1 / frames_per_s, data, n == 0) for n, data in enumerate(pictures)
    )  # fmt: skip
    return Source(_opus(_sound(voice, random)), {"": units}, GOOD_S + BAD_S)


def _sound(voice: Voice, random: np.random.Generator) -> Sound:
    seconds = GOOD_S + BAD_S
    said = talk(voice, seconds, random)
    room = noises.unit(noises.room(seconds, [], random)) * 10 ** (-QUIET_DB / 20)
    fan = noises.unit(noises.fan(seconds, [], random)) * 10 ** (-random.uniform(*FAN_DB) / 20)
    fan[: round(GOOD_S * RATE)] = 0
    return np.asarray(np.clip((said + room + fan) * 10 ** (SPEECH_DB / 20), -1, 1), np.float32)


def _opus(sound: Sound) -> tuple[AccessUnit, ...]:
    return tuple(AccessUnit("opus", n * 0.02, 0.02, data, True) for n, data in enumerate(cost.opus(sound)))


def lookout(court: Court) -> int:
    """The worker's process id."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = file.read_bytes().decode().split("\0")
            if "courtroom.lookout" in words and str(court.data / "run" / "samples.sock") in words:
                return int(file.parent.name)
    raise SystemExit("nobody looks at light and noise")


async def console(api: Api, seen: Mapping[str, Seen], told: list[Any]) -> None:
    """As the technician's page asks."""
    hearing = (await api.request("GET", "technician/hearings"))["hearings"][0]["hearing"]
    while True:
        found = await api.request("GET", f"technician/hearings/{hearing}")
        told.append(found["lookout"])
        for one in found["seats"]:
            if one["seat"] in seen:
                seen[one["seat"]].note(seen[one["seat"]].technician, one["surroundings"])
        await asyncio.sleep(CONSOLE_EVERY_S)


def listen(one: Participant, seat: str, seen: Seen, false: set[str]) -> None:
    handle = one.session.on_message

    def on_message(message: dict[str, Any]) -> None:
        if message["type"] == "surroundings":
            told = message["seats"].get(seat)
            seen.note(seen.participant, told)
            if seen.false_alarm(told):
                false.add(seat)
        handle(message)

    one.session.on_message = on_message


async def lamp_and_fan(count: int, frames_per_s: int) -> dict[str, Any]:
    chosen = list(islice((one for one in people() if one.part == "held-out"), count))
    voices = [voice for voice in VOICES if any(SHARE.glob(voice.files))]
    if not voices:
        raise SystemExit(f"no recordings are installed: apt install {VOICES[0].package}")
    films = [film(person, voices[n % len(voices)], n, frames_per_s) for n, person in enumerate(chosen)]
    seats = [f"party-{n}" for n in range(1, count + 1)]
    seen, false, lookouts = {seat: Seen() for seat in seats}, set[str](), list[Any]()
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="courtroom-bench-")))
        court = await stack.enter_async_context(stage(folder, ("judge", "technician", *seats)))
        judge = await stack.enter_async_context(presiding(court))
        for seat, source in zip(seats, films, strict=True):
            one = await stack.enter_async_context(attending(court, seat, source=source, loop=False))
            listen(one, seat, seen[seat], false)
            assert one.player is not None
            seen[seat].changed = one.player.publisher.epoch + GOOD_S
            await admit(judge, one)
        api = await stack.enter_async_context(Api(court.url))
        await api.login("technician", court.passwords["technician"])
        asking = asyncio.create_task(console(api, seen, lookouts))
        worker = lookout(court)
        await asyncio.sleep(3)
        before, began = usage(worker), monotonic()
        await asyncio.sleep(max(1.0, min(one.changed for one in seen.values()) + BAD_S - 1 - monotonic()))
        spent, passed = usage(worker).cpu_s - before.cpu_s, monotonic() - began
        await asyncio.sleep(max(0.0, max(one.changed for one in seen.values()) + BAD_S - monotonic()))
        asking.cancel()
    all_seen = list(seen.values())
    return {
        "participants": count, "frames_per_s": frames_per_s, "voices": len(voices), "false_alarms": len(false),
        "lamp_s": figures(all_seen, "light"), "fan_s": figures(all_seen, "noise"),
        "cpu_per_participant": round(spent / passed / count, 4), "cpu_seconds": round(passed, 1),
        "thrifty": any(one and one["thrifty"] for one in lookouts),
    }  # fmt: skip


def figures(seen: Iterable[Seen], part: str) -> dict[str, Any]:
    """Seconds of each participant in the order of size; null where it was not seen at all."""
    found: dict[str, Any] = {}
    for who in ("participant", "technician"):
        times = [getattr(one, who).get(part) for one in seen]
        found[who] = sorted((None if time is None else round(time, 2) for time in times), key=lambda x: x or 99)
    return found


async def until(asked: Callable[[], Awaitable[bool]], every_s: float) -> float | None:
    """Seconds until it is so; None after 30."""
    began = monotonic()
    while monotonic() - began < 30:
        if await asked():
            return round(monotonic() - began, 2)
        await asyncio.sleep(every_s)
    return None


TOLD = ".headline .link-verdict[data-verdict=bad]:visible, .banner[data-key='banner.resting']:visible"
"""The link's own sign, or that the picture rests for want of one; no other banner, as of a lost connection."""


async def narrow_link(ways: Collection[str]) -> dict[str, Any]:
    """A participant's link falls to 500 kbit/s, in one way or both."""
    seat = SPEAKER
    with tempfile.TemporaryDirectory(prefix="courtroom-bench-") as name:
        folder = Path(name)
        async with contextlib.AsyncExitStack() as stack:
            court = await stack.enter_async_context(stage(folder, ("judge", "technician", seat), **at_address()))
            link = await stack.enter_async_context(network.bad_link(1))
            await link.shape(WIDE, WIDE)
            judge = await stack.enter_async_context(presiding(court, headless.talk()))
            playwright = await stack.enter_async_context(async_playwright())
            scene = Scene(folder, playwright, speech.load(["demo-echotest"]), {seat: link}, film=FILM)
            page = await stack.enter_async_context(waiting(scene, court))
            await page.locator("body[data-screen=waiting]").wait_for()
            await asyncio.sleep(PATIENCE_S / 2)
            await judge.api.act("admit", seat, reason="measured")
            await page.locator("body[data-screen=hearing]").wait_for()
            await judge.api.act("start", reason="measured")
            api = await stack.enter_async_context(Api(court.url))
            await api.login("technician", court.passwords["technician"])
            hearing = (await api.request("GET", "technician/hearings"))["hearings"][0]["hearing"]
            await asyncio.sleep(SETTLED_S)

            async def shown() -> bool:
                found = await api.request("GET", f"technician/hearings/{hearing}")
                one = next(one for one in found["seats"] if one["seat"] == seat)
                return any(one[way] and one[way]["verdict"] == "bad" for way in ("up", "down"))

            async def told() -> bool:
                return bool(await page.locator(TOLD).count())

            if await shown() or await told():
                raise SystemExit("the link is shown as bad before anything has happened to it")
            await link.shape(NARROW if "up" in ways else WIDE, NARROW if "down" in ways else WIDE)
            technician, participant = await asyncio.gather(until(shown, CONSOLE_EVERY_S), until(told, 0.1))
            return {"ways": list(ways), "link_s": {"participant": participant, "technician": technician}}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.inhearing", description=__doc__)
    parser.add_argument("--people", type=int, default=4, help="participants (default: %(default)s)")
    parser.add_argument(
        "--frames", type=int, default=video.FRAMES_PER_S, help="a second, of each picture (default: %(default)s)"
    )
    parser.add_argument("--link", action="store_true", help="the link instead of light and noise")
    parser.add_argument(
        "--ways", nargs="+", choices=("up", "down"), default=["up", "down"], help="of the link (default: both)"
    )
    parser.add_argument("--save", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    if options.link:
        network.isolate()
    result = asyncio.run(narrow_link(options.ways) if options.link else lamp_and_fan(options.people, options.frames))
    if options.save:
        results.save("inhearing-link" if options.link else "inhearing", result)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
