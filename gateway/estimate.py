"""What a listener's downlink is believed to carry, from transport-wide feedback (draft-ietf-rmcat-gcc-02 for the idea).

Three signs, each with its answer. A queue that stands before the link: what arrives meanwhile is what the link carries,
and less is sent until the queue is gone. Loss beyond what the link always loses: less is tried. Neither, and what is
believed is nearly used up: a little more; or it is not, and a probe asks whether there is more.
"""

from __future__ import annotations

from typing import Final

from gateway.departures import Told
from gateway.inherent_loss import InherentLoss
from gateway.probe import Probe
from gateway.queue_delay import QueueDelay
from gateway.throughput import SPAN, Throughput

START: Final = 1_000_000.0  # bit/s believed before anything is known: what the Rules ask of a link (¶38)
LEAST: Final = 40_000.0  # one voice must go on
MOST: Final = 50_000_000.0

STANDING: Final = 0.06  # s: a queue that stands so long for half a second
STANDING_SPAN: Final = 0.5
GROWN: Final = 0.15  # s: or so long for a moment
GROWN_SPAN: Final = 0.2
DRAINED: Final = 0.03
DRAIN: Final = 0.85  # of what the link carries, until the queue is gone
DRAIN_FAST: Final = 0.7  # where it is longer than GROWN
HOLD: Final = 0.3  # s between two decreases: feedback must have time to tell of the first
CALM: Final = 1.0  # s without a queue before more is sent
GROWTH: Final = 0.08  # a second
BEYOND: Final = 1.2  # times what arrives is believed without a probe
SHOWN: Final = 0.95  # of what arrives without a queue is carried, whatever was believed,
SOUND: Final = 150_000.0  # up to this: sound is sent however little is believed
LITTLE: Final = 2 * SOUND  # of less than this it is asked whether it could fill the link at all
LESS: Final = 0.9  # of what was sent arrives, or less: the link is full with that
USED: Final = 0.7  # of what is believed: who uses less learns nothing by believing more
FOREIGN_S: Final = 2.0  # a queue that is no shorter after so long, though less is sent, is not ours
SETTLED_S: Final = 3.0  # a short queue that neither grows nor goes for so long is a longer way
AGAIN: Final = 0.85  # of what a full link has carried just now, once its queue is gone
NARROW: Final = 1.1  # times what a link is known to carry: less, and pictures would be late for nothing
UNKNOWN: Final = 2.5  # times what is believed, where the link was not full for long, as libwebrtc paces
KNOWN_S: Final = 30.0
LOSS_SPAN: Final = 1.0  # s
LEAST_ARRIVES: Final = 0.1
SMOOTHING: Final = 0.5  # of the loss, a second: bursts are not the rate
OUTAGE: Final = 1.0  # s without feedback: there was no network
HELD_UP_S: Final = 1.5  # s after the gateway itself was late: what had gathered has gone through by then
HELD_UP_APART: Final = 10.0  # s between two of these: on a machine that is late all the time links must be judged too


class BandwidthEstimate:
    """One subscribe connection's: ``bps`` in bit/s, headers of IP and UDP included; ``loss`` is a share (0..1)."""

    __slots__ = ("_again", "_counted", "_drop_since", "_full", "_grew", "_held_up", "_hold", "_inherent", "_queue",
                 "_sent", "_short_since", "_throughput", "_told", "bps", "loss", "probe")  # fmt: skip

    def __init__(self, now: float) -> None:
        self.bps: float = START
        self.loss = 0.0
        self.probe = Probe(now)
        self._queue = QueueDelay()
        self._sent = Throughput()
        self._throughput = Throughput()
        self._inherent = InherentLoss()
        self._hold = now
        self._held_up = float("-inf")
        self._full = float("-inf")
        self._again = 0.0
        self._grew = now
        self._drop_since = (now, 0.0, 0.0)  # when a run of decreases began, with what queue and throughput
        self._short_since = now
        self._counted = (now, 0, 0)
        self._told: float | None = None

    @property
    def told(self) -> bool:
        """Whether transport-wide feedback has come: until then, receiver reports and REMB are all there is."""
        return self._told is not None

    @property
    def budget(self) -> float:
        """Bit/s of what is new: what is lost is sent again."""
        return self.bps * (1 - self.loss)

    @property
    def lasting(self) -> float:
        """As the budget will be once a queue is gone."""
        return max(self.bps, self._again) * (1 - self.loss)

    def pace(self, now: float) -> float:
        """Bit/s at which pictures are let out."""
        narrow = now - self._full < KNOWN_S
        return max((NARROW if narrow else UNKNOWN) * self.bps, NARROW * self.probe.soaking_bps)

    def queue(self, now: float) -> float:
        """Seconds that packets stand before the link."""
        return self._queue.standing(GROWN_SPAN, now)

    def on_feedback(self, told: Told, arrived: int, lost: int, now: float) -> None:
        """``told`` by one feedback; ``arrived`` and ``lost`` count all packets until now."""
        if self._told is not None and now - self._told > OUTAGE:  # what was lost meanwhile says nothing of the rate
            self._counted = (now, arrived, lost)
        self._told = now
        judged = now >= self._held_up
        if told.sent:
            self._sent.add(told.left, told.sent)
        if told.octets:
            if judged:
                self._queue.add(told.journey, now)
            self._throughput.add(told.arrived, told.octets)
        if self.probe.step == "measure":  # more is sent than any link must take: what is lost says nothing
            self._counted = (now, arrived, lost)
        else:
            self._count(arrived, lost, now)
        if judged:
            self._react(now)
        soaked = self.probe.soaked(self._throughput.bps, self.loss, now)
        if soaked:
            self._set(max(self.bps, soaked))

    def on_remb(self, bps: float) -> None:
        """Of a listener that gives no transport-wide feedback: it is believed (draft-alvestrand-rmcat-remb-03)."""
        if self._told is None:
            self._set(bps)

    def on_loss(self, share: float, now: float) -> None:
        """``share`` (0..1) from receiver reports; of a listener that gives no transport-wide feedback."""
        if self._told is None:
            self.loss = share
            self._set(self._inherent.judge(share, self.bps, self.bps, now))

    def on_train(self, bps: float, now: float) -> None:
        self.probe.on_train(bps * (1 - self.loss), self.bps, now)

    def held_up(self, now: float) -> None:
        """The gateway itself was late, and sent at once what had gathered: that it queues says nothing of the link."""
        if now - self._held_up >= HELD_UP_APART:
            self._held_up = now + HELD_UP_S

    def moved(self) -> None:
        """The listener is in another network: what its way there takes is not known."""
        self._queue.forget()

    def turn(self, now: float, media_bps: float, wanted_bps: float, least_bps: float, urgent: bool) -> None:
        """A few times a second; see ``Probe.turn``."""
        if self._told is not None or self.probe.step == "measure":
            carried = self.probe.turn(now, self.bps, media_bps, wanted_bps, least_bps, urgent, self.queue(now))
            self._set(max(self.bps, carried))

    def _count(self, arrived: int, lost: int, now: float) -> None:
        then, arrived_then, lost_then = self._counted
        if now - then < LOSS_SPAN:
            return
        gone = max(lost - lost_then, 0)
        known = max(arrived - arrived_then, 0) + gone
        self._counted = (now, arrived, lost)
        if known:
            self.loss += (gone / known - self.loss) * SMOOTHING
            trying, sent = self._inherent.trying, self._throughput.bps / max(1 - self.loss, LEAST_ARRIVES)
            self._set(self._inherent.judge(self.loss, self.bps, sent, now))
            if self._inherent.trying and not trying:
                self.probe.full(now)

    def _react(self, now: float) -> None:
        standing = self._queue.standing(STANDING_SPAN, now)
        grown = self._queue.standing(GROWN_SPAN, now)
        if grown < DRAINED:
            self._short_since = now
        if standing > STANDING or grown > GROWN:
            self._short_since = now
            self._decrease(max(standing, grown), now)
        elif now - self._short_since >= SETTLED_S:
            self._queue.rebase(now)
        elif grown < DRAINED and now - self._full >= CALM and not self._inherent.trying:
            self._increase(now)
        else:
            self._grew = now

    def _decrease(self, queue: float, now: float) -> None:
        self._grew = now
        carried = self._carried
        if now - self._full > CALM:
            self._drop_since = (now, queue, carried)
        since, queue_then, carried_then = self._drop_since
        shown = self._fills(carried, now - since)
        if now - since >= FOREIGN_S:
            self._drop_since = (now, queue, carried)
            lessened = carried < 0.8 * carried_then and self.loss < 0.02
            grows = queue > queue_then + DRAINED
            if queue >= 0.9 * queue_then and (lessened or not (shown or grows)):
                self._queue.rebase(now)
                return
            shown = shown or grows
        self._full = now
        self.probe.full(now)
        if shown and now >= self._hold:
            self._hold = now + HOLD
            self._again = AGAIN * carried  # of now: it may have become narrower meanwhile
            self._set(min(self.bps, (DRAIN_FAST if queue > GROWN else DRAIN) * carried))

    def _fills(self, carried: float, queued_s: float) -> bool:
        """Whether ``carried`` is all that the link carries. Of a listener to whom little is sent, little arrives, and
        that it was late for a moment, or waits behind what others are sent, says nothing of how much more there could
        be; unless less arrives than is sent, once the moment at which it began to be late is over."""
        sent = self._sent.bps
        less = carried < LESS * sent * (1 - self.loss)
        return sent >= min(USED * self.bps, LITTLE) or (queued_s >= SPAN and less)

    @property
    def _carried(self) -> float:
        """Bit/s of what was sent of which so much arrives."""
        return self._throughput.bps / (1 - self._inherent.usual)

    def _increase(self, now: float) -> None:
        passed, self._grew = min(now - self._grew, 1.0), now
        again, self._again = self._again, 0.0
        self._set(max(self.bps, again))
        arriving = self._carried
        if arriving >= USED * self.bps:
            grown = min(self.bps * (1 + GROWTH * passed), BEYOND * arriving)
            self._set(max(self.bps, grown, min(SHOWN * arriving, SOUND)))

    def _set(self, bps: float) -> None:
        self.bps = min(max(bps, LEAST), MOST)
