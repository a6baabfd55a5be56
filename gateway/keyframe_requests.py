"""When to ask a publisher for a key frame (RFC 4585 §6.3.1): wanted by many, asked for rarely, until it comes."""

from __future__ import annotations

from typing import Final

MIN_INTERVAL: Final = 0.5
MAX_ASKS: Final = 20


class KeyframeRequests:
    """The wants and requests of one publisher's layers, named by SSRC.

    All listeners' wants of a layer are one want. It is asked for at once, unless it was asked for within ``interval``
    (s), then every ``interval`` until a key frame comes, at most ``max_asks`` times: a layer that gives none has gone.
    """

    __slots__ = ("_interval", "_layers", "_max_asks")

    def __init__(self, interval: float = MIN_INTERVAL, max_asks: int = MAX_ASKS) -> None:
        self._interval = interval
        self._max_asks = max_asks
        self._layers: dict[int, _Layer] = {}

    def want(self, ssrc: int) -> None:
        """A listener or the record needs a key frame of ``ssrc``; a repeated want renews the patience."""
        layer = self._layers.get(ssrc)
        if layer is None:
            layer = self._layers[ssrc] = _Layer()
        layer.wanted = True
        layer.asks = 0

    def wanted(self, ssrc: int) -> bool:
        layer = self._layers.get(ssrc)
        return layer is not None and layer.wanted

    def on_keyframe(self, ssrc: int) -> None:
        """A key frame of ``ssrc`` has begun."""
        layer = self._layers.get(ssrc)
        if layer is not None:
            layer.wanted = False

    def forget(self, ssrc: int) -> None:
        self._layers.pop(ssrc, None)

    def due(self, now: float) -> list[int]:
        """The SSRCs to send a PLI for now."""
        return [ssrc for ssrc, layer in self._layers.items() if layer.wanted and self._ask(layer, now)]

    def _ask(self, layer: _Layer, now: float) -> bool:
        if now - layer.asked_at < self._interval:
            return False
        layer.asked_at = now
        layer.asks += 1
        layer.wanted = layer.asks < self._max_asks
        return True


class _Layer:
    __slots__ = ("asked_at", "asks", "wanted")

    def __init__(self) -> None:
        self.wanted = False
        self.asks = 0
        self.asked_at = float("-inf")
