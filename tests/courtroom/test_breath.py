"""A worker that has the lowest claim to the processor rests between pieces of its work."""

from __future__ import annotations

from courtroom.breath import REST_S, WORK_S, Breath


class Clock:
    def __init__(self):
        self.now = 0.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_who_works_on_rests_again_and_again():
    clock = Clock()
    rest = Breath(lambda: clock.now, clock.sleep)
    for _ in range(10):
        clock.now += 1.01 * WORK_S
        rest()
    assert clock.slept == 10 * [REST_S]


def test_little_pieces_of_work_are_not_each_rested_after():
    clock = Clock()
    rest = Breath(lambda: clock.now, clock.sleep)
    for _ in range(100):
        clock.now += WORK_S / 10
        rest()
    assert 1 < len(clock.slept) <= 10
