"""A real coturn with the settings of `deploy/coturn.conf`, on addresses and ports of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.client.court import free_port

CONF = Path(__file__).parents[2] / "deploy" / "coturn.conf"
SECRET = secrets.token_hex(32)


def turnserver() -> str | None:
    return shutil.which("turnserver")


@dataclass
class Coturn:
    """``log`` is what it wrote; a court would have it in its syslog."""

    address: str
    port: int
    tls_port: int
    log: Path


@contextlib.asynccontextmanager
async def coturn(
    folder: Path, address: str, peer: str, *more: str, ports: tuple[int, int] | None = None, within: Sequence[str] = ()
) -> AsyncIterator[Coturn]:
    """Relays to ``peer`` only. ``more`` are further lines of settings, ``within`` the command that runs a command."""
    plain, tls = ports or (free_port(), free_port())
    files = certificate(folder, address)
    own = {
        "listening-ip": address, "relay-ip": address, "listening-port": plain, "tls-listening-port": tls,
        "cert": files[0], "pkey": files[1], "static-auth-secret": SECRET, "allowed-peer-ip": peer,
        "log-file": folder / "coturn.log",
    }  # fmt: skip
    text = CONF.read_text()
    for name, value in own.items():
        text, count = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert count == 1, name
    conf = folder / "turnserver.conf"
    extra = ("new-log-timestamp", f"pidfile={folder / 'coturn.pid'}", f"userdb={folder / 'turndb'}", *more)
    conf.write_text("\n".join([text, *extra, ""]))
    command = [*within, str(turnserver()), "-c", str(conf)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = Coturn(address, plain, tls, folder / "coturn.log")
    try:
        async with asyncio.timeout(10):
            await _listening(process, within, tls)
        yield made
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process, within: Sequence[str], port: int) -> None:
    """The kernel says when the last of its ports is there."""
    while True:
        if process.returncode is not None:
            raise RuntimeError("coturn stopped at once")
        shown = await asyncio.create_subprocess_exec(*within, "cat", "/proc/net/tcp", stdout=subprocess.PIPE)
        table, _ = await shown.communicate()
        if re.search(rf":{port:04X} 00000000:0000 0A", table.decode()):
            return
        await asyncio.sleep(0.05)


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    cert, key = folder / "turn-cert.pem", folder / "turn-key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=turn", "-addext", f"subjectAltName=IP:{address}", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key
