"""How dear is forwarding: CPU, memory and latency of our media process, beside those of a peer under the same load.

Every participant of every hearing sends 50 Opus and 100 video packets a second at 0.9 Mbit/s to all others, over real
DTLS-SRTP, with history for retransmissions, feedback and recording on. Progress goes to stderr, the result is one line
of JSON on stdout. With ``--peer`` the servers take turns, so that what the machine does meanwhile hits both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import gateway
from bench import media, results
from bench.courtroom.server import CourtroomServer
from bench.janus.server import JanusServer
from bench.load import WARM_UP, Plan
from bench.process import Usage, usage
from bench.server import MediaServer

CORES = os.cpu_count() or 1
SERVERS: dict[str, Callable[[Path], MediaServer]] = {
    "courtroom": CourtroomServer,
    "courtroom-lookout": lambda folder: CourtroomServer(folder, lookout=True),
    "janus": JanusServer,
    "janus-loops": lambda folder: JanusServer(folder, event_loops=CORES),
}
OURS, LOOKED_AT = "courtroom", "courtroom-lookout"
GROWTH = (1, 2, 4, 8)
"""Hearings."""
FULL_CORE = 0.85
"""A process with one thread is near its end here."""
ACHIEVED = 0.98
"""Of the packets that the load client should have sent."""
LATE_MS = 250.0
OTHERS = 0.25
"""Cores that other programs of the machine may use before the figures suffer."""
LOOK_S = 10.0
"""In so long a picture that does not change has a look, however busy the worker (`quality.novelty`)."""
RECORDED = 0.9
"""Of the octets sent in the measured seconds: what the record must hold at least."""


@dataclass(frozen=True)
class Run:
    """One server under load for some seconds. ``cpu`` in cores, latencies in milliseconds."""

    expected: int
    delivered: int
    p50_ms: float
    p99_ms: float
    cpu: float
    us_per_packet: float
    rss_mb: float
    client_cpu: float
    saturated: bool
    recorded_mb: float
    complaints: tuple[str, ...]
    beside_cpu: float = 0.0
    """Of what the server does beside forwarding."""


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.forwarding", description=__doc__.split("\n\n")[0])
    parser.add_argument("--hearings", type=int, default=4, help="default: %(default)s")
    parser.add_argument("--participants", type=int, default=5, help="in each hearing (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=15.0, help="measured in each run (default: %(default)s)")
    peers = [name for name in SERVERS if name not in (OURS, LOOKED_AT)]
    parser.add_argument("--peer", choices=peers, help="measure this one too")
    parser.add_argument(
        "--runs", type=int, default=5, help="of each server; figures are medians (default: %(default)s)"
    )
    parser.add_argument("--growth", action="store_true", help="1, 2, 4 and 8 hearings, a row of the table each")
    parser.add_argument(
        "--probe", action="store_true", help="beside the same server whose worker looks at everybody's light and noise"
    )
    parser.add_argument("--save", action="store_true", help="keep the result in bench/results")
    return parser.parse_args(argv)


async def run(name: str, options: argparse.Namespace) -> Run:
    with tempfile.TemporaryDirectory(prefix="courtroom-bench-") as folder:
        server = SERVERS[name](Path(folder))
        plan = Plan(name, server.address, options.hearings, options.participants, options.seconds, options.probe)
        await server.start()
        try:
            samples, result = await drive(plan, server)
        finally:
            await server.stop()
        done = evaluate(plan, samples, result, server.recorded())
        return replace(done, complaints=(*done.complaints, *looked(plan, server.looks())))


async def drive(plan: Plan, server: MediaServer) -> tuple[dict[str, Usage], dict[str, Any]]:
    """Run the load client; what the server had used when the measured seconds began and ended, and, as ``beside_``
    before these, what runs beside it had."""
    command = [sys.executable, "-m", "bench.load", json.dumps(asdict(plan))]
    client = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert client.stdout is not None
    samples: dict[str, Usage] = {}
    result: dict[str, Any] = {}
    async for line in client.stdout:
        message = json.loads(line)
        if message["phase"] == "result":
            result = message
        else:
            samples[message["phase"]] = usage(server.pid)
            if server.beside is not None:
                samples["beside_" + message["phase"]] = usage(server.beside)
    if await client.wait() or not result:
        raise SystemExit(f"the load client failed against {plan.server}")
    return samples, result


def evaluate(plan: Plan, samples: dict[str, Usage], result: dict[str, Any], recorded: Sequence[Path]) -> Run:
    spent = samples["end"].cpu_s - samples["begin"].cpu_s
    cpu = spent / plan.seconds
    octets = sum(path.stat().st_size for path in recorded)
    beside = 0.0
    if "beside_end" in samples:
        beside = (samples["beside_end"].cpu_s - samples["beside_begin"].cpu_s) / plan.seconds
    machine = (samples["end"].machine_s - samples["begin"].machine_s) / plan.seconds
    others = machine - cpu - beside - result["client_cpu"]
    complaints = [*_saturation(plan.server, cpu, others, result), *_recording(plan, recorded)]
    complaints += [f"missing: {what}" for what in result["missing"]]
    return Run(
        result["expected"], result["delivered"], result["p50_ms"], result["p99_ms"], round(cpu, 3),
        round(spent / max(1, result["delivered"]) * 1e6, 2), round(samples["end"].rss / 1e6, 1), result["client_cpu"],
        any(complaint.startswith("saturated") for complaint in complaints), round(octets / 1e6, 2), tuple(complaints),
        round(beside, 3),
    )  # fmt: skip


def _saturation(server: str, cpu: float, others: float, result: dict[str, Any]) -> list[str]:
    """The figures say little of a server when something else was at its end."""
    cores = 1 if server in (OURS, LOOKED_AT) else CORES
    found = []
    if cpu > FULL_CORE * cores:
        found.append(f"saturated: the server used {cpu:.2f} of {cores} cores")
    if others > OTHERS:
        found.append(f"saturated: other programs used {others:.2f} cores")
    if result["client_cpu"] > FULL_CORE:
        found.append(f"saturated: the load client used {result['client_cpu']:.2f} of a core")
    if result["sent"] < ACHIEVED * result["planned"] or result["max_lag_ms"] > LATE_MS:
        found.append(f"saturated: the load client sent {result['sent']} of {result['planned']} packets, "
                     f"up to {result['max_lag_ms']} ms late")  # fmt: skip
    return found


def _recording(plan: Plan, recorded: Sequence[Path]) -> list[str]:
    """One file per participant and kind, each with what was sent in the measured seconds at least."""
    count = 2 * plan.hearings * plan.participants
    least = {"audio": 50 * media.OPUS_BYTES, "video": media.VIDEO_PACKETS * media.PAYLOAD_BYTES}
    sizes = sorted(path.stat().st_size for path in recorded)
    if len(sizes) != count:
        return [f"record: {len(sizes)} files instead of {count}"]
    halves = (("audio", sizes[: count // 2]), ("video", sizes[count // 2 :]))
    return [
        f"record: {kind} files are too small, down to {files[0]} octets"
        for kind, files in halves
        if files[0] < RECORDED * least[kind] * (plan.seconds + WARM_UP)
    ]


def looked(plan: Plan, looks: Counter[tuple[str, str]]) -> list[str]:
    """Everybody was looked at all the time: else the figures say nothing of it. Only where it was to be."""
    if plan.server != LOOKED_AT:
        return []
    count, least = plan.hearings * plan.participants, plan.seconds // LOOK_S
    few = sum(1 for often in looks.values() if often < least)
    if len(looks) == count and not few:
        return []
    return [f"looks: {len(looks)} of {count} participants, {few} of them less than {least:.0f} times"]


def summary(runs: Sequence[Run]) -> dict[str, Any]:
    """Medians; of counts the sums, so that one packet lost in one run shows."""
    middle = {
        name: round(median(getattr(run, name) for run in runs), 3)
        for name in ("p50_ms", "p99_ms", "cpu", "us_per_packet", "rss_mb", "client_cpu", "recorded_mb", "beside_cpu")
    }
    return {
        "expected": sum(run.expected for run in runs),
        "delivered": sum(run.delivered for run in runs),
        **middle,
        "saturated": any(run.saturated for run in runs),
        "complaints": sorted({complaint for run in runs for complaint in run.complaints}),
    }


async def main(options: argparse.Namespace) -> dict[str, Any]:
    names = [OURS, *([options.peer] if options.peer else []), *([LOOKED_AT] if options.probe else [])]
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for number in range(options.runs):
        for name in names:
            done = await run(name, options)
            runs[name].append(done)
            print(f"run {number + 1} of {options.runs}, {name}: {done.delivered} of {done.expected} packets, "
                  f"{done.us_per_packet} us each, p50 {done.p50_ms} ms, p99 {done.p99_ms} ms, {done.cpu} cores"
                  f"{''.join('; ' + complaint for complaint in done.complaints)}", file=sys.stderr)  # fmt: skip
    result = summary(runs[OURS])
    if options.peer:
        peer = summary(runs[options.peer])
        ratio = median(a.us_per_packet / b.us_per_packet for a, b in zip(runs[OURS], runs[options.peer], strict=True))
        result |= {"peer": {"name": options.peer, **peer}, "ratio": round(ratio, 3)}
        result["saturated"] = result["saturated"] or peer["saturated"]
    if options.probe:
        looked_at = summary(runs[LOOKED_AT])
        ratio = median(b.p99_ms / a.p99_ms for a, b in zip(runs[OURS], runs[LOOKED_AT], strict=True))
        result |= {"probe": looked_at, "probe_p99_ratio": round(ratio, 3)}
    if not gateway.compiled:
        result["complaints"].append("interpreted: make compiles the gateway, where there is a C compiler")
    return {"hearings": options.hearings, "participants": options.participants, "seconds": options.seconds,
            "runs": options.runs, "compiled": gateway.compiled, **result}  # fmt: skip


def row(result: dict[str, Any]) -> dict[str, Any]:
    """Of the growth's table; ``peer_`` is before the peer's."""
    peer = result["peer"]
    return {
        "hearings": result["hearings"],
        "packets_s": round(result["delivered"] / result["runs"] / result["seconds"]),
        "expected": result["expected"], "delivered": result["delivered"], "us": result["us_per_packet"],
        "peer_us": peer["us_per_packet"], "ratio": result["ratio"], "p50_ms": result["p50_ms"],
        "p99_ms": result["p99_ms"], "peer_p50_ms": peer["p50_ms"], "peer_p99_ms": peer["p99_ms"],
        "saturated": result["saturated"],
    }  # fmt: skip


async def growth(options: argparse.Namespace) -> list[dict[str, Any]]:
    options.peer = options.peer or "janus"
    found = []
    for hearings in GROWTH:
        options.hearings = hearings
        found.append(row(await main(options)))
        print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return found


def command(options: argparse.Namespace) -> None:
    result = asyncio.run(growth(options) if options.growth else main(options))
    if options.save:
        results.save("growth" if options.growth else "forwarding", result)
    print(json.dumps(result))


if __name__ == "__main__":
    command(arguments())
