"""The app's end of the control socket to the media process (ARCHITECTURE.md, "Control protocol")."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from pathlib import Path
from typing import Any, Protocol, cast

import structlog

from gateway.messages import (
    ERRORS,
    LINE_LIMIT,
    PROTOCOL,
    Connection,
    ControlError,
    ErrorCode,
    Event,
    HelloReply,
    Policy,
    RecordingEvent,
    decode,
    encode,
)
from signaling.problems import Problem, unexpected

log = structlog.get_logger(__name__)

REQUEST_TIMEOUT_S = 5.0
RETRY_FIRST_S = 0.1
RETRY_MOST_S = 2.0
REFUSED_S = 5.0
"""After so long media is asked again to take a policy that it refused."""
_UNSENT_MOST = 4 * LINE_LIMIT

_PROBLEMS: dict[str, str] = {
    "full": "hearing-full", "overloaded": "overloaded", "bad-sdp": "bad-offer", "no-seat": "not-permitted",
    "no-connection": "not-found",
}  # fmt: skip


class Listener(Protocol):
    """What the link tells, and asks of, the app."""

    async def policies(self) -> list[Policy]:
        """Of every live hearing, for a media process that has just been found."""

    def media_up(self, boot: str, connections: list[Connection]) -> None:
        """The media process is there and has every policy. ``connections`` are those that it already holds."""

    def media_down(self) -> None: ...

    def media_event(self, event: Event) -> None: ...


def problem_of(error: ControlError) -> Problem:
    """What the client is told of an op that media refused."""
    return Problem(_PROBLEMS.get(error.code, "server-error"))


class MediaLink:
    """Keeps the connection to the media process, and the policies there up to date. Needs ``run`` as a task."""

    def __init__(
        self, path: Path, listener: Listener, timeout_s: float = REQUEST_TIMEOUT_S, refused_s: float = REFUSED_S
    ) -> None:
        self._path = path
        self._listener = listener
        self._timeout_s = timeout_s
        self._refused_s = refused_s
        self._ids = itertools.count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._pending: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._wanted: dict[str, Policy] = {}
        self._enforced: dict[str, Policy] = {}
        self._refused: dict[str, Policy] = {}
        self._pushing = asyncio.Lock()
        self.boot: str | None = None
        self.ready = asyncio.Event()

    @property
    def up(self) -> bool:
        return self.ready.is_set()

    async def run(self) -> None:
        """Connects, and connects again for ever, with a growing pause."""
        pause = RETRY_FIRST_S
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_unix_connection(self._path, limit=LINE_LIMIT)
                if await self._converse(reader, writer):
                    pause = RETRY_FIRST_S
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_MOST_S)

    async def request(self, op: str, timeout_s: float | None = None, /, **fields: Any) -> dict[str, Any]:
        """The reply's fields. Raises ControlError where media refuses, Problem ``media-down`` where it is not there."""
        writer = self._writer
        if writer is None or writer.transport.get_write_buffer_size() > _UNSENT_MOST:
            raise Problem("media-down")
        number = next(self._ids)
        answer = self._pending[number] = asyncio.get_running_loop().create_future()
        try:
            writer.write(encode({**fields, "id": number, "op": op}))
            async with asyncio.timeout(timeout_s or self._timeout_s):
                reply = await answer
        except TimeoutError:
            log.warning("media_timeout", op=op)
            raise Problem("media-down") from None
        finally:
            del self._pending[number]
        return _fields(reply)

    async def push(self, policy: Policy) -> None:
        """Returns once media enforces this policy or a newer one, or has forgotten the hearing, so that nothing of it
        flows; while media is away the policy waits for it."""
        self._want(policy)
        if self.up:
            await self._bring(policy["hearing"])

    async def drop(self, hearing: str) -> None:
        """Media forgets the hearing, whose connections and record it closes."""
        self._wanted.pop(hearing, None)
        self._enforced.pop(hearing, None)
        self._refused.pop(hearing, None)
        await self.request("drop", hearing=hearing)

    def _want(self, policy: Policy) -> None:
        known = self._wanted.get(policy["hearing"])
        if known is None or policy["version"] >= known["version"]:
            self._wanted[policy["hearing"]] = policy

    def _hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()

    async def _bring(self, hearing: str) -> None:
        try:
            async with self._pushing:
                await self._enforce(hearing)
        except (ControlError, Problem):
            self._hang_up()  # A media process that does not do as it is told is greeted anew, with all policies.

    async def _enforce(self, hearing: str) -> None:
        policy = self._wanted.get(hearing)
        if policy is None or self._enforced.get(hearing) == policy:
            return
        try:
            await self.request("policy", policy=policy)
        except ControlError as error:
            if error.code != "stale":  # it enforces a newer one
                log.error("policy_refused", hearing=hearing, version=policy["version"], code=error.code)
                await self._deny(hearing, policy)
                return
        self._enforced[hearing] = policy
        self._refused.pop(hearing, None)

    async def _deny(self, hearing: str, policy: Policy) -> None:
        """Nothing may flow by an older policy than the hearing's: media forgets the hearing, and its court is told."""
        self._enforced.pop(hearing, None)
        self._refused[hearing] = policy
        await self.request("drop", hearing=hearing)
        self._tell(RecordingEvent(
            event="recording", hearing=hearing, on=False, seats=[], seconds={}, received_seconds={}, failed="policy"
        ))  # fmt: skip

    async def _ask_again(self) -> None:
        """For ever: media may take what it refused, if it begins anew with the hearing."""
        while True:
            await asyncio.sleep(self._refused_s)
            for hearing in list(self._refused) if self.up else ():
                await self._bring(hearing)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One connection from its start to its end; whether it ever was in order."""
        self._writer = writer
        reading = asyncio.create_task(self._read(reader))
        greeting = asyncio.create_task(self._greet())
        asking_again = asyncio.create_task(self._ask_again())
        try:
            await asyncio.wait({reading, greeting}, return_when=asyncio.FIRST_COMPLETED)
            if greeting.done() and greeting.exception() is None:
                await reading
        except (OSError, ValueError) as error:
            log.warning("media_line_broken", error=type(error).__name__)
        finally:
            tasks = reading, greeting, asking_again
            for task in tasks:
                task.cancel()
            was_up = self._lost()
            writer.close()
            await asyncio.gather(*tasks, return_exceptions=True)
        if was_up:  # and it is not we who end
            log.warning("media_down")
        return was_up

    async def _greet(self) -> None:
        """Say hello and bring every live hearing's policy before anything else is asked."""
        try:
            hello = cast(HelloReply, await self.request("hello", protocol=PROTOCOL))
            self._wanted, self._enforced, self._refused = {}, {}, {}
            for policy in await self._listener.policies():
                self._want(policy)
            for known in hello["hearings"]:
                if known["hearing"] not in self._wanted:
                    await self.request("drop", hearing=known["hearing"])
            while behind := self._behind():
                await self._enforce(behind[0])
        except (ControlError, Problem) as error:
            log.warning("media_greeting_failed", error=str(error))
            raise
        except Exception as error:
            unexpected(error, "media_greeting_failed")
            raise
        self.boot = hello["boot"]
        self.ready.set()
        log.info("media_up", boot=self.boot, connections=len(hello["connections"]))
        self._listener.media_up(self.boot, hello["connections"])

    def _behind(self) -> list[str]:
        """The hearings whose newest policy media has not been asked to enforce."""
        asked = self._refused | self._enforced
        return [hearing for hearing, policy in self._wanted.items() if asked.get(hearing) != policy]

    def _lost(self) -> bool:
        was_up, self._writer = self.up, None
        self.ready.clear()
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(Problem("media-down"))
        if was_up:
            self._listener.media_down()
        return was_up

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            message = decode(line)
            if "re" in message:
                answer = self._pending.get(message["re"])
                if answer is not None and not answer.done():
                    answer.set_result(message)
            elif "event" in message:
                self._tell(cast(Event, message))

    def _tell(self, event: Event) -> None:
        try:
            self._listener.media_event(event)
        except Exception as error:
            unexpected(error, "media_event_failed")


def _fields(reply: dict[str, Any]) -> dict[str, Any]:
    if "error" not in reply:
        return reply
    code = reply["error"] if reply["error"] in ERRORS else "server-error"
    raise ControlError(cast(ErrorCode, code), str(reply.get("detail", "")))
