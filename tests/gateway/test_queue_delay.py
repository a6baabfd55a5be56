from __future__ import annotations

from gateway.inherent_loss import TRIAL_S, InherentLoss
from gateway.queue_delay import MEMORY, QueueDelay
from gateway.throughput import Throughput


def told(*journeys: float, every: float = 0.125) -> QueueDelay:
    queue = QueueDelay()
    for number, journey in enumerate(journeys):
        queue.add(journey, number * every)
    return queue


def test_only_what_is_longer_than_the_shortest_journey_is_a_queue():
    assert abs(told(7.05, 7.15, 7.25).standing(0.13, 0.25) - 0.1) < 1e-9


def test_one_fast_packet_shows_that_nothing_stands():
    assert told(0.05, 0.3, 0.05, 0.3).standing(0.25, 0.375) == 0.0


def test_a_queue_that_stands_is_told():
    assert abs(told(0.05, 0.2, 0.2, 0.2).standing(0.25, 0.375) - 0.15) < 1e-9


def test_silence_says_nothing():
    assert told(0.05, 0.2).standing(0.5, 9.0) == 0.0


def test_the_shortest_journey_is_forgotten_in_the_end():
    queue = told(0.05)
    for second in range(1, round(3 * MEMORY)):
        queue.add(0.2, float(second))
    assert queue.standing(0.5, 3 * MEMORY - 1) == 0.0


def test_after_a_change_of_way_what_is_is_the_shortest():
    queue = told(0.05, 0.2, 0.2)
    queue.add(0.2, 1.2)
    queue.rebase(1.2)
    assert queue.standing(0.15, 1.2) == 0.0


def test_throughput_is_that_of_the_last_half_second():
    throughput = Throughput()
    for number in range(100):
        throughput.add(number * 0.1, 1250 if number < 50 else 2500)
    assert abs(throughput.bps - 200_000) < 1


def test_before_anything_has_arrived_nothing_is_carried():
    assert Throughput().bps == 0.0


def test_loss_that_stays_though_less_is_sent_is_the_radios():
    inherent = InherentLoss()
    assert inherent.judge(0.2, 1e6, 2e6, 0.0) == 0.9e6
    assert inherent.judge(0.2, 0.9e6, 0.9e6, TRIAL_S) == 1e6
    assert inherent.judge(0.25, 1e6, 1e6, 9.0) == 1e6


def test_loss_that_goes_when_less_is_sent_was_the_links():
    inherent = InherentLoss()
    assert inherent.judge(0.4, 1e6, 0.5e6, 0.0) == 0.4e6
    assert inherent.judge(0.1, 0.4e6, 0.4e6, TRIAL_S) == 0.4e6
    assert inherent.usual == 0.0
