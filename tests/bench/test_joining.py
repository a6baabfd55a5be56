from __future__ import annotations

from bench.joining import reached


def test_the_goal_is_reached_once_half_a_second_s_rate_is_there():
    sent = [[at * 50.0, 0.0 if at < 20 else (at - 20) * 6250.0] for at in range(60)]
    assert reached(sent) == 1.5


def test_a_sender_who_never_gets_there_is_told_as_such():
    assert reached([[at * 50.0, at * 3000.0] for at in range(60)]) is None
    assert reached([]) is None
