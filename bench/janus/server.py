"""Janus as a child process with its own temporary folder, on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections import Counter
from pathlib import Path
from string import Template

from bench.server import stop_process

TEMPLATES = Path(__file__).parent
PORTS = "20000-29999"
START_TIMEOUT = 10.0


class JanusServer:
    """``address`` is the URL of its WebSocket API, then a space, then the folder for recordings.

    ``event_loops`` is Janus's setting: 0, its default, is a thread for each connection.
    """

    def __init__(self, folder: Path, event_loops: int = 0, host: str = "127.0.0.1") -> None:
        self._host = host
        self._loops = event_loops
        self._config = folder / "config"
        self._records = folder / "records"
        self._port = _free_port()
        self._log = folder / "janus.log"
        self._process: asyncio.subprocess.Process | None = None
        self.address = f"ws://{host}:{self._port} {self._records}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def beside(self) -> None:
        return None

    def looks(self) -> Counter[tuple[str, str]]:
        return Counter()

    async def start(self) -> None:
        program = shutil.which("janus")
        if program is None:
            raise SystemExit("the peer is not installed: apt install janus")
        self._config.mkdir(parents=True)
        self._records.mkdir()
        for template in TEMPLATES.glob("*.jcfg"):
            self._fill(template)
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                program, "-F", str(self._config), "-C", str(self._config / "janus.jcfg"), stdout=log, stderr=log
            )
        await asyncio.wait_for(self._listening(), START_TIMEOUT)

    async def stop(self) -> None:
        if self._process:
            await stop_process(self._process)

    def recorded(self) -> list[Path]:
        return sorted(self._records.glob("*.mjr"))

    def _fill(self, template: Path) -> None:
        text = Template(template.read_text()).substitute(
            config=self._config, ports=PORTS, port=self._port, loops=self._loops, address=self._host
        )
        (self._config / template.name).write_text(text)

    async def _listening(self) -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection(self._host, self._port)
            except OSError:
                if self._process and self._process.returncode is not None:
                    raise SystemExit(f"janus stopped at once: {self._log.read_text()[-500:]}") from None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
