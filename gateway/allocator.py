"""What of each picture a listener is sent within a budget: sound first, then the speaker, then the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, Literal

Level = Literal["high", "low", "paused"]

RANK: Final[dict[Level, int]] = {"paused": 0, "low": 1, "high": 2}
HEADROOM: Final = 1.08  # of all that is sent: what goes up at a budget must not go down again at a little less
REDUNDANT: Final = 0.6  # of the budget: so much may all sound take with what it carries along

Step = tuple[Literal["speaker", "others"], Level]

# The policy: after all sound is paid, these are paid in this order, within each in the order of the seats. The speaker,
# or the witness who is called, is seen well by who judges before the others are seen at all.
JUDGING: Final[tuple[Step, ...]] = (("speaker", "low"), ("speaker", "high"), ("others", "low"), ("others", "high"))
ATTENDING: Final[tuple[Step, ...]] = (("speaker", "low"), ("others", "low"), ("speaker", "high"), ("others", "high"))


@dataclass(frozen=True, slots=True)
class Want:
    """One seat's picture as a listener could have it, in bit/s as it flows; 0 where there is none.

    ``now`` is what the listener is sent at present, ``most`` the best that its screen has use for.
    """

    seat: str
    low_bps: float
    high_bps: float
    speaker: bool = False
    now: Level = "paused"
    most: Level = "high"


def allocate(
    budget_bps: float, sound_bps: float, wants: Sequence[Want], judging: bool = True, lasting_bps: float = 0.0
) -> dict[str, Level]:
    """A level for every seat. ``wants`` come in the order of importance: the judge first, then any stable order.

    What does not fit is passed over, and what comes after it may still fit. Sound is never taken away. A picture goes
    up only with headroom, or in the place of others, within what is being sent already. ``lasting_bps`` is the budget
    as it will be once a queue is gone, until when it is less: the speaker is seen all the while.
    """
    spent = sound_bps
    carried = spent + fsum(cost(want, want.now) for want in wants)
    granted: dict[str, Level] = {want.seat: "paused" for want in wants}
    for whose, level in JUDGING if judging else ATTENDING:
        for want in wants:
            if want.speaker != (whose == "speaker") or RANK[level] > RANK[want.most]:
                continue
            after = spent + cost(want, level) - cost(want, granted[want.seat])
            stays = RANK[level] <= RANK[want.now] or after <= carried
            seen = level == "low" and want.speaker and want.now != "paused"
            budget = max(budget_bps, lasting_bps) if seen else budget_bps
            if after <= spent or after * (1 if stays else HEADROOM) <= budget:
                granted[want.seat] = level
                spent = after
    return granted


def cramped(budget_bps: float, sound_bps: float, wants: Sequence[Want]) -> bool:
    """Whether the sound, and one picture with it, do not fit: silence makes room then. Headers do where voices alone
    do not."""
    return HEADROOM * (sound_bps + (cost(wants[0], "low") if wants else 0.0)) > budget_bps


def redundancy(budget_bps: float, costs: Sequence[float]) -> int:
    """How many earlier frames there is room for; ``costs`` are bit/s of all sound with none, one, … of them."""
    return max((frames for frames, bps in enumerate(costs) if bps <= REDUNDANT * budget_bps), default=0)


def wanted_bps(sound_bps: float, wants: Iterable[Want]) -> float:
    """What everything at its best would take, with the headroom that going up to it needs: what to probe for."""
    return HEADROOM * (sound_bps + fsum(cost(want, want.most) for want in wants))


def next_step_bps(sound_bps: float, wants: Sequence[Want], granted: Mapping[str, Level]) -> float:
    """The least with which anything more than what is ``granted`` would be: a probe that promises less is of no use."""
    spent = sound_bps + fsum(cost(want, granted[want.seat]) for want in wants)
    steps = [
        more for want in wants for level in RANK
        if RANK[level] <= RANK[want.most] and (more := cost(want, level) - cost(want, granted[want.seat])) > 0
    ]  # fmt: skip
    return HEADROOM * (spent + min(steps, default=0.0))


def starved(granted: Mapping[str, Level], wants: Iterable[Want]) -> bool:
    """Whether the speaker, or where nobody speaks somebody, is not seen for want of bandwidth."""
    wants = list(wants)
    speakers = [want for want in wants if want.speaker] or wants
    return any(granted[want.seat] == "paused" for want in speakers)


def cost(want: Want, level: Level) -> float:
    """Bit/s of a picture at ``level``. Of one without layers, or with one layer silent, there is only what flows.

    An upper layer that has just begun again measures less than the lower one; it will not stay so.
    """
    if level == "paused":
        return 0.0
    return max(want.low_bps, want.high_bps) if level == "high" else want.low_bps or want.high_bps
