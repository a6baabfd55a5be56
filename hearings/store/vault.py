"""Photos and personal documents, encrypted at rest: AES-256-GCM, a file for each, bound to its id.

The key file has one key a line, base64; the first encrypts, all decrypt, so that a key is turned by putting a new line
in front. Losing the file loses the photos: it is backed up apart from the data.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hearings.problems import Refused

LARGEST: Final = 10 * 1024 * 1024
_VERSION: Final = b"CV1"
_NONCE: Final = 12
_IMAGES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_DOCUMENTS: Final = {**_IMAGES, b"%PDF-": "application/pdf"}


class VaultError(Exception):
    """A photo that is not there, or that none of the keys opens."""


def image_type(data: bytes, field: str = "photo") -> str:
    """``image/jpeg`` or ``image/png`` by the file's signature; `Refused` on anything else or more than 10 MB."""
    return _type(data, field, _IMAGES)


def document_type(data: bytes, field: str = "document") -> str:
    """The same, or ``application/pdf``."""
    return _type(data, field, _DOCUMENTS)


def _type(data: bytes, field: str, signatures: Mapping[bytes, str]) -> str:
    if len(data) > LARGEST:
        raise Refused("too-large", field=field, bytes=LARGEST)
    for signature, media_type in signatures.items():
        if data.startswith(signature):
            return media_type
    raise Refused("bad-request", field=field)


class Vault:
    """``folder`` and the key file are made where there are none. Blocking: call from a thread."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._keys = [AESGCM(key) for key in _keys(key_file)]

    def write(self, photo: str, data: bytes) -> None:
        """Keep a photo or document under a UUID; on disk when it returns. Raises `Refused` where it is neither."""
        document_type(data)
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._keys[0].encrypt(nonce, data, UUID(photo).bytes)
        _write(self._path(photo), _VERSION + nonce + sealed)

    def read(self, photo: str) -> tuple[bytes, str]:
        """A photo or document and its media type. Raises `VaultError`."""
        try:
            stored = self._path(photo).read_bytes()
        except FileNotFoundError:
            raise VaultError("no such photo") from None
        head = len(_VERSION) + _NONCE
        if not stored.startswith(_VERSION) or len(stored) < head:
            raise VaultError("not a file of the vault")
        data = self._open(stored[len(_VERSION) : head], stored[head:], UUID(photo).bytes)
        return data, document_type(data)

    def delete(self, photo: str) -> None:
        self._path(photo).unlink(missing_ok=True)

    def seal(self, secret: bytes, about: str) -> bytes:
        """A short secret that is kept elsewhere, such as in the database, bound to what it is about."""
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + self._keys[0].encrypt(nonce, secret, about.encode())

    def unseal(self, sealed: bytes, about: str) -> bytes:
        """What `seal` sealed. Raises `VaultError`."""
        head = len(_VERSION) + _NONCE
        if not sealed.startswith(_VERSION) or len(sealed) < head:
            raise VaultError("not sealed by the vault")
        return self._open(sealed[len(_VERSION) : head], sealed[head:], about.encode())

    def _open(self, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
        for key in self._keys:
            try:
                return key.decrypt(nonce, sealed, about)
            except InvalidTag:
                continue
        raise VaultError("no key opens this")

    def _path(self, photo: str) -> Path:
        return self._folder / str(UUID(photo))


def _keys(path: Path) -> list[bytes]:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path, base64.b64encode(secrets.token_bytes(32)) + b"\n")
    try:
        keys = [base64.b64decode(line, validate=True) for line in path.read_bytes().split()]
    except ValueError:
        keys = []
    if not keys or any(len(key) != 32 for key in keys):
        raise VaultError("the key file must hold keys of 32 bytes, one a line, base64")
    return keys


def _create(path: Path, data: bytes) -> None:
    """Make a whole file that only we can read, unless another process was first."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    _write(draft, data)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and on disk when it returns."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
