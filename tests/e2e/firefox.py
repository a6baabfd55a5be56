"""A Firefox for tests, driven over WebDriver BiDi (W3C) by its own WebSocket: Debian's Firefox without any driver."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

TIMEOUT = 30.0
PREFERENCES = {
    "media.navigator.streams.fake": True, "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True, "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0, "media.autoplay.blocking_policy": 0, "media.autoplay.block-webaudio": False,
    "media.gmp-manager.url": "",
    "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "browser.safebrowsing.downloads.remote.enabled": False,
    "intl.accept_languages": "en-GB, en",
}  # fmt: skip


def firefox() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


class BidiError(Exception):
    """What the browser answered instead of a result."""


class Firefox:
    """One tab. ``run`` evaluates an expression, awaits it where it is a promise, and gives its value as JSON does."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._tab = ""

    async def open(self) -> None:
        await self._command("session.new", capabilities={})
        self._tab = (await self._command("browsingContext.getTree"))["contexts"][0]["context"]

    async def before_pages(self, script: str) -> None:
        """Run ``script`` in each page before its own scripts."""
        await self._command("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    async def goto(self, url: str) -> None:
        await self._command("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    async def run(self, expression: str) -> Any:
        wrapped = f"(async () => JSON.stringify(await ({expression})) ?? null)()"
        answer = await self._command(
            "script.evaluate", expression=wrapped, target={"context": self._tab}, awaitPromise=True
        )
        if answer["type"] != "success":
            raise BidiError(answer["exceptionDetails"]["text"])
        value = answer["result"].get("value")
        return None if value is None else json.loads(value)

    async def until(self, expression: str, timeout: float = TIMEOUT) -> Any:
        async with asyncio.timeout(timeout):
            while not (value := await self.run(expression)):
                await asyncio.sleep(0.1)
        return value

    async def fill(self, testid: str, text: str) -> None:
        field = f"document.querySelector('[data-testid={testid}]')"
        await self.until(f"{field} !== null")
        await self.run(f"(({field}).value = {json.dumps(text)}, {field}.dispatchEvent(new Event('input')))")

    async def click(self, testid: str) -> None:
        field = f"document.querySelector('[data-testid={testid}]:not([hidden])')"
        await self.until(f"{field} !== null")
        await self.run(f"{field}.click()")

    async def _command(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(TIMEOUT):
            while (message := await self._socket.receive_json()).get("id") != number:
                pass  # events
        if message["type"] == "error":
            raise BidiError(f"{method}: {message['error']}: {message['message']}")
        result: dict[str, Any] = message["result"]
        return result


@contextlib.asynccontextmanager
async def browser(folder: Path, tone: int) -> AsyncIterator[Firefox]:
    """With a new profile, a false camera and a false microphone that sounds ``tone`` Hz."""
    profile = folder / "firefox"
    profile.mkdir()
    preferences = {**PREFERENCES, "media.navigator.audio.fake_frequency": tone}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items())
    (profile / "user.js").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        str(firefox()), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0",
        env={**os.environ, "HOME": str(folder), "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    draining = None
    try:
        url = await asyncio.wait_for(_listening(process), TIMEOUT)
        draining = asyncio.create_task(_drain(process))
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{url}/session", max_msg_size=0) as socket:
            one = Firefox(socket)
            await one.open()
            yield one
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        if draining:
            await draining


async def _listening(process: asyncio.subprocess.Process) -> str:
    assert process.stderr
    async for line in process.stderr:
        if found := re.search(r"BiDi listening on (ws://\S+)", line.decode()):
            return found[1]
    raise RuntimeError("Firefox ended before it listened")


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stderr
    async for _ in process.stderr:
        pass
