"""The links that are measured, by name. Each way is shaped alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bench.shaping import Shape

QUEUE_S = 0.5
LEAST_QUEUE = 15_000


def limited(rate_kbit: float) -> Shape:
    """100 ms there and back, and a queue of half a second."""
    queue = max(LEAST_QUEUE, round(rate_kbit * 1000 / 8 * QUEUE_S))
    return Shape(rate_kbit=rate_kbit, queue_bytes=queue, delay_ms=50)


@dataclass(frozen=True)
class Case:
    """``disturbed`` holds from ``begin`` to ``end``, seconds into the measurement. With ``only_https`` the link lets
    nothing but TCP to port 443 through, from before anybody joins."""

    name: str
    what: str
    shape: Shape
    disturbed: Shape | None = None
    begin: float = 0.0
    end: float = 0.0

    @property
    def only_https(self) -> bool:
        return self.shape.only_https

    def mean_kbit(self, seconds: float) -> float:
        """What the link could carry in so many seconds, on average."""
        if self.disturbed is None:
            return self.shape.rate_kbit
        rate = 0.0 if self.disturbed.cut else self.disturbed.rate_kbit
        share = (self.end - self.begin) / seconds
        return self.shape.rate_kbit * (1 - share) + rate * share


_CLEAN = limited(1000)
CASES = {
    case.name: case
    for case in (
        Case("clean1m", "1 Mbit/s each way, 100 ms round trip", _CLEAN),
        Case("loss5", "and 5 % random loss", replace(_CLEAN, loss=0.05)),
        Case("loss20", "and 20 % random loss", replace(_CLEAN, loss=0.2)),
        Case("burst30", "and 30 % loss in bursts of 4", replace(_CLEAN, burst_loss=0.3, burst_length=4)),
        Case("rate300", "300 kbit/s each way", limited(300)),
        Case("rate100", "100 kbit/s each way", limited(100)),
        Case("dip", "to 10 % for 20 s", _CLEAN, limited(100), 15.0, 35.0),
        Case("cut10", "no network for 10 s", _CLEAN, replace(_CLEAN, cut=True), 15.0, 25.0),
        Case("tcp443", "nothing but TCP to port 443", replace(_CLEAN, only_https=True)),
    )
}
