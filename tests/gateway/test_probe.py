"""When a train is worth more than its own cost (``gateway/probe.py``)."""

from __future__ import annotations

import pytest

from gateway.probe import Probe


@pytest.mark.parametrize(("least", "train", "step"), [
    (880_000, 1_000_000, "soak"),  # what comes next is near
    (880_000, 970_000, "idle"),
    (950_000, 1_000_000, "idle"),
    (500_000, 1_000_000, "idle"),  # something has room already: a little more is of no use
    (500_000, 1_100_000, "soak"),
])  # fmt: skip
def test_a_train_is_believed_where_it_promises_the_next_step(least, train, step):
    probe = Probe(0.0)
    probe.turn(1.0, 840_000, 500_000, 2_000_000, least, False, 0.0)
    assert probe.step == "train"
    probe.on_train(train, 840_000, 1.2)
    assert probe.step == step
