"""What a listener's downlink is believed to carry: from REMB, from loss and from probes (draft-ietf-rmcat-gcc-02).

A browser's REMB begins near 200 kbit/s, grows by some 8 % a second and never beyond 1.5 times what it receives; where
it finds the link full it falls; it also falls, and then stands for a minute, where a busy device reads its packets
unevenly. So a REMB above our estimate raises it; one that falls or stands still below what we send lowers it where the
link shows that it is full, by a round trip that has grown or by loss; and one that is below but climbing says nothing
yet. To learn more than we send, we send padding for a moment: what a link carried for two seconds without a complaint,
it carries.
"""

from __future__ import annotations

import math
from typing import Final

START: Final = 1_000_000.0  # bit/s believed before anything is known
LEAST: Final = 50_000  # sound must go on
MOST: Final = 50_000_000
GRACE: Final = 4.0  # s from the first media, in which REMB takes nothing away
FALL: Final = 0.97  # of the last REMB; libwebrtc sends one at once when it falls below this
ARRIVES: Final = 0.75  # of what we send: libwebrtc falls to 0.85 of what it receives, so all arrives, if unevenly
STALL: Final = 2.0  # s
STEP: Final = 0.7  # down at once to no less than this share, where REMB rests on its climb up to what we send
HEAVY_LOSS: Final = 0.10  # as in libwebrtc's loss-based control; less is a weak radio, not a full link
LIGHT_LOSS: Final = 0.02  # as in libwebrtc's loss-based control: less is no sign of a full link
QUEUE: Final = 0.05  # s that a round trip is longer where packets wait for a full link
MEMORY: Final = 300.0  # s for which the shortest round trip is remembered, once over: no queue lasts as long
RECENT: Final = 5.0  # s after which a round trip says nothing: reports come every second
LOSS_INTERVAL: Final = 1.0  # s between two decreases for loss: one round of reports

PROBE_S: Final = 2.0
PROBE_FACTOR: Final = 1.5
PROBE_STEP: Final = 200_000  # bit/s at least, about a low layer
PROBE_LOSS: Final = 0.03  # more than before the probe
PAUSE: Final = 1.0  # s after a probe that passed
BACK_OFF: Final = 5.0  # s after a complaint, doubling
MAX_BACK_OFF: Final = 60.0
CALM: Final = 30.0  # s without a complaint, after which the back-off begins anew


class BandwidthEstimate:
    """One subscribe connection's. Call ``probe_bps`` a few times a second, ``on_remb`` and ``on_loss`` as they come."""

    __slots__ = ("_back_off", "_complaint", "_first_media", "_loss", "_loss_at", "_next_probe", "_probe_end",
                 "_probe_target", "_remb", "_round_trip", "_sent", "_stalled_since", "bps")  # fmt: skip

    def __init__(self, now: float) -> None:
        self.bps: float = START
        self._first_media: float | None = None
        self._sent = 0.0  # bit/s of media and padding
        self._remb = 0.0
        self._stalled_since = now
        self._round_trip = RoundTrip()
        self._loss = 0.0
        self._loss_at = now
        self._probe_target = 0.0
        self._probe_end: float | None = None
        self._next_probe = now
        self._back_off = BACK_OFF
        self._complaint = now

    @property
    def probing(self) -> bool:
        return self._probe_end is not None

    def on_remb(self, bps: float, now: float) -> None:
        """The receiver's own estimate, for all streams together."""
        climbing = self._remb < ARRIVES * self._sent
        fell, grew = bps < min(FALL * self._remb, ARRIVES * self._sent), bps > self._remb
        self._remb = bps
        if grew or bps >= self._sent:
            self._stalled_since = now
        if bps >= self.bps:
            self._set(bps)
        elif (
            bps < self._sent and self._settled(now) and self._full(now) and (fell or now - self._stalled_since >= STALL)
        ):
            self._set(max(bps, STEP * min(self.bps, self._sent)) if climbing and not fell else bps)
            self._stalled_since = now
            self._complain(now)

    def on_rtt(self, rtt: float, asked: float) -> None:
        """Seconds, from a sender report that left at ``asked``."""
        self._round_trip.add(rtt, asked)

    def on_loss(self, share: float, now: float) -> None:
        """``share`` (0..1) of the packets lost, from receiver reports."""
        if self.probing:
            if share > self._loss + PROBE_LOSS:
                self._complain(now)
        else:
            self._loss = share
        if share > HEAVY_LOSS and now - self._loss_at >= LOSS_INTERVAL:
            self._loss_at = now
            self._set(min(self.bps, max(self._sent, self.bps / 2)) * (1 - share / 2))
            self._complain(now)

    def probe_bps(self, now: float, media_bps: float, wanted_bps: float) -> float:
        """How much padding to send now, in bit/s; 0 most of the time.

        ``media_bps`` is what is sent without padding, ``wanted_bps`` what the allocator could use.
        """
        if self._first_media is None and media_bps > 0:
            self._first_media = now
        if self._probe_end is not None and now >= self._probe_end:
            self._pass(now)
        if not self.probing and media_bps > 0 and wanted_bps > self.bps and now >= self._next_probe:
            self._begin(now, wanted_bps)
        padding = max(self._probe_target - media_bps, 0.0) if self.probing else 0.0
        self._sent = media_bps + padding
        return padding

    def _begin(self, now: float, wanted_bps: float) -> None:
        self._probe_target = min(wanted_bps, max(PROBE_FACTOR * self.bps, self.bps + PROBE_STEP))
        self._probe_end = now + PROBE_S
        if now - self._complaint > CALM:
            self._back_off = BACK_OFF

    def _pass(self, now: float) -> None:
        self._set(max(self.bps, self._probe_target))
        self._probe_end = None
        self._next_probe = now + PAUSE

    def _complain(self, now: float) -> None:
        """The link is full: no probe for a while, ever longer while probes, or what they let through, fill it again."""
        self._complaint = now
        self._probe_end = None
        if now >= self._next_probe - PAUSE:
            self._next_probe = now + self._back_off
            self._back_off = min(self._back_off * 2, MAX_BACK_OFF)

    def _settled(self, now: float) -> bool:
        return self._first_media is not None and now - self._first_media >= GRACE

    def _full(self, now: float) -> bool:
        """Whether more than the receiver's word says that the link is full; without any other sign its word counts."""
        return self._loss > LIGHT_LOSS or self._round_trip.grown(now)

    def _set(self, bps: float) -> None:
        self.bps = min(max(bps, LEAST), MOST)


class RoundTrip:
    """The latest round trip beside the shortest of the last minutes."""

    __slots__ = ("_at", "_began", "_before", "_latest", "_shortest")

    def __init__(self) -> None:
        self._at = self._began = self._latest = -math.inf
        self._shortest = self._before = math.inf

    def add(self, rtt: float, at: float) -> None:
        if at <= self._at:
            return
        if at - self._began >= MEMORY:
            self._began, self._before, self._shortest = at, self._shortest, math.inf
        self._at, self._latest, self._shortest = at, rtt, min(self._shortest, rtt)

    def grown(self, now: float) -> bool:
        """Whether packets wait for the link; True where that is not known."""
        return now - self._at > RECENT or self._latest > min(self._shortest, self._before) + QUEUE
