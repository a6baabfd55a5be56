"""Which versions of the client may take part (Rules ¶38)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from signaling.problems import Problem

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Version:
    """``server`` is this program's version, ``minimum`` the oldest client's; both are dotted numbers."""

    server: str
    minimum: str

    async def get(self, request: web.Request) -> web.Response:
        return web.json_response({"version": self.server, "minimum": self.minimum, "languages": LANGUAGES})

    def require(self, client: object) -> None:
        """Raises Problem: ``client-too-old``, or ``bad-request`` for what is no version."""
        if _numbers(client) < _numbers(self.minimum):
            raise Problem("client-too-old", minimum=self.minimum)


def _numbers(version: object) -> tuple[int, ...]:
    """Of ``1.20.3rc1``: (1, 20, 3)."""
    if not isinstance(version, str) or len(version) > 40 or not version[:1].isdigit():
        raise Problem("bad-request", field="version")
    parts = version.split(".")
    digits = ["".join(_leading_digits(part)) for part in parts]
    return tuple(int(part) for part in digits if part)


def _leading_digits(part: str) -> list[str]:
    found = []
    for letter in part:
        if not (letter.isascii() and letter.isdigit()):
            break
        found.append(letter)
    return found
