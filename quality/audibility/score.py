"""What of a speaker's speech one listener received and played, and whether its reports can be true. Pure.

Three witnesses of each second: the gateway (what the speaker sent, what was forwarded), the listener's transport (what
it acknowledged by RTCP), and the listener's own program (what it played). The third is held against the other two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

FRAME_S: Final = 0.02
"""Of sound in a packet, as all browsers make them."""
KNOWN: Final = 0.5
"""Of the speech must be covered by reports; of less, nothing is known."""
LEAST_S: Final = 4.0
"""Seconds of speech that a contradiction needs: a report and an acknowledgement may tell of moments a second apart."""
LESS: Final = 0.25
"""By so much less may be played than arrived: what comes too late for its turn is not played."""
MORE: Final = 0.10
LATER: Final = 3
"""Seconds in which what came in the first is acknowledged; in the last ones nothing is held against the listener."""
FEC: Final = 1
"""Each Opus packet can carry its predecessor's sound too (RFC 6716 §2.1.7)."""

Sound = Literal["on", "muted", "blocked"]
"""How the listener's device plays: ``blocked`` by the browser until the page is touched."""
Cause = Literal["muted", "blocked", "uplink", "downlink"]
Contradiction = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One second of speech at one listener. Packets ``forwarded`` to it, of which its transport ``acked`` (RTCP), and
    those sent again (``repaired``); ``redundancy`` earlier frames were in each packet (RFC 2198). ``played`` are
    seconds of it by the listener's reports, ``concealed`` those that were not played, None without reports;
    ``impossible``: nobody could have played so much in the time. ``silent``: the transport told nothing at all in the
    second; ``after``: of what was forwarded in silent seconds before, so many per cent arrived all the same, as it told
    later (None: it tells nothing new)."""

    forwarded: int
    acked: int
    repaired: int
    redundancy: int = 0
    played: float | None = None
    concealed: float | None = None
    sound: Sound = "on"
    impossible: bool = False
    silent: bool = False
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A second of speech for one listener: packets that the speaker ``sent`` by their numbers, those that the gateway
    ``received``, repaired ones included, and the listener's side."""

    sent: int
    received: int
    pair: Pair


@dataclass(frozen=True, slots=True)
class Score:
    """Of ``seconds`` of speech, the per cent received and played (None: not known, for want of reports) and the per
    cent that the listener's transport acknowledged; ``cause`` is where it was lost."""

    seconds: int
    share: int | None
    acknowledged: int
    cause: Cause | None
    contradiction: Contradiction | None


def score(rows: Sequence[Heard]) -> Score:
    """Of a listener's seconds of speech, which are not empty."""
    sent = sum(row.sent for row in rows)
    told = [row for row in rows if row.pair.played is not None]
    share = _share(told) if sum(row.sent for row in told) >= KNOWN * max(sent, 1) else None
    reached = _reached(rows)
    return Score(
        len(rows), None if share is None else per_cent(share), per_cent(reached.likely), _cause(rows, share, reached),
        _contradiction(told, share),
    )  # fmt: skip


def _share(rows: Iterable[Heard]) -> float:
    """Sums first: what jitter delays from one second into the next was played all the same."""
    needed = played = 0.0
    for row in rows:
        needed += FRAME_S * row.sent
        played += row.pair.played or 0.0 if row.pair.sound == "on" else 0.0
    return min(played / needed, 1.0) if needed else 1.0


class _Reached(NamedTuple):
    """Share of what the speaker sent that reached the listener: ``least`` what its transport acknowledged, ``likely``
    with as much of what was sent again as of the rest."""

    least: float
    likely: float


def _passed_over(rows: Sequence[Heard]) -> Iterator[float | None]:
    """Of each silent second, the share that arrived as it was told later; None where that is not told yet. Of others
    what was acknowledged in the second is all: 0."""
    found: list[float | None] = []
    told: float | None = None
    for row in reversed(rows):
        if row.pair.after is not None:
            told = row.pair.after / 100
        found.append(told if row.pair.silent else 0.0)
    return reversed(found)


def _reached(rows: Sequence[Heard]) -> _Reached:
    sent = forwarded = repaired = 0
    acked = 0.0
    for row, share in zip(rows, _passed_over(rows), strict=True):
        # sums first: an acknowledgement may come in the second after
        sent += row.sent
        forwarded += row.pair.forwarded
        acked += row.pair.acked + row.pair.forwarded * (share or 0.0)
        repaired += row.pair.repaired
    if not sent:
        return _Reached(1.0, 1.0)
    most = min(forwarded, sent)
    acked = min(acked, most)
    again = min(repaired, most - acked)
    return _Reached(acked / sent, (acked + again * acked / max(most, 1)) / sent)


def _cause(rows: Sequence[Heard], share: float | None, reached: _Reached) -> Cause | None:
    """Where a tenth is missing, the first that explains a tenth."""
    if share is not None and share >= 0.9:
        return None
    off = [row.pair.sound for row in rows if row.pair.sound != "on"]
    if len(off) > len(rows) / 10:
        return "blocked" if off[-1] == "blocked" else "muted"
    if sum(row.received for row in rows) < 0.9 * sum(row.sent for row in rows):
        return "uplink"
    return "downlink" if reached.least < 0.9 else None


def _contradiction(told: Sequence[Heard], share: float | None) -> Contradiction | None:
    """A sign that the court weighs, never a finding. A device that says its sound is off contradicts nothing. Every
    doubt is the listener's: of what was sent again, all may have come or nothing."""
    on = [row for row in told if row.pair.sound == "on"]
    if any(row.pair.impossible for row in told):
        return "more"
    if share is None or FRAME_S * sum(row.sent for row in on) < LEAST_S:
        return None
    played = _share(on)
    if played > _playable(on) + MORE:
        return "more"
    return "less" if played < _reached(on).least - LESS else None


def _playable(rows: Sequence[Heard]) -> float:
    """Share of what the speaker sent that can have been played at most, second by second: what came in one second
    carries copies of no other, but its acknowledgement may come later."""
    came = [
        pair.forwarded if share is None else min(pair.acked + pair.repaired + pair.forwarded * share, pair.forwarded)
        for pair, share in zip([row.pair for row in rows], _passed_over(rows), strict=True)
    ]
    sent, can = 0, 0.0
    for at, row in enumerate(rows):
        near = rows[at : at + LATER]
        copies = FEC + max(one.pair.redundancy for one in near)
        sent += row.sent
        can += min(sum(came[at : at + LATER]) * (1 + copies), row.sent) if len(near) == LATER else row.sent
    return can / sent if sent else 1.0


def per_cent(share: float) -> int:
    """100 is only what is whole: 99.6 % is not all."""
    return min(int(100 * share + 0.5), 99) if share < 0.9995 else 100
