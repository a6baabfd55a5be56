from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from signaling.turns import Turns


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def work(turns, key, order, gate):
    async with turns.turn((key,)):
        order.append(key)
        await gate.wait()


async def test_only_so_many_are_in_at_a_time():
    turns, order, gate = Turns(2), [], asyncio.Event()
    tasks = [asyncio.create_task(work(turns, "a", order, gate)) for _ in range(5)]
    await settle()
    assert order == ["a", "a"]
    gate.set()
    await asyncio.gather(*tasks)
    assert order == ["a"] * 5


async def test_a_crowd_of_one_key_goes_before_another_key_once_at_most():
    turns, order, gate = Turns(1), [], asyncio.Event()
    keys = ["flood"] * 20 + ["defendant", "flood"]
    tasks = [asyncio.create_task(work(turns, key, order, gate)) for key in keys]
    await settle()
    gate.set()
    await asyncio.gather(*tasks)
    assert order.index("defendant") == 2
    assert order.count("flood") == 21


async def test_who_goes_while_waiting_costs_nobody_a_turn():
    turns, order, gate = Turns(1), [], asyncio.Event()
    gate.set()
    async with AsyncExitStack() as inside:
        await inside.enter_async_context(turns.turn(("first",)))
        gone = asyncio.create_task(work(turns, "a", order, gate))
        stays = asyncio.create_task(work(turns, "a", order, gate))
        await settle()
        gone.cancel()
        await settle()
    await stays
    assert order == ["a"]
    async with turns.turn(("later",)):
        assert gone.cancelled()


async def test_who_goes_at_the_very_moment_of_its_turn_passes_it_on():
    turns, order, gate = Turns(1), [], asyncio.Event()
    gate.set()
    async with turns.turn(("first",)):
        gone, stays = (asyncio.create_task(work(turns, key, order, gate)) for key in "ab")
        await settle()
    gone.cancel()  # its turn is there, it has not run yet
    await stays
    assert order == ["b"]
