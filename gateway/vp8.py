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
        if not at and not tl0_at:
            return payload
        out = bytearray(payload) if self._picture_offset or self._tl0_offset else None
        if at:
            mask = 0x7FFF if wide else 0x7F
            picture = (_picture(payload, at, wide) + self._picture_offset) & mask
            if self._picture < 0 or (picture - self._picture) & mask <= mask >> 1:
                self._picture = picture
            if out is not None:
                _put_picture(out, at, wide, picture)
        if tl0_at:
            tl0 = (payload[tl0_at] + self._tl0_offset) & 0xFF
            if self._tl0 < 0 or (tl0 - self._tl0) & 0xFF < 0x80:
                self._tl0 = tl0
            if out is not None:
                out[tl0_at] = tl0
        return payload if out is None else bytes(out)


def _numbers(payload: bytes) -> tuple[int, bool, int]:
    """(offset of the picture id or 0, whether it has 15 bits, offset of TL0PICIDX or 0)."""
    if len(payload) < 6 or not payload[0] & 0x80:
        return 0, False, 0
    flags = payload[1]
    wide = bool(flags & 0x80 and payload[2] & 0x80)
    tl0_at = 2 + (1 + wide if flags & 0x80 else 0)
    return 2 if flags & 0x80 else 0, wide, tl0_at if flags & 0x40 else 0


def _picture(payload: bytes, at: int, wide: bool) -> int:
    return (payload[at] & 0x7F) << 8 | payload[at + 1] if wide else payload[at] & 0x7F


def _put_picture(payload: bytearray, at: int, wide: bool, picture: int) -> None:
    if wide:
        payload[at] = 0x80 | picture >> 8
        payload[at + 1] = picture & 0xFF
    else:
        payload[at] = picture
