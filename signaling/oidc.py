"""The client of OpenID Connect Core 1.0: authorization code with PKCE (RFC 7636), ID token by the provider's keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp
import jwt

ALGORITHMS: Final = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by a public key only: a shared secret or none would let others sign (RFC 8725 §3.1)."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_LEEWAY_S: Final = 60
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class ProviderError(Exception):
    """The provider cannot be reached, or says what it must not; the text tells what, and nothing personal."""


@dataclass(frozen=True)
class Oidc:
    """``name`` is what people call the provider; ``redirect_uri`` the one address to which it sends them back."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    name: str


class Provider:
    """Reads the provider's configuration and keys at each sign-in: they change, and sign-ins are rare."""

    def __init__(self, options: Oidc) -> None:
        if not _is_safe(options.issuer):
            raise ValueError("the issuer must begin with https://")
        self.options = options

    async def authorization(self, state: str, nonce: str, verifier: str) -> str:
        """Where the person signs in. Raises `ProviderError`."""
        async with self._http() as http:
            configuration = await self._configuration(http)
        query = {
            "response_type": "code", "scope": "openid", "client_id": self.options.client_id,
            "redirect_uri": self.options.redirect_uri, "state": state, "nonce": nonce,
            "code_challenge": challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        endpoint = _endpoint(configuration, "authorization_endpoint")
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    async def subject(self, code: str, nonce: str, verifier: str) -> str:
        """Who has signed in, as the provider calls them. Raises `ProviderError`."""
        async with self._http() as http:
            configuration = await self._configuration(http)
            token = await self._id_token(http, _endpoint(configuration, "token_endpoint"), code, verifier)
            keys = await _json(http.get(_endpoint(configuration, "jwks_uri")))
        return self._verified(token, keys, nonce)

    def _http(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())

    async def _configuration(self, http: aiohttp.ClientSession) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0 §4."""
        address = f"{self.options.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await _json(http.get(address, allow_redirects=False))
        if found.get("issuer") != self.options.issuer:
            raise ProviderError("another issuer")
        return found

    async def _id_token(self, http: aiohttp.ClientSession, endpoint: str, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
            "redirect_uri": self.options.redirect_uri,
        }  # fmt: skip
        # client_secret_basic, which every provider knows; both parts are form-encoded (RFC 6749 §2.3.1).
        pair = f"{quote_plus(self.options.client_id)}:{quote_plus(self.options.client_secret)}"
        headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        answer = await _json(http.post(endpoint, data=form, headers=headers, allow_redirects=False))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("no ID token")
        return token

    def _verified(self, token: str, keys: dict[str, Any], nonce: str) -> str:
        """OpenID Connect Core 1.0 §3.1.3.7."""
        try:
            claims = jwt.decode(
                token, _key(token, keys), algorithms=ALGORITHMS, audience=self.options.client_id,
                issuer=self.options.issuer, leeway=_LEEWAY_S,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError) as error:
            raise ProviderError(f"ID token: {type(error).__name__}") from None
        party = claims.get("azp", self.options.client_id)
        if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
            raise ProviderError("another nonce")
        if party != self.options.client_id or not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise ProviderError("not for us")
        return str(claims["sub"])


def challenge(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    named = jwt.get_unverified_header(token).get("kid")
    signing = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")]
    found = [key for key in signing if key.key_id == named] if named else signing
    if len(found) != 1:
        raise ProviderError("no such key")
    return found[0]


def _endpoint(configuration: dict[str, Any], name: str) -> str:
    address = configuration.get(name)
    if not isinstance(address, str) or not _is_safe(address):
        raise ProviderError(f"no {name}")
    return address


def _is_safe(address: str) -> bool:
    """Over TLS, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


async def _json(asking: Any) -> dict[str, Any]:
    try:
        async with asking as response:
            if response.status != 200:
                raise ProviderError(f"status {response.status}")
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise ProviderError(type(error).__name__) from None
    if not isinstance(answer, dict):
        raise ProviderError("no JSON object")
    return answer
