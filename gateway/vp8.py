"""Picture numbers in the VP8 payload descriptor (RFC 7741 §4.2) made to go on across a switch of layers.

Every layer of a browser counts its pictures from a number of its own. libwebrtc's receiver survives a picture id that
jumps at a key frame, but its reference finder remembers TL0PICIDX for 50 base pictures and drops those whose number
it met before under a higher picture id: after a jump backwards the picture may stand still until the next key frame.
"""

from __future__ import annotations


class PictureNumbers:
    """The picture id and TL0PICIDX of one outgoing stream. Until the first ``switch`` payloads pass untouched."""

    __slots__ = ("_picture", "_picture_offset", "_tl0", "_tl0_offset")

    def __init__(self) -> None:
        self._picture = self._tl0 = -1  # the highest sent
        self._picture_offset = self._tl0_offset = 0

    def switch(self, payload: bytes) -> None:
        """Go on with the source whose key frame begins with ``payload``, which goes through ``map`` next."""
        at, wide, tl0_at = _numbers(payload)
        if at and self._picture >= 0:
            self._picture_offset = self._picture + 1 - _picture(payload, at, wide)
        if tl0_at and self._tl0 >= 0:
            self._tl0_offset = self._tl0 + 1 - payload[tl0_at]

    def map(self, payload: bytes) -> bytes:
        """The payload to send, late ones of the same source included; the same object where nothing changes."""
        at, wide, tl0_at = _numbers(payload)
        picture = tl0 = 0
        if at:
            mask = 0x7FFF if wide else 0x7F
            picture = (_picture(payload, at, wide) + self._picture_offset) & mask
            if (picture - self._picture) & mask <= mask >> 1 or self._picture < 0:
                self._picture = picture
        if tl0_at:
            tl0 = (payload[tl0_at] + self._tl0_offset) & 0xFF
            if (tl0 - self._tl0) & 0xFF < 0x80 or self._tl0 < 0:
                self._tl0 = tl0
        if not self._picture_offset and not self._tl0_offset:
            return payload
        return _changed(payload, at, wide, picture, tl0_at, tl0)


def _numbers(payload: bytes) -> tuple[int, bool, int]:
    """(offset of the picture id or 0, whether it has 15 bits, offset of TL0PICIDX or 0)."""
    length = len(payload)
    if length < 3 or payload[0] < 0x80:
        return 0, False, 0
    flags = payload[1]
    if flags < 0x80:
        return 0, False, 2 if flags & 0x40 else 0
    wide = payload[2] > 0x7F
    tl0_at = (4 if wide else 3) if flags & 0x40 else 0
    return (2, wide, tl0_at) if length > 2 + wide and length > tl0_at else (0, False, 0)


def _picture(payload: bytes, at: int, wide: bool) -> int:
    return (payload[at] & 0x7F) << 8 | payload[at + 1] if wide else payload[at]


def _changed(payload: bytes, at: int, wide: bool, picture: int, tl0_at: int, tl0: int) -> bytes:
    out = bytearray(payload)
    if wide:
        out[at] = 0x80 | picture >> 8
        out[at + 1] = picture & 0xFF
    elif at:
        out[at] = picture
    if tl0_at:
        out[tl0_at] = tl0
    return bytes(out)
