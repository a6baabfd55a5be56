"""Whether the ports of the settings can be had, told in one line before anything is started."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courtroom.errors import Mistake
from courtroom.settings import Settings


@dataclass(frozen=True, slots=True)
class Port:
    """``setting`` and ``option`` of the command line are its names."""

    host: str
    number: int
    kind: socket.SocketKind
    setting: str
    option: str

    @property
    def words(self) -> str:
        return f"{'TCP' if self.kind == socket.SOCK_STREAM else 'UDP'} port {self.number}"


def require_free(settings: Settings, processes: Sequence[str], *, by_option: bool = False) -> None:
    """For these processes. Raises Mistake, which names the option where ``by_option``, and the setting otherwise."""
    for port in _ports(settings, processes):
        try:
            _try(port)
        except OSError as error:
            raise Mistake(_why(port, error, f"{port.option} or the setting " if by_option else "")) from None


def _ports(settings: Settings, processes: Sequence[str]) -> Iterator[Port]:
    http, media, stream = settings.http, settings.media, socket.SOCK_STREAM
    if "app" in processes:
        yield Port(http.host, http.port, stream, "http.port", "--port")
        if http.localhost_port:
            yield Port("127.0.0.1", http.localhost_port, stream, "http.localhost_port", "--localhost-port")
    if "media" in processes:
        yield Port(media.host, media.port, socket.SOCK_DGRAM, "media.port", "--udp-port")


def _try(port: Port) -> None:
    family, kind, _, _, address = socket.getaddrinfo(
        port.host or None, port.number, type=port.kind, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:  # connections that have ended do not count
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _why(port: Port, error: OSError, option: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{port.words} is taken by another program; choose another by {option}{port.setting}"
    if error.errno == errno.EACCES:
        return f"this account may not open {port.words}; choose another by {option}{port.setting}"
    section = port.setting.partition(".")[0]
    return f"{port.words} cannot be opened ({error.strerror}): is {section}.host an address of this machine?"
