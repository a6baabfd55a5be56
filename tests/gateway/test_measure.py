"""The link down to somebody who waits is measured with padding, over a link in virtual time (Rules ¶38)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.shaping import Shape
from gateway.probe import MEASURE_S
from tests.gateway.downlink import Listener, Picture

ASKED = 1_000_000
LINK = Shape(rate_kbit=1000, queue_bytes=62_500, delay_ms=40)


def measuring(shape: Shape, **options: object) -> Listener:
    listener = Listener(voices=0, pictures=[], **options).run(0.5, shape)  # type: ignore[arg-type]
    listener.estimate.probe.measure(listener.now, 1.25 * ASKED)
    return listener


def carried(shape: Shape) -> float:
    """Bit/s that arrive in the seconds 2 to 5."""
    listener = measuring(shape).run(2.0)
    before = listener.delivered
    return 8 * (listener.run(3.0).delivered - before) / 3.0


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9, 1.0, 1.1])
@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_what_arrives_is_what_the_link_carries(share, loss):
    shape = replace(LINK, rate_kbit=round(share * 1000), loss=loss)
    assert carried(shape) == pytest.approx(share * ASKED, rel=0.03)


def test_a_wide_link_carries_more_than_is_asked_for():
    assert carried(Shape(delay_ms=40)) >= 1.1 * ASKED


def test_afterwards_as_much_is_believed_and_nothing_more_is_sent():
    listener = measuring(replace(LINK, rate_kbit=1100)).run(MEASURE_S + 1.0)
    assert 0.95e6 <= listener.estimate.bps <= 1.25e6
    assert (listener.estimate.probe.step, listener.estimate.probe.padding_bps) == ("idle", 0.0)


def test_what_is_lost_of_more_than_the_link_takes_is_not_the_link_s_loss():
    listener = measuring(replace(LINK, rate_kbit=900, queue_bytes=6_000)).run(MEASURE_S + 2.0)
    assert listener.departures.lost > 100
    assert listener.estimate.loss == 0.0


def test_whoever_is_to_hear_something_is_measured_no_longer():
    listener = measuring(Shape(delay_ms=40)).run(1.0)
    listener.pictures, listener.voices = [Picture(200e3, 1.2e6)], 1
    listener.run(1.0)
    assert listener.estimate.probe.step != "measure"


def test_a_measure_of_a_listener_who_says_nothing_ends_too():
    listener = measuring(replace(LINK, rate_kbit=1, loss=1.0)).run(MEASURE_S + 2.0)
    assert listener.estimate.probe.padding_bps == 0.0
