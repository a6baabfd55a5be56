"""SMS through a provider. `HttpSms` is for the many whose gateway takes a JSON object by POST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import aiohttp

from hearings.notices.delivery import Later, Never
from hearings.notices.notice import Claimed
from hearings.notices.texts import Texts

# The court's side of the contract, or the moment, is wrong, not the message (RFC 9110 §15.5, RFC 6585 §4).
_NOT_THE_MESSAGE: Final = frozenset({401, 403, 408, 425, 429})


class SmsProvider(Protocol):
    async def send(self, to: str, text: str, reference: str) -> None:
        """Hand over a text for an E.164 number; a ``reference`` that comes again is the same message. Raises `Later`
        or `Never`."""


@dataclass(frozen=True, slots=True)
class HttpSms:
    """``to_field``, ``text_field``, ``reference_field`` (empty: none) are the JSON's names; ``extra`` goes along as it
    is; ``token`` in the header Authorization: Bearer."""

    url: str
    token: str = field(default="", repr=False)
    to_field: str = "to"
    text_field: str = "text"
    reference_field: str = "reference"
    extra: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 20.0

    async def send(self, to: str, text: str, reference: str) -> None:
        body = {**self.extra, self.to_field: to, self.text_field: text}
        if self.reference_field:
            body[self.reference_field] = reference
        status = await self._post(body)
        if status >= 500 or status in _NOT_THE_MESSAGE or 300 <= status < 400:
            raise Later(f"http-{status}", whole=True)
        if status >= 400:
            raise Never(f"http-{status}")

    async def _post(self, body: Mapping[str, str]) -> int:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        timeout = aiohttp.ClientTimeout(total=self.timeout_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.url, json=body, headers=headers, allow_redirects=False) as response,
            ):
                return response.status
        except TimeoutError:
            raise Later("timeout", whole=True) from None
        except aiohttp.ClientError:
            raise Later("no-connection", whole=True) from None


class SmsDelivery:
    def __init__(self, provider: SmsProvider, texts: Texts) -> None:
        self._provider = provider
        self._texts = texts

    async def deliver(self, notice: Claimed) -> None:
        text = self._texts.sms(notice.kind, notice.language, notice.data)
        await self._provider.send(notice.to, text, notice.id)
