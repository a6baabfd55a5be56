"""A published sound or picture: its simulcast layers, and who listens to which of them.

The forwarding loop is ``Layer.deliver``. A listener that raises is detached and told; nobody else notices.
"""

from __future__ import annotations

from typing import Final, Literal, Protocol

import structlog

from gateway.keyframe_requests import KeyframeRequests
from gateway.packet import Packet, SenderReport, TrackInfo

log = structlog.get_logger()

Wanted = Literal["high", "low", "paused", "spare"]
"""``spare``: the lowest layer, from a key frame on that comes anyhow."""

FLOWING_S: Final = 0.7
"""A layer without packets for so long has been switched off at its source, or cannot get through."""

STEADY_S: Final = 1.0
"""For so long an upper layer has flowed before a listener goes up to it."""

MEAN_S: Final = {"audio": 1.0, "video": 4.0}
"""Over which a rate is smoothed: a key frame is no busier moment, for the pacer lets it out in its time. Until then it
is the mean of all that came."""

PEAK_S: Final = 10.0
"""In so long the memory of a picture's busiest moment fades."""

BEGUN_S: Final = 4.0
"""So long a picture's first key frame is much of its rate."""

WIRE: Final = 64
"""Octets around a payload on a listener's link: IPv4, UDP, RTP with an extension, SRTP's tag."""

RIDS: Final = {"h": 1, "l": 0, "": 0}
"""Rank of each RID; a picture without simulcast is one layer of rank 0."""


class Listener(Protocol):
    """A reader of a track on the synchronous path: a listener's slot, the recorder, the probe."""

    wanted: Wanted

    def send(self, packet: Packet) -> None: ...
    def sender_report(self, report: SenderReport) -> None: ...
    def switched(self, layer: Layer | None) -> None:
        """The following packets are of ``layer``, from a key frame on; None: none will follow for now."""

    def failed(self) -> None:
        """The listener raised and gets nothing more of this track."""


class Layer:
    """One SSRC's packets. ``on`` get every packet; ``waiting`` begin at the next key frame; ``bps`` is what they are on
    a listener's link, and ``peak_bps`` what they were lately when most moved in them."""

    __slots__ = (
        "_faded", "_known", "bps", "last_arrival", "last_report", "measured", "octets", "on", "peak_bps", "rank", "rid",
        "since", "ssrc", "track", "waiting",
    )  # fmt: skip

    def __init__(self, track: Track, rid: str, ssrc: int) -> None:
        self.track = track
        self.rid = rid
        self.rank = RIDS.get(rid, 0)
        self.ssrc = ssrc
        self.on: tuple[Listener, ...] = ()
        self.waiting: tuple[Listener, ...] = ()
        self.last_arrival = 0.0
        self.since = 0.0
        self.last_report: SenderReport | None = None
        self.octets = 0
        self.bps = self.peak_bps = self._faded = self._known = 0.0
        self.measured = (0.0, 0)

    def measure(self, now: float) -> None:
        """Bring ``bps``, smoothed over `MEAN_S`, up to date. Of a picture that has stopped it stays about what it was:
        so much it will take when it is wanted again."""
        then, before = self.measured
        kind = self.track.info.kind
        if kind == "video" and self.bps:
            if self.octets == before:
                self._fade(now)
                return
            if now - then > 1.0:  # it has begun again
                self.measured = (now, self.octets)
                return
        passed = min(now - then, 1.0)
        if passed > 0.05:
            rate = 8 * (self.octets - before) / passed
            self._known = min(self._known + passed, MEAN_S[kind])
            self.bps += (rate - self.bps) * passed / self._known
            self.measured = (now, self.octets)
            self._fade(now)

    def _fade(self, now: float) -> None:
        """Of the key frame that every picture begins with nothing is remembered."""
        passed, self._faded = min(now - self._faded, 1.0), now
        faded = self.peak_bps + (self.bps - self.peak_bps) * passed / PEAK_S
        self.peak_bps = max(self.bps, faded) if now - self.since > BEGUN_S else self.bps

    def flowing(self, now: float) -> bool:
        return now - self.last_arrival < FLOWING_S

    def deliver(self, packet: Packet, late: bool) -> None:
        """Pass ``packet`` to everybody on this layer. ``late``: it is a retransmission or was overtaken."""
        if packet.arrival - self.last_arrival > FLOWING_S:
            self.since = packet.arrival
        self.last_arrival = packet.arrival
        self.octets += len(packet.payload) + WIRE
        if packet.keyframe and not late:
            self.track.keyframes.on_keyframe(self.ssrc)
            if self.waiting:
                self._begin()
        for listener in self.on:
            try:
                listener.send(packet)
            except Exception as error:
                self.track.fail(listener, error)

    def report(self, report: SenderReport) -> None:
        self.last_report = report
        for listener in self.on:
            try:
                listener.sender_report(report)
            except Exception as error:
                self.track.fail(listener, error)

    @property
    def keyframe_wanted(self) -> bool:
        """It was asked for and has not come: it is asked for again without anybody's doing."""
        return self.track.keyframes.wanted(self.ssrc)

    def ask_keyframe(self) -> None:
        self.track.keyframes.want(self.ssrc)

    def wait(self, listener: Listener) -> None:
        if listener not in self.waiting:
            self.waiting += (listener,)
            if listener.wanted != "spare":
                self.ask_keyframe()

    def unwait(self, listener: Listener) -> None:
        if listener in self.waiting:
            self.waiting = tuple(x for x in self.waiting if x is not listener)

    def drop(self, listener: Listener) -> None:
        self.unwait(listener)
        if listener in self.on:
            self.on = tuple(x for x in self.on if x is not listener)

    def _begin(self) -> None:
        for listener in self.waiting:
            self.track.move(listener, self)


class Track:
    """All layers of one source and kind. A listener is on one layer at most, and waits for one at most."""

    def __init__(self, info: TrackInfo, keyframes: KeyframeRequests) -> None:
        self.info = info
        self.keyframes = keyframes
        self.levels = False
        """Whether its packets tell how loud they are (RFC 6464)."""
        self.layers: dict[str, Layer] = {}
        self._listeners: dict[Listener, None] = {}

    @property
    def listeners(self) -> tuple[Listener, ...]:
        return tuple(self._listeners)

    def layer(self, rid: str, ssrc: int, now: float) -> Layer:
        """The layer of ``rid``, made anew when its source has changed the SSRC."""
        layer = self.layers.get(rid)
        if layer is not None and layer.ssrc == ssrc:
            return layer
        old = layer.on if layer is not None else ()
        fresh = self.layers[rid] = Layer(self, rid, ssrc)
        fresh.last_arrival = fresh.since = now
        fresh.measured = (now, 0)
        for listener in old:  # else it would keep what it had, also when it may no longer
            self._switch(listener, None)
        self.tick(now)
        return fresh

    def attach(self, listener: Listener, now: float) -> None:
        if listener not in self._listeners:
            self._listeners[listener] = None
            self.retarget(listener, now)

    def detach(self, listener: Listener) -> None:
        if listener in self._listeners:
            del self._listeners[listener]
            self._stop(listener)

    def close(self) -> None:
        for listener in self.listeners:
            self.detach(listener)

    def fail(self, listener: Listener, error: Exception) -> None:
        """``listener`` raised: it gets nothing more of this track, and the others notice nothing."""
        log.error("listener_failed", track=self.info.track, error=type(error).__name__, exc_info=error)
        self._listeners.pop(listener, None)
        for layer in self.layers.values():
            layer.drop(listener)
        try:
            listener.failed()
        except Exception as again:
            log.error("listener_failed_twice", track=self.info.track, error=type(again).__name__)

    def tick(self, now: float) -> None:
        """Let every listener have the best layer that flows and that it wants. Call it every 100 to 200 ms."""
        for layer in self.layers.values():
            layer.measure(now)
            # for as long as it takes; requests are throttled
            if any(listener.wanted != "spare" for listener in layer.waiting) and layer.flowing(now):
                layer.ask_keyframe()
        for listener in self.listeners:
            self.retarget(listener, now)

    def retarget(self, listener: Listener, now: float) -> None:
        """Sound changes at once; a picture changes at the next key frame, asked for here."""
        if listener.wanted == "paused" and self.info.kind == "video":
            self._stop(listener)
            return
        current = self.current(listener)
        target = self._target(listener.wanted, current, now)
        for layer in self.layers.values():
            too_much = target is not None and layer.rank > target.rank
            if layer is current or too_much or (layer is not target and current is not None):
                layer.unwait(listener)
        if target is None or target is current:
            return
        if self.info.kind == "audio":
            self.move(listener, target)
            return
        target.wait(listener)
        if current is None:  # a low picture now is better than a high one later
            for layer in self.layers.values():
                if layer.rank < target.rank and layer.flowing(now):
                    layer.wait(listener)

    def current(self, listener: Listener) -> Layer | None:
        """The layer whose packets the listener gets now."""
        return next((x for x in self.layers.values() if listener in x.on), None)

    def move(self, listener: Listener, target: Layer) -> None:
        for layer in self.layers.values():
            layer.drop(listener)
        if self._switch(listener, target):
            target.on += (listener,)

    def _switch(self, listener: Listener, layer: Layer | None) -> bool:
        try:
            listener.switched(layer)
        except Exception as error:
            self.fail(listener, error)
            return False
        return True

    def _target(self, wanted: Wanted, current: Layer | None, now: float) -> Layer | None:
        flowing = [x for x in self.layers.values() if x.flowing(now)]
        if current is not None and current in flowing:  # an uplink that wavers must not make the picture flap
            flowing = [x for x in flowing if x.rank <= current.rank or now - x.since >= STEADY_S]
        if not flowing:
            return None
        pick = min if wanted in ("low", "spare") and self.info.kind == "video" else max
        return pick(flowing, key=lambda x: x.rank)

    def _stop(self, listener: Listener) -> None:
        current = self.current(listener)
        for layer in self.layers.values():
            layer.drop(listener)
        if current is not None:
            self._switch(listener, None)
