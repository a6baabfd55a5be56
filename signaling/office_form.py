"""The form of an application as it comes over the network: multipart (RFC 7578), bounded part by part."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from aiohttp import BodyPartReader, web

from hearings.office.submission import document_kind
from hearings.office.terms import DOCUMENT_KINDS, DocumentKind
from hearings.problems import Refused
from hearings.store.vault import LARGEST, document_type, image_type
from hearings.texts import is_text
from signaling.office_changes import problem
from signaling.problems import Problem

PARTS: Final = 24
FIELD_BYTES: Final = 4096
READING_S: Final = 300
"""For 30 MB over a link that just does for a hearing."""


@dataclass(slots=True)
class Form:
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[DocumentKind, bytes] = field(default_factory=dict)


async def read_form(request: web.Request) -> Form:
    """Problem ``bad-request``, ``too-large``. What the file is called counts for nothing: its content does."""
    if not request.content_type.startswith("multipart/"):
        raise Problem("bad-request", field="")
    try:
        async with asyncio.timeout(READING_S):
            return await _read(request)
    except TimeoutError:
        raise Problem("bad-request", field="") from None
    except Refused as refused:
        raise problem(refused) from refused
    except (ValueError, LookupError, RuntimeError, AssertionError, web.RequestPayloadError):
        raise Problem("bad-request", field="") from None  # no multipart after all


async def _read(request: web.Request) -> Form:
    form, parts = Form(), 0
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        parts += 1
        name = part.name if isinstance(part, BodyPartReader) else None
        if parts > PARTS or not name or not isinstance(part, BodyPartReader):
            raise Refused("bad-request", field="")
        if name in DOCUMENT_KINDS:
            kind = document_kind(name)
            form.files[kind] = await _file(part, kind)
        else:
            form.fields[name[:40]] = await _text(part, name)
    return form


async def _file(part: BodyPartReader, kind: DocumentKind) -> bytes:
    data = await _bytes(part, LARGEST, kind)
    if kind == "photo":
        image_type(data, kind)
    else:
        document_type(data, kind)
    return data


async def _text(part: BodyPartReader, name: str) -> str:
    try:
        text = (await _bytes(part, FIELD_BYTES, name)).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("bad-request", field=name[:40]) from None
    if not is_text(text):
        raise Refused("bad-request", field=name[:40])
    return text


async def _bytes(part: BodyPartReader, most: int, name: str) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > most:
            raise Refused("too-large", field=name[:40], bytes=most)
    return bytes(data)
