"""The link readout: what each participant's connection carried in the last second (docs/protocol.md, "The link")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.audio_slot import AudioSlot
from gateway.publisher import Publisher
from gateway.subscriber import Subscriber

Verdict = Callable[[float, float | None, float, float | None], str]
"""Loss in per cent, round trip (None: unknown) and jitter in milliseconds, and what the link carries as a share of what
it must (None: unknown), to ``good``, ``poor`` or ``bad``."""

LAYERS = {"h": "high", "l": "low", "": "high"}


class Readout:
    """Remembers one seat's counters from second to second."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._before: dict[str, float] = {}

    def up(self, publisher: Publisher, now: float) -> dict[str, Any]:
        streams = list(publisher.streams.values())
        loss = 100 * max((s.stats.fraction_lost for s in streams), default=0.0)
        jitter = 1000 * max((s.stats.jitter_s for s in streams), default=0.0)
        rtt = 1000 * publisher.rtt if publisher.rtt_known else None
        pictures = [s.layer for s in streams if s.kind == "video" and s.layer.flowing(now)]
        return {
            "kbps": self._kbps("up", publisher.connection.received_bytes, now),
            "loss": round(loss, 2),
            "jitter_ms": round(jitter, 1),
            "rtt_ms": rtt and round(rtt, 1),
            "layers": [LAYERS[x.rid] for x in sorted(pictures, key=lambda x: x.rank) if x.rid in LAYERS],
            "audio_kbps": self._kbps("audio", sum(s.octets for s in streams if s.kind == "audio"), now),
            "nacks": sum(s.nack.requested for s in streams),
            # A browser sends what is wanted of it: what its uplink could carry is not known here.
            "verdict": self._verdict(loss, rtt, jitter, None),
        }

    def down(self, subscriber: Subscriber, now: float, threshold_bps: int = 0) -> dict[str, Any]:
        """``threshold_bps``: what the link must carry; 0 where nothing is asked of it."""
        loss, jitter = 100 * subscriber.loss, 1000 * subscriber.jitter_s
        rtt = 1000 * subscriber.rtt if subscriber.rtt is not None else None
        estimate = subscriber.estimate.bps
        return {
            "kbps": self._kbps("down", subscriber.connection.sent_bytes, now),
            "loss": round(loss, 2),
            "jitter_ms": round(jitter, 1),
            "rtt_ms": rtt and round(rtt, 1),
            "estimate_kbps": estimate and round(estimate / 1000),
            "layers": subscriber.pictures(),
            "freezes": subscriber.freezes,
            "freeze_s": subscriber.freeze_s,
            "nacks": sum(s.nacked for s in subscriber.slots.values()),
            "redundancy": max((s.redundancy for s in subscriber.slots.values() if isinstance(s, AudioSlot)), default=0),
            "verdict": self._verdict(loss, rtt, jitter, estimate / threshold_bps if threshold_bps else None),
        }

    def _kbps(self, what: str, octets: int, now: float) -> float:
        before, then = self._before.get(what, 0.0), self._before.get(what + "@", now - 1.0)
        self._before[what], self._before[what + "@"] = octets, now
        # A new connection counts from nothing again.
        return round(8 * max(octets - before, 0) / max(now - then, 0.1) / 1000, 1)
