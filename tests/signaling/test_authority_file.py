from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from signaling.authority_file import PATH, authority_file
from signaling.problems import problem_middleware

CERTIFICATE = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"


async def asked(pem: bytes) -> tuple[int, str, bytes]:
    app = web.Application(middlewares=[problem_middleware])
    app.router.add_get(PATH, authority_file(pem))
    async with TestClient(TestServer(app)) as client, client.get(PATH) as answer:
        return answer.status, answer.content_type, await answer.read()


@pytest.mark.parametrize("pem", [CERTIFICATE, KEY + CERTIFICATE, CERTIFICATE + KEY])
async def test_only_the_certificate_is_given(pem: bytes) -> None:
    assert await asked(pem) == (200, "application/x-x509-ca-cert", CERTIFICATE)


@pytest.mark.parametrize("pem", [b"", KEY])
async def test_where_there_is_no_certificate_there_is_no_file(pem: bytes) -> None:
    assert (await asked(pem))[0] == 404
