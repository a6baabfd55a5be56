"""What the listener's link goes through, one after another in one meeting. Both ways are shaped alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bench.badlink.cases import limited
from bench.shaping import Shape

Lie = Literal["", "all", "nothing"]
CLEAN = limited(1000)
CUT = replace(CLEAN, cut=True)


@dataclass(frozen=True)
class Phase:
    """``steps`` are shapes and for how many seconds; ``lie`` is what the listener's altered client claims meanwhile."""

    name: str
    what: str
    steps: tuple[tuple[Shape, float], ...]
    lie: Lie = ""


def _steady(name: str, what: str, shape: Shape, lie: Lie = "") -> Phase:
    return Phase(name, what, ((shape, 24.0),), lie)


def _outages(name: str, what: str, cut: float, times: int = 1, lie: Lie = "") -> Phase:
    return Phase(name, what, times * ((CLEAN, 11.0), (CUT, cut)) + ((CLEAN, 12.0),), lie)


LOSS20 = replace(CLEAN, loss=0.2)
PHASES = {
    phase.name: phase
    for phase in (
        _steady("clean", "1 Mbit/s each way, 100 ms round trip", CLEAN),
        _steady("loss5", "and 5 % random loss", replace(CLEAN, loss=0.05)),
        _steady("loss20", "and 20 % random loss", LOSS20),
        _steady("burst30", "and 30 % loss in bursts of 100 packets", replace(CLEAN, burst_loss=0.3, burst_length=100)),
        _outages("cut1", "no network for 1 s, twice", 1.0, 2),
        _outages("cut3", "no network for 3 s", 3.0),
        _outages("cut7", "no network for 7 s", 7.0),
        _outages("cut12", "no network for 12 s", 12.0),
        _steady("nothing", "20 % random loss, and a client that claims to have played nothing", LOSS20, "nothing"),
        _outages("all", "no network for 12 s, and a client that claims to have played all", 12.0, 1, "all"),
    )
}
