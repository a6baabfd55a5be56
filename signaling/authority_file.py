"""The self-made certificate's authority, for whoever wants a device to trust it: its certificate, never a key."""

from __future__ import annotations

import re

from aiohttp import web

from signaling.problems import Handler, Problem

PATH = "/authority.crt"
"""As Android and iOS know such a file by its name."""
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?")


def authority_file(pem: bytes) -> Handler:
    """Of ``pem`` only the certificate is given; where there is none, there is no such file."""
    found = _CERTIFICATE.search(pem)

    async def get(request: web.Request) -> web.StreamResponse:
        if found is None:
            raise Problem("not-found")
        return web.Response(
            body=found[0], content_type="application/x-x509-ca-cert", headers={"Cache-Control": "no-cache"}
        )

    return get
