"""A bad link in virtual time: what comes of each packet, and when. Time and randomness are arguments; no I/O.

One direction: loss, then a drop-tail queue drained at the link's rate, then propagation. ``bench/shaper.py`` carries
packets through two of them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random


@dataclass(frozen=True)
class Shape:
    """``rate_kbit`` 0 is without limit and queue. Losses are shares of 1; with ``cut`` nothing passes, with
    ``only_https`` TCP from and to port 443 alone."""

    rate_kbit: float = 0.0
    queue_bytes: int = 60_000
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    burst_loss: float = 0.0
    burst_length: float = 1.0
    cut: bool = False
    only_https: bool = False


HTTPS = 443
TCP = 6
BUCKET_S = 0.25
STANDING_BUCKETS = 4
"""A queue that does not empty for a second stands."""


@dataclass
class Count:
    """Packets and octets of one direction; ``queued_ms`` is how long each delivered packet stood in the queue."""

    offered: int = 0
    lost: int = 0
    dropped: int = 0
    delivered: int = 0
    octets: int = 0
    queued_ms: list[float] = field(default_factory=list)
    least_ms: dict[int, float] = field(default_factory=dict)

    def queued(self, now: float, wait_ms: float) -> None:
        self.queued_ms.append(wait_ms)
        bucket = int(now / BUCKET_S)
        self.least_ms[bucket] = min(wait_ms, self.least_ms.get(bucket, wait_ms))

    def standing_ms(self) -> float:
        """The queue that no packet of a whole second found shorter: the most over all seconds."""
        return max((self._least(bucket) for bucket in self.least_ms), default=0.0)

    def _least(self, first: int) -> float:
        """Where nothing was sent for a quarter of a second, the queue was empty."""
        return min(self.least_ms.get(first + step, 0.0) for step in range(STANDING_BUCKETS))

    def queue_ms(self, share: float) -> float:
        """The time in the queue that this share of packets did not exceed."""
        if not self.queued_ms:
            return 0.0
        return sorted(self.queued_ms)[min(len(self.queued_ms) - 1, int(share * len(self.queued_ms)))]


class Burst:
    """Gilbert's model: all is lost in the bad state, whose mean length in packets and share of all are given."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._bad = False

    def lost(self, share: float, length: float) -> bool:
        if share <= 0:
            self._bad = False
            return False
        leave = 1 / max(1.0, length)
        enter = share * leave / (1 - share)
        self._bad = self._random.random() >= leave if self._bad else self._random.random() < enter
        return self._bad


class Link:
    """Packets go in with ``put`` and come out of ``take``; ``next`` is when to ask again."""

    def __init__(self, shape: Shape, random: Random) -> None:
        self.shape = shape
        self.count = Count()
        self._random = random
        self._burst = Burst(random)
        self._queue: deque[tuple[float, bytes]] = deque()
        self._waiting = 0
        self._finish = 0.0
        self._latest = 0.0
        self._flying: list[tuple[float, int, bytes]] = []
        self._number = 0

    def put(self, packet: bytes, now: float) -> None:
        self._advance(now)
        self.count.offered += 1
        if self._lost(packet):
            self.count.lost += 1
        elif self.shape.rate_kbit and self._waiting + len(packet) > self.shape.queue_bytes:
            self.count.dropped += 1
        else:
            self._queue.append((now, packet))
            self._waiting += len(packet)
            if len(self._queue) == 1:
                self._finish = now + self._service(packet)
            self._advance(now)

    def take(self, now: float) -> list[bytes]:
        """What arrives until now, in order."""
        self._advance(now)
        arrived = []
        while self._flying and self._flying[0][0] <= now:
            arrived.append(heappop(self._flying)[2])
        return arrived

    def next(self) -> float | None:
        times = [self._finish] if self._queue else []
        return min([*times, *(flying[0] for flying in self._flying[:1])], default=None)

    def _lost(self, packet: bytes) -> bool:
        if self.shape.only_https and not https(packet):
            return True
        burst = self._burst.lost(self.shape.burst_loss, self.shape.burst_length)
        return self.shape.cut or burst or self._random.random() < self.shape.loss

    def _service(self, packet: bytes) -> float:
        return len(packet) * 8 / self.shape.rate_kbit / 1000 if self.shape.rate_kbit else 0.0

    def _advance(self, now: float) -> None:
        """The rate in force when a packet's sending begins holds for it."""
        while self._queue and self._finish <= now:
            since, packet = self._queue.popleft()
            self._waiting -= len(packet)
            self._fly(packet, since)
            if self._queue:
                self._finish = max(self._finish, self._queue[0][0]) + self._service(self._queue[0][1])

    def _fly(self, packet: bytes, since: float) -> None:
        """Jitter keeps the order, as routes do."""
        spread = self._random.uniform(0, 2 * self.shape.jitter_ms) if self.shape.jitter_ms else 0.0
        self._latest = max(self._latest, self._finish + (self.shape.delay_ms + spread) / 1000)
        self._number += 1
        heappush(self._flying, (self._latest, self._number, packet))
        self.count.delivered += 1
        self.count.octets += len(packet)
        self.count.queued(self._finish, (self._finish - self._service(packet) - since) * 1000)


def https(packet: bytes) -> bool:
    """An IPv4 packet (RFC 791 §3.1) of TCP from or to port 443."""
    header = (packet[0] & 15) * 4
    ports = packet[header : header + 2], packet[header + 2 : header + 4]
    return packet[9] == TCP and HTTPS.to_bytes(2, "big") in ports
