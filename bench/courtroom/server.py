"""``courtroom serve --only media`` as a child process with its own temporary data folder, on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path

from bench.server import stop_process
from courtroom.lookouts import command as command_of

START_TIMEOUT = 20.0
LOOKOUT_SHARE = 0.5
"""As the settings have it."""


class CourtroomServer:
    """``address`` is the path of the control socket. ``lookout``: with the worker that looks at light and noise."""

    def __init__(self, folder: Path, lookout: bool = False) -> None:
        self._data = folder / "data"
        self._log = folder / "media.log"
        self._process: asyncio.subprocess.Process | None = None
        self._lookout = lookout
        self._worker: asyncio.subprocess.Process | None = None
        self._looks = folder / "looks.jsonl"
        self.address = str(self._data / "run" / "media.sock")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def beside(self) -> int | None:
        return self._worker.pid if self._worker else None

    def looks(self) -> Counter[tuple[str, str]]:
        """How often the worker said what it saw of each participant's light."""
        found: Counter[tuple[str, str]] = Counter()
        for line in self._looks.read_text().splitlines() if self._looks.exists() else ():
            message = json.loads(line)
            if "light" in message:
                found[message["hearing"], message["seat"]] += 1
        return found

    async def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COURTROOM_")} | {
            "COURTROOM_MEDIA__HOST": "127.0.0.1",
            "COURTROOM_MEDIA__ADVERTISED": '["127.0.0.1"]',
            "COURTROOM_MEDIA__PORT": "0",
            "COURTROOM_LOG__FORMAT": "json",
        }
        command = [sys.executable, "-m", "courtroom", "serve", "--only", "media", "--data", str(self._data)]
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
        await asyncio.wait_for(self._listening(), START_TIMEOUT)
        if self._lookout:
            worker = command_of(self._data / "run" / "samples.sock", LOOKOUT_SHARE)
            with self._looks.open("wb") as found:
                self._worker = await asyncio.create_subprocess_exec(*worker, stdout=found)

    async def stop(self) -> None:
        if self._worker:
            await stop_process(self._worker)
        if self._process:
            await stop_process(self._process)

    def recorded(self) -> list[Path]:
        return sorted(self._data.glob("courts/*/*/*/takes/*.mkv"))

    async def _listening(self) -> None:
        while True:
            try:
                _, writer = await asyncio.open_unix_connection(self.address)
            except OSError:
                if self._process and self._process.returncode is not None:
                    raise SystemExit(f"the media process stopped at once: {self._log.read_text()[-500:]}") from None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
