"""The verdict of the link readout."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gateway.readout import Readout
from quality.link import verdict


def listener(bps):
    return SimpleNamespace(
        loss=0.0, jitter_s=0.0, rtt=0.04, estimate=SimpleNamespace(bps=bps), connection=SimpleNamespace(sent_bytes=0),
        pictures=dict, freezes=0, freeze_s=0.0, slots={},
    )  # fmt: skip


pytestmark = pytest.mark.interpreted


@pytest.mark.parametrize(
    ("bps", "threshold", "expected"),
    [(900_000, 1_000_000, "bad"), (1_000_000, 1_000_000, "good"), (900_000, 64_000, "good"), (50_000, 0, "good")],
)
def test_a_downlink_is_judged_by_what_the_court_asks_for(bps, threshold, expected):
    assert Readout(verdict).down(listener(bps), 1.0, threshold)["verdict"] == expected
