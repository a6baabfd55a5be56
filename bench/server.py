"""What the benchmark asks of a media server, ours or the peer."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["audio", "video"]
Sources = Mapping[str, tuple[Kind, int]]
"""Media section's mid of a subscription → kind and participant whose sound or picture it is."""


class MediaServer(Protocol):
    """Started and watched by the benchmark. ``address`` is what a ``Signaling`` of its kind connects to."""

    address: str

    @property
    def pid(self) -> int: ...

    @property
    def beside(self) -> int | None:
        """A process of the server's that has no part in forwarding."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def looks(self) -> Counter[tuple[str, str]]:
        """By hearing and seat, how often it has judged somebody's light."""

    def recorded(self) -> list[Path]:
        """The files of the record: one per participant and kind."""


class Signaling(Protocol):
    """Negotiates for the load client. Participants are numbered from 0 in each hearing."""

    async def open(self, hearings: int, participants: int) -> None: ...

    async def publish(self, hearing: int, participant: int, offer: str) -> str:
        """The answer."""

    async def subscribe(self, hearing: int, participant: int) -> str:
        """The offer of everybody else's sound and picture."""

    async def subscribed(self, hearing: int, participant: int, answer: str) -> Sources: ...

    async def close(self) -> None: ...


async def stop_process(process: asyncio.subprocess.Process, timeout: float = 10.0) -> None:
    """SIGTERM, and SIGKILL to one that does not heed it."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), timeout)
    except TimeoutError:
        process.kill()
        await process.wait()
