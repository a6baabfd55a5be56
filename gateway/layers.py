"""Which simulcast layer of a picture goes to one sink: the best that flows, switched where a decoder can follow."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, Literal

Layer = Literal["h", "l"]  # the RIDs; a picture without simulcast is its own "h"

SILENT: Final = 0.7  # s without a packet, after which a layer does not flow
STEADY: Final = 1.0  # s for which the upper layer must have flowed before a sink goes up to it

_NEVER: Final = float("-inf")


class Take(Enum):
    """What becomes of a packet: not for this sink, sent on, or sent on as the first of another layer."""

    SKIP = auto()
    FORWARD = auto()
    SWITCH = auto()


_SKIP, _FORWARD, _SWITCH = Take


class Layers:
    """When each layer of one track was heard of; shared by all of its sinks."""

    __slots__ = ("_last", "_since")

    def __init__(self) -> None:
        self._last: dict[Layer, float] = {}
        self._since: dict[Layer, float] = {}

    def on_packet(self, layer: Layer, now: float) -> None:
        if now - self._last.get(layer, _NEVER) > SILENT:
            self._since[layer] = now
        self._last[layer] = now

    def flowing(self, layer: Layer, now: float) -> bool:
        return now - self._last.get(layer, _NEVER) <= SILENT

    def steady(self, layer: Layer, now: float) -> bool:
        return self.flowing(layer, now) and now - self._since[layer] >= STEADY

    def best(self, desired: Layer, current: Layer | None, now: float) -> Layer | None:
        """The layer to send where at most ``desired`` is wanted; None where nothing flows.

        Where only the upper layer flows, it is better than no picture.
        """
        high, low = self.flowing("h", now), self.flowing("l", now)
        if high and (not low or (desired == "h" and (current != "l" or self.steady("h", now)))):
            return "h"
        return "l" if low else None


class LayerSwitch:
    """One sink's choice. ``current`` is the layer it gets, None before the first key frame and while paused."""

    __slots__ = ("_layers", "current", "desired", "target")

    def __init__(self, layers: Layers, desired: Layer | None = "h") -> None:
        self._layers = layers
        self.desired = desired
        self.current: Layer | None = None
        self.target: Layer | None = desired

    def want(self, desired: Layer | None) -> None:
        """At most this layer from now on; None pauses at once. Call ``due`` afterwards."""
        self.desired = desired
        if desired is None:
            self.current = self.target = None

    def take(self, layer: Layer, keyframe: bool) -> Take:
        """Decide on a packet. ``keyframe`` says that it is a key frame's first and came in order, not late."""
        if layer == self.current:
            return _FORWARD
        if not keyframe or self.desired is None:
            return _SKIP
        if layer != self.target and (self.current is not None or layer == "h"):
            return _SKIP
        self.current = layer  # where there is no picture yet, a low one now is better than a high one later
        return _SWITCH

    def due(self, now: float) -> Layer | None:
        """Choose anew, a few times a second; the layer whose key frame is being waited for, or None."""
        if self.desired is None:
            return None
        self.target = self._layers.best(self.desired, self.current, now) or self.current or self.desired
        return self.target if self.target != self.current and self._layers.flowing(self.target, now) else None

    def restart(self) -> None:
        """The source began anew (another connection or codec): wait for its key frame."""
        self.current = None
