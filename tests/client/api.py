"""The HTTP half of the client protocol (docs/protocol.md)."""

from __future__ import annotations

import ssl
import uuid
from typing import Any, Self

import aiohttp


class ProblemError(Exception):
    """A refusal by the server (RFC 9457); ``code`` is its language key."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem.get('code')}: {problem.get('title')}")
        self.problem = problem
        self.code = str(problem.get("code"))
        self.params: dict[str, Any] = problem.get("params") or {}


class Api:
    """``url`` is the server's, as ``http://127.0.0.1:8080``. ``token`` is the last that the server gave.

    ``certificate`` is the file of a self-made certificate to trust; ``insecure`` trusts any.
    """

    def __init__(self, url: str, certificate: str | None = None, insecure: bool = False) -> None:
        self.url = url.rstrip("/")
        self.token: str | None = None
        self.expires_in = 0.0
        context: ssl.SSLContext | bool = True
        if certificate:
            context = ssl.create_default_context(cafile=certificate)
        if insecure:
            context = False
        self._ssl = context
        self._http = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.close()

    async def enter(self, hearing: str, seat: str, code_word: str) -> dict[str, Any]:
        declarations = dict.fromkeys(("in_person", "under_sixteens", "recording"), True)
        body = {"hearing": hearing, "seat": seat, "code_word": code_word, "declarations": declarations}
        return await self._token("entry", body)

    async def login(self, name: str, password: str) -> dict[str, Any]:
        return await self._token("staff/login", {"name": name, "password": password})

    async def hearings(self) -> list[dict[str, Any]]:
        """Of the staff member who is signed in."""
        found: list[dict[str, Any]] = (await self.request("GET", "staff/hearings"))["hearings"]
        return found

    async def enter_as_staff(self, hearing: str, seat: str) -> dict[str, Any]:
        """``hearing`` is its id or number; the staff token gives way to the seat's."""
        known = {h["number"]: h["hearing"] for h in await self.hearings()}
        return await self._token("staff/enter", {"hearing": known.get(hearing, hearing), "seat": seat})

    async def renew(self) -> str:
        await self._token("token", {})
        assert self.token is not None
        return self.token

    async def leave(self) -> None:
        await self.request("DELETE", "token")

    async def hearing(self) -> dict[str, Any]:
        """The snapshot."""
        return await self.request("GET", "hearing")

    async def act(self, act: str, seat: str | None = None, **fields: Any) -> dict[str, Any]:
        body = {"act": act, **({"seat": seat} if seat else {}), **fields}
        return await self.request("POST", "hearing/acts", body, {"Idempotency-Key": uuid.uuid4().hex})

    async def request(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Raises ``ProblemError`` on any answer of 400 and above."""
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        url = f"{self.url}/api/v1/{path}"
        async with self._http.request(method, url, json=body, headers=headers, ssl=self._ssl) as response:
            if response.status == 204:
                return {}
            answer: dict[str, Any] = await response.json(content_type=None)
            if response.status >= 400:
                raise ProblemError(answer)
            return answer

    async def websocket(self) -> aiohttp.ClientWebSocketResponse:
        return await self._http.ws_connect(f"{self.url}/api/v1/ws", ssl=self._ssl, max_msg_size=1 << 22)

    async def _token(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.request("POST", path, body)
        self.token, self.expires_in = answer["token"], float(answer["expires_in"])
        return answer
