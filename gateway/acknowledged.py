"""How much of a sound a listener's transport acknowledged, second by second: by feedback, and, of a time that feedback
passed over, by what feedback tells of it late and by the receiver reports after it, whose loss is cumulative (RFC 3550
§6.4.1). Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

UNTOLD: Final = 500
"""Packets of which the acknowledgement is waited for at most: ten seconds of sound."""


JUDGED_S: Final = 1.0
"""After feedback came back, when it has told late what it will."""
TELLING: Final = 0.05
"""Of the packets that were passed over so many must be told of late, to tell of the rest."""
ASKED: Final = 0.5
"""Of a second's packets so many are asked for again where the way down had failed: more than links lose otherwise."""


class Told(NamedTuple):
    """What was told in a second: packets ``acked``, perhaps of the second before; ``silent``: nothing was told at all.
    ``after``, of the packets in silent seconds before, how many per cent arrived beyond that; None: nothing new."""

    acked: int
    silent: bool = False
    after: int | None = None


class Acknowledged:
    """A link does not ask whose packet it loses: of the sound as much arrived as of all that the connection carries.

    Feedback passes over an outage. Where the way down failed, nothing of it arrived; where only the way up did, all of
    it may have, and the receiver report after it says so; but after a hole of more than 50 packets browsers begin to
    count anew (libwebrtc's StreamStatistician), so that what feedback tells late counts as well, and what is asked for
    again: who asks for most of the last second has got nothing of it. Where anything else is heard of the listener
    meanwhile, its way up works, and what it does not acknowledge has not come.
    """

    def __init__(self, reported: float = 0.0, cumulative: int = 0) -> None:
        """By the latest receiver report there is, as ``take`` has it."""
        self._untold = 0
        self._silent = 0
        self._passed = 0
        self._held = 0
        """Packets of the sound that feedback passed over, which a receiver report is waited for to judge, and all of
        the silent seconds."""
        self._skipped = self._late = self._late_lost = 0
        """Of all packets: passed over; told of since, beyond those that left then; of these, lost."""
        self._usual = 0.0
        """The share of all packets that was lost before the silence, and is as well after it."""
        self._asked = False
        """Once feedback was back, for most of a second's packets."""
        self._since = 0.0
        """When feedback came back: the report must be later, by `JUDGED_S` where it is to judge."""
        self._reported, self._lost = reported, cumulative
        """The last report with which all before was settled; packets that feedback told lost since."""
        self._told_lost = 0
        self._began: float | None = None
        self._works = False
        """At the last reading something had been heard since the first silent one."""

    def take(
        self, forwarded: int, departed: int, arrived: int, lost: int, *, now: float, heard: float, reported: float,
        cumulative: int, asked: int = 0,
    ) -> Told:  # fmt: skip
        """Packets of the last second: of the sound, of all that left, and of what was told. The listener was ``heard``
        last at that time; ``cumulative`` packets of the sound are lost in all by the receiver report that came at
        ``reported``; ``asked`` were asked for again."""
        held, self._untold = self._untold, min(self._untold + forwarded, UNTOLD)
        if not (arrived or lost):
            self._silent += departed
            if self._began is None:
                self._began = now
            # Once more at the next reading: the first feedback may come a moment after the first check.
            worked, self._works = self._works, heard > self._began
            return Told(0, after=0) if worked and self._works else Told(0, silent=departed > 0)
        of = max(arrived + lost, self._silent + departed if self._silent else 0)
        acked = self._untold * arrived // of
        passed = self._untold * (of - arrived - lost) // of
        self._told_lost += self._untold - acked - passed
        beyond = arrived + lost - departed
        if self._passed:
            self._late += beyond
            self._late_lost += max(lost - int(self._usual * departed), 0) if beyond > 0 else 0
        elif not self._silent:
            self._usual += (lost / (arrived + lost) - self._usual) / 2
        after = None
        if self._silent:
            after = None if passed or self._passed else 0
            self._since = now
            if after is None:
                self._passed, self._held = self._passed + passed, self._held + held
                self._skipped += of - arrived - lost
        self._asked = self._asked or (self._passed > 0 and asked >= ASKED * max(forwarded, 1))
        self._untold = self._silent = 0
        self._began, self._works = None, False
        if reported > max(self._reported, self._since + (JUDGED_S if self._passed else 0.0)):
            after = self._judged(cumulative) if self._passed else after
            self._reported, self._lost, self._told_lost = reported, cumulative, 0
        return Told(acked, after=after)

    def _judged(self, cumulative: int) -> int:
        """Per cent of the silent seconds that arrived: of what was passed over all but what is lost beyond what
        feedback told, and, where feedback told enough of it late, no more than the rest is likely to be."""
        passed, held, self._passed, self._held = self._passed, self._held, 0, 0
        lost = max(cumulative - self._lost - self._told_lost, 0)
        if self._late > TELLING * self._skipped:
            lost = max(lost, passed * min(self._late_lost, self._late) // self._late)
        lost = passed if self._asked else lost
        self._skipped = self._late = self._late_lost = 0
        self._asked = False
        return min(100 * (passed - min(lost, passed)) // max(held, 1), 100)
