"""How soon a participant who joins sends 1 Mbit/s of picture: ``python -m bench.joining``, one line of JSON.

A Chromium whose camera has so much grain that its encoder wants more than that comes to a hearing over a link that
carries it; ``seconds`` are from its publish connection's first moment until half a second's rate was there, by run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import async_playwright

from tests.e2e import camera
from tests.e2e.people import person
from tests.e2e.stage import stage

GOAL = 1_000_000.0
SPAN_MS = 500.0
GRAIN = 10
FOLLOW_MS = 6_000
FOLLOW = """
(() => {
  window.sent = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      this.addEventListener("connectionstatechange", () => {
        const sends = this.getTransceivers().some(({ direction }) => direction === "sendonly");
        if (this.connectionState === "connected" && sends) void follow(this);
      });
    }
  };
  async function follow(connection) {
    const began = performance.now();
    for (let now = 0; now < MILLISECONDS; now = performance.now() - began) {
      const stats = [...(await connection.getStats()).values()];
      const pictures = stats.filter(({ type, kind }) => type === "outbound-rtp" && kind === "video");
      sent.push([now, pictures.reduce((sum, { bytesSent }) => sum + bytesSent, 0)]);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    window.followed = true;
  }
})();
""".replace("MILLISECONDS", str(FOLLOW_MS))


def reached(sent: list[list[float]]) -> float | None:
    """Seconds until the rate was the goal's; ``sent`` are milliseconds and octets. None if it never was."""
    for now, octets in sent:
        before = [(then, count) for then, count in sent if then <= now - SPAN_MS]
        if before and 8000 * (octets - before[-1][1]) / (now - before[-1][0]) >= GOAL:
            return round(now / 1000, 2)
    return None


async def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="courtroom-joining-") as name:
        folder = Path(name)
        film = camera.film(folder / "camera.y4m", 0, grain=GRAIN)
        async with (
            stage(folder, ("judge", "party-1")) as court,
            async_playwright() as playwright,
            person(playwright, court, "party-1", folder, film=film) as one,
        ):
            await one.page.add_init_script(FOLLOW)
            await one.enter()
            await one.page.wait_for_function("() => window.followed", timeout=60_000)
            sent = await one.page.evaluate("window.sent")
    most = max(8000 * (b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(sent, sent[10:], strict=False))
    return {"seconds": reached(sent), "most_kbps": round(most / 1000)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.joining", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    runs = [asyncio.run(run()) for _ in range(options.runs)]
    told = [one["seconds"] for one in runs]
    result = {"seconds": told, "median_s": None if None in told else median(told)}
    print(json.dumps(result | {"most_kbps": [one["most_kbps"] for one in runs]}))


if __name__ == "__main__":
    main()
