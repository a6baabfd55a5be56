"""Finding out whether a link carries more than is sent over it (pure).

In two steps. A train of a few packets at once arrives spread by the narrowest link on its way: that costs a moment, and
where it says no, nothing else was disturbed. Where it says yes, padding is sent for a while, and a queue
that grows ends it: a train may be told wrong by radios, which let packets through in bursts.
"""

from __future__ import annotations

from typing import Final, Literal

PACKET: Final = 255
"""Octets of padding in a packet: its last octet says how many (RFC 3550 §5.1)."""
LEAST_TRAIN: Final = 3
MOST_TRAIN: Final = 60
TRAIN_S: Final = 0.06  # of what is believed: as long may a train hold up what comes after it
TRAIN_PATIENCE: Final = 1.0  # s
WORTH: Final = 1.15  # times what is believed
TRUSTED: Final = 0.9  # of what a train said
FACTOR: Final = 4.0  # at most in one step
SOAK_S: Final = 0.8
QUEUE: Final = 0.05  # s: more than that, and the link is full
CALM: Final = 0.03  # s: more than that, and it is not the time to ask
ARRIVES: Final = 0.8  # of the padding and the media, less what is always lost
PAUSE: Final = 0.3  # s after one that passed
BACK_OFF: Final = 1.0  # s after one that failed, doubling
MAX_BACK_OFF: Final = 16.0
URGENT_BACK_OFF: Final = 2.0  # while the speaker is not seen
HELD_S: Final = 3.0  # s for which what was let through must not fill the link
RECHECK_S: Final = 2.0
FORGIVEN: Final = 20.0  # s after the last that failed, or let through too much
MEASURE_S: Final = 5.5
DRAINED_S: Final = 1.0  # after it what is queued has arrived
IDLE_BPS: Final = 20_000  # more than that, and there is something to be heard: a measure ends

Step = Literal["idle", "train", "soak", "measure"]


class Probe:
    """``train`` packets are to be sent at once, then ``on_train``; ``padding_bps`` is to be sent all the while."""

    __slots__ = (
        "_arriving",
        "_back_off",
        "_end",
        "_failed",
        "_least",
        "_next",
        "_passed",
        "_target",
        "padding_bps",
        "step",
        "train",
    )

    def __init__(self, now: float) -> None:
        self.step: Step = "idle"
        self.train = 0
        self.padding_bps = 0.0
        self._target = 0.0
        self._least = 0.0
        self._arriving = 0.0
        self._end = now
        self._next = now
        self._back_off = BACK_OFF
        self._failed = now
        self._passed = float("-inf")

    @property
    def soaking_bps(self) -> float:
        """What is being sent in all while padding is."""
        return self._target if self.step == "soak" else 0.0

    def turn(
        self, now: float, bps: float, media_bps: float, wanted_bps: float, least_bps: float, urgent: bool, queue: float
    ) -> float:
        """A few times a second. ``bps`` is believed, ``media_bps`` sent, ``wanted_bps`` what could be used, of which
        less than ``least_bps`` is of no use. Answers once with what a measure has shown to be carried, else 0."""
        if self.step == "idle":
            if urgent:
                self._next = min(self._next, now + URGENT_BACK_OFF)
            if wanted_bps > bps and media_bps > 0 and queue < CALM and now >= self._next:
                self._begin(now, bps, wanted_bps, least_bps)
        elif self.step == "train":
            if now >= self._end:
                self.fail(now)
        elif self.step == "measure":
            return self._measuring(now, media_bps)
        elif queue > QUEUE:
            self.fail(now)
        else:
            self.padding_bps = max(self._target - media_bps, 0.0)
        return 0.0

    def _begin(self, now: float, bps: float, wanted_bps: float, least_bps: float) -> None:
        self.step = "train"
        self.train = min(max(int(bps * TRAIN_S / 8 / PACKET), LEAST_TRAIN), MOST_TRAIN)
        self._target = min(wanted_bps, FACTOR * bps)
        self._least = least_bps
        self._end = now + TRAIN_PATIENCE
        if now - self._failed > FORGIVEN:
            self._back_off = BACK_OFF

    def measure(self, now: float, bps: float) -> None:
        """Before entry, while nothing else is sent: ``bps`` for `MEASURE_S`, whatever queue that makes. The listener
        counts what arrives (Rules ¶38)."""
        self.step, self.train, self._target, self._arriving = "measure", 0, bps, 0.0
        self._end = now + MEASURE_S

    def _measuring(self, now: float, media_bps: float) -> float:
        if now < self._end and media_bps <= IDLE_BPS:
            self.padding_bps = max(self._target - media_bps, 0.0)
            return 0.0
        self.padding_bps = 0.0
        if media_bps <= IDLE_BPS and now < self._end + DRAINED_S:
            return 0.0
        self._rest(now)
        return self._arriving

    def on_train(self, bps: float, believed: float, now: float) -> None:
        """The train arrived at ``bps``."""
        self.train = 0
        if self.step != "train":
            return
        worth = self._least if self._least > believed else WORTH * believed
        if TRUSTED * bps < min(worth, self._target):
            self.fail(now)
            return
        self._target = min(self._target, TRUSTED * bps)
        self.step = "soak"
        self._end = now + SOAK_S

    def soaked(self, arriving_bps: float, loss: float, now: float) -> float:
        """What the link has shown to carry, once the padding was sent for long enough; else 0."""
        if self.step == "measure" and now < self._end:
            self._arriving = arriving_bps
        if self.step != "soak" or now < self._end:
            return 0.0
        if arriving_bps < ARRIVES * self._target * (1 - loss):
            self.fail(now)
            return 0.0
        self._rest(now)
        self._passed = now
        return self._target

    def full(self, now: float) -> None:
        """The link is full. What a probe has just let through counts as if the probe had failed; else the reason may
        have been a moment's, and is looked into soon."""
        if self.step == "measure":
            return
        if self.step != "idle" or now - self._passed < HELD_S:
            self.fail(now)
        elif now - self._failed >= RECHECK_S:
            self._failed = now
            self._next = now + RECHECK_S

    def _rest(self, now: float) -> None:
        self.step, self.padding_bps = "idle", 0.0
        self._next = now + PAUSE

    def fail(self, now: float) -> None:
        """Nothing is asked for a while, ever longer."""
        self._failed = now
        self._passed = float("-inf")
        self._next = now + self._back_off
        self._back_off = min(2 * self._back_off, MAX_BACK_OFF)
        self.step, self.train, self.padding_bps = "idle", 0, 0.0
