"""When the media process takes no more."""

from __future__ import annotations

import pytest

from gateway.load import SECONDS, Load


def after(load: Load, seconds: int, cpu: float = 0.0, late: float = 0.0) -> bool:
    for _ in range(seconds):
        load.on_tick(late)
        load.on_tick(0.0)
        load.second(cpu)
    return load.overloaded


@pytest.mark.parametrize(("late", "refused"), [(0.2, False), (0.4, True)])
def test_how_late_it_may_come_is_a_setting(late: float, refused: bool) -> None:
    assert after(Load(late=0.3), SECONDS, late=late) is refused


def test_one_bad_second_refuses_nobody() -> None:
    load = Load()
    assert not after(load, SECONDS - 1, cpu=1.0)
    assert not after(load, 1)
    assert after(load, SECONDS, cpu=1.0)


def test_one_good_second_ends_it() -> None:
    load = Load()
    assert after(load, SECONDS, late=1.0)
    assert not after(load, 1)
