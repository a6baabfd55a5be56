"""Signs the feed (Rules ¶31): JSON Web Signatures (RFC 7515) by Ed25519 (RFC 8037), so that whoever takes it over knows
whose it is. The public keys are published (RFC 7517)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.api_jws import PyJWS
from jwt.utils import base64url_encode

_END = b"-----END PRIVATE KEY-----"


class Signature:
    """Signs with the first key and publishes all of them, so that a key can be turned: the new one is put in front, the
    old one stays until nobody holds a feed that it has signed."""

    def __init__(self, keys: list[Ed25519PrivateKey]) -> None:
        if not keys:
            raise ValueError("the feed needs a key")
        self._key = keys[0]
        self._public = [_jwk(key) for key in keys]

    @classmethod
    def load(cls, path: Path) -> Signature:
        """The keys of a file: PKCS #8 in PEM, one after the other; made where there is none (0600). Raises ValueError
        where it holds anything else."""
        if not path.exists():
            _make_key(path)
        parts = [part + _END for part in path.read_bytes().split(_END) if part.strip()]
        try:
            keys = [serialization.load_pem_private_key(part.strip(), None) for part in parts]
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("not a key") from None
        if not all(isinstance(key, Ed25519PrivateKey) for key in keys):
            raise ValueError("not a key of Ed25519")
        return cls([key for key in keys if isinstance(key, Ed25519PrivateKey)])

    @classmethod
    def new(cls) -> Signature:
        """With a key of its own, which nobody keeps."""
        return cls([Ed25519PrivateKey.generate()])

    def jwks(self) -> dict[str, Any]:
        return {"keys": self._public}

    def sign(self, payload: bytes) -> str:
        """The compact serialization: header, payload and signature, each base64url, parted by dots."""
        headers = {"kid": self._public[0]["kid"], "typ": "JOSE"}
        return PyJWS().encode(payload, self._key, algorithm="EdDSA", headers=headers)

    def detached(self, payload: bytes) -> str:
        """The same without the payload, which travels beside it (RFC 7515 Appendix F)."""
        header, _, signature = self.sign(payload).split(".")
        return f"{header}..{signature}"


def _jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    required = {"crv": "Ed25519", "kty": "OKP", "x": base64url_encode(raw).decode()}
    # RFC 7638: the thumbprint is of the required members, in this order, without spaces.
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    thumbprint = base64url_encode(hashlib.sha256(canonical).digest()).decode()
    return {**required, "kid": thumbprint, "use": "sig", "alg": "EdDSA"}


def _make_key(path: Path) -> None:
    """Whole or not at all, whenever we are killed; another process may be first."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
