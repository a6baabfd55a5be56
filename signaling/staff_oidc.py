"""Staff sign in through an OpenID Connect provider, where the settings name one.

The page that begins makes a secret and sends its hash; what comes back from the provider opens nothing without that
secret, so that nobody can slip their own sign-in to somebody else, and no token of ours stands in a URL.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiohttp import web

from hearings.store import Store
from hearings.store.vault import Vault, VaultError
from signaling.authority import Authority
from signaling.oidc import Oidc, Provider, ProviderError, challenge
from signaling.problems import Problem
from signaling.security import json_body, text
from signaling.staff_sign_in import SignIn

log = structlog.get_logger(__name__)

CALLBACK: Final = "/api/v1/staff/oidc/callback"
_PAGE: Final = "/staff"
_AT_PROVIDER_S: Final = 600
_BACK_S: Final = 60
_ABOUT: Final = "state of a sign-in"
_CHALLENGE: Final = re.compile(r"[\w-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Back:
    """Somebody whom the provider sent back: who, whose page may go on, until when."""

    staff: str
    challenge: str
    expires: float


class SingleSignOn:
    """What a sign-in needs while the person is at the provider travels sealed in ``state``: nothing is kept of it."""

    def __init__(self, store: Store, authority: Authority, vault: Vault, sign_in: SignIn, options: Oidc | None) -> None:
        self._store = store
        self._authority = authority
        self._vault = vault
        self._sign_in = sign_in
        self._provider = Provider(options) if options else None
        self._back: dict[str, _Back] = {}

    def routes(self, api: str) -> list[web.RouteDef]:
        return [
            web.get(f"{api}/staff/oidc", self.get),
            web.post(f"{api}/staff/oidc/start", self.start),
            web.get(CALLBACK, self.callback),
            web.post(f"{api}/staff/oidc/exchange", self.exchange),
        ]

    async def get(self, request: web.Request) -> web.Response:
        return web.json_response({"name": self._provider.options.name if self._provider else None})

    async def start(self, request: web.Request) -> web.Response:
        provider = self._known()
        page = text(await json_body(request), "challenge")
        if not _CHALLENGE.fullmatch(page):
            raise Problem("bad-request", field="challenge")
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        state = self._seal({"n": nonce, "v": verifier, "c": page, "e": self._authority.now() + _AT_PROVIDER_S})
        try:
            return web.json_response({"url": await provider.authorization(state, nonce, verifier)})
        except ProviderError as error:
            log.warning("provider_failed", why=str(error))
            raise Problem("provider-down") from None

    async def callback(self, request: web.Request) -> web.Response:
        """The person comes back. Whatever is wrong, they see our page, which says so."""
        provider = self._known()
        try:
            code = await self._came_back(provider, request)
        except Problem as problem:
            return _to_page(f"sso-problem={problem.code}")
        return _to_page(f"sso={code}")

    async def _came_back(self, provider: Provider, request: web.Request) -> str:
        state = self._unseal(request.query.get("state", ""))
        issuer, code = request.query.get("iss"), request.query.get("code")
        # An answer that names another issuer was mixed up (RFC 9207).
        if not code or issuer not in (None, provider.options.issuer):
            raise Problem("entry-refused")
        try:
            subject = await provider.subject(code, state["n"], state["v"])
        except ProviderError as error:
            log.warning("provider_failed", why=str(error))
            raise Problem("provider-down") from None
        staff = await self._store.linked(provider.options.issuer, subject)
        if staff is None:
            raise Problem("not-linked")
        return self._keep(_Back(staff, state["c"], self._authority.now() + _BACK_S))

    async def exchange(self, request: web.Request) -> web.Response:
        """The code, once, and only with the secret of the page that began."""
        self._known()
        body = await json_body(request)
        code, verifier = text(body, "code"), text(body, "verifier")
        back = self._back.pop(code, None)
        right = back and secrets.compare_digest(challenge(verifier), back.challenge)
        staff = await self._store.staff_by_id(back.staff) if back and right else None
        if back is None or staff is None or staff.disabled or back.expires <= self._authority.now():
            raise Problem("entry-refused")
        return web.json_response(await self._sign_in.grant(staff, "provider"))

    def _known(self) -> Provider:
        if self._provider is None:
            raise Problem("not-found")
        return self._provider

    def _keep(self, back: _Back) -> str:
        now = self._authority.now()
        self._back = {code: one for code, one in self._back.items() if one.expires > now}
        code = secrets.token_urlsafe(16)
        self._back[code] = back
        return code

    def _seal(self, state: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(self._vault.seal(json.dumps(state).encode(), _ABOUT)).decode()

    def _unseal(self, text: str) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(self._vault.unseal(base64.urlsafe_b64decode(text), _ABOUT))
        except (VaultError, ValueError):
            raise Problem("entry-refused") from None
        if state["e"] <= self._authority.now():
            raise Problem("token-expired")
        return state


def _to_page(fragment: str) -> web.Response:
    """A fragment is sent to no server; the page takes it out of the address at once."""
    return web.Response(status=303, headers={"Location": f"{_PAGE}#{fragment}"})
