"""``python -m bench.quality``: one line of JSON; ``bench/README.md`` explains its figures."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.quality import company, hearing, lighting, video, voices
from bench.quality.cost import per_look
from bench.quality.people import GROUPS, Person, people
from bench.quality.scores import Share, share
from bench.quality.voices import Part
from bench.results import save
from quality import light, noise

FRAMES = 3
"""Pictures in a row, so that the coder's later ones are looked at and not the first alone."""
FEWEST_PEOPLE = 30
"""With fewer people a skin group's figures show nothing."""


@dataclass(frozen=True)
class Look:
    case: lighting.Case
    said: light.Light

    @property
    def right(self) -> bool:
        return (self.said.verdict == "good") != self.case.bad and self.said.verdict != "unmeasured"


@dataclass(frozen=True)
class Ear:
    heard: hearing.Heard
    said: noise.Noise

    @property
    def right(self) -> bool:
        return (self.said.verdict in ("poor", "bad")) if self.heard.noisy else self.said.verdict == "good"


def looks(chosen: list[Person], seed: int) -> Iterator[Look]:
    for number, person in enumerate(chosen, 1):
        print(f"light: {number} of {len(chosen)}", end="\r", file=sys.stderr)
        for case in lighting.cases(person, seed):
            shots = lighting.shots(case.exposure, FRAMES, np.random.default_rng(seed))
            yield Look(case, light.judge(video.seen(shots)))


def light_figures(done: list[Look]) -> dict[str, Any]:
    bad, good = [look for look in done if look.case.bad], [look for look in done if not look.case.bad]
    return {
        **figure("light_accuracy", share([look.right for look in done])),
        **figure("light_false_alarms", share([not look.right for look in good])),
        **figure("light_cause", share([look.said.cause == look.case.name for look in bad if look.right])),
        **figure("face_found", share([look.said.faces > 0 for look in good])),
        "light_false_bad": share([look.said.verdict == "bad" for look in good]).value,
        "light_people_alarmed": len({look.case.person.name for look in good if not look.right}),
        "light_people": len({look.case.person.name for look in done}),
    }


def skin_figures(done: list[Look]) -> dict[str, Any]:
    groups = {}
    for name, _ in GROUPS:
        figures = light_figures([look for look in done if look.case.person.group == name])
        groups[name] = {**figures, "shown": figures["light_people"] >= FEWEST_PEOPLE}
    return groups


def ears(part: Part, seconds: float, each: int, seed: int) -> Iterator[Ear]:
    for number, heard in enumerate(hearing.cases(part, seconds, each, seed), 1):
        print(f"noise, {seconds:.0f} s: {number}", end="\r", file=sys.stderr)
        yield Ear(heard, noise.judge(heard.sound, voices.RATE))


def noise_figures(done: list[Ear], seconds: int) -> dict[str, Any]:
    quiet = [ear for ear in done if not ear.heard.noisy]
    return {
        **figure(f"noise_accuracy_{seconds}s", share([ear.right for ear in done])),
        **figure(f"noise_false_alarms_{seconds}s", share([ear.said.verdict in ("poor", "bad") for ear in quiet])),
        f"noise_unmeasured_{seconds}s": share([ear.said.verdict == "unmeasured" for ear in done]).value,
        f"noise_bad_{seconds}s": share([ear.said.verdict == "bad" for ear in done if ear.heard.noisy]).value,
        f"noise_wrong_{seconds}s": Counter(ear.heard.noise for ear in done if not ear.right),
    }


def company_figures(part: Part, each: int, seed: int) -> dict[str, Any]:
    done = []
    for number, one in enumerate(company.told(part, each, seed), 1):
        print(f"voices: {number}", end="\r", file=sys.stderr)
        done.append(one)
    return {
        **figure("voice_found", share([one.right for one in done if one.other])),
        **figure("voice_false_alarms", share([not one.right for one in done if not one.other])),
        "voice_wrong": [f"{one.witness} {one.other}".strip() for one in done if not one.right],
    }


def figure(name: str, of: Share) -> dict[str, Any]:
    return {name: of.value, f"{name}_95": of.interval, f"{name}_n": of.of}


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.quality", description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="the people that the rules were tuned on")
    parser.add_argument("--only", choices=["light", "noise", "company", "cost"], help="one part of it")
    parser.add_argument("--people", type=int, help="so many people at most (light)")
    parser.add_argument(
        "--each", type=int, default=6, help="noisy and quiet ones of each voice and noise (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true", help="keep the result in bench/results")
    return parser.parse_args()


def measured(args: argparse.Namespace) -> dict[str, Any]:
    part: Part = "tuning" if args.tuning else "held-out"
    result: dict[str, Any] = {"part": part}
    if args.only in (None, "light", "cost"):
        chosen = [person for person in people() if person.part == part][: args.people]
    if args.only in (None, "light"):
        done = list(looks(chosen, args.seed))
        result |= light_figures(done)
        result["light_wrong"] = Counter(look.case.name for look in done if not look.right)
        result["skin"] = skin_figures(done)
    if args.only in (None, "noise"):
        result["noise_voices"] = len(voices.of(part))
        for seconds in (3, 9):
            result |= noise_figures(list(ears(part, seconds, args.each, args.seed)), seconds)
    if args.only in (None, "company"):
        result |= company_figures(part, args.each, args.seed)
    if args.only in (None, "cost"):
        result["cpu"] = per_look(chosen[0])
    return result


def main() -> None:
    args = parsed()
    result = measured(args)
    print(file=sys.stderr)
    if args.save:
        save("quality", result)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
