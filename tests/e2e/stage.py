"""A court for a test: the real server, app and media in their own processes, with staff, hearings, seats and photos."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from courtroom.office import SeatOrder, open_office
from courtroom.portraits import portrait
from courtroom.processes import child_environment
from courtroom.settings import Settings, load
from hearings.times import iso
from tests.client.court import START_TIMEOUT, Court, free_port, up

COURT = "Алматы қалалық соты"
NUMBER = "7204-26-00-2/1"
TITLE = "Оспанов — Ким"
STAFF = {"judge": "judge password", "clerk": "clerk password", "technician": "technician password"}
NAMES = {
    "judge": "Айгүл Сейітова", "clerk": "Марат Жүнісов", "party-1": "Дәурен Оспанов", "party-2": "Анна Ким",
    "witness-1": "Нұрлан Әбенов", "expert-1": "Ерлан Сәрсен",
}  # fmt: skip
OTHERS = (
    "Ерлан Сәрсен", "Ольга Петрова", "Бақыт Нұрпейіс", "Иван Ли", "Гүлнар Тасова", "Азамат Ермек", "Мария Штерн",
    "Самат Оразов", "Динара Қасым", "Павел Цой", "Жанна Әлі", "Тимур Болат", "Лаура Сейт", "Олжас Мұрат",
    "Вера Юн", "Нұрбек Дос", "Сауле Рахым",
)  # fmt: skip
"""Invented names for the seats that have none above."""


@contextlib.asynccontextmanager
async def stage(
    folder: Path, seats: Sequence[str] = tuple(NAMES), *, capacity: int = 25, opened: bool = True, **settings: Any
) -> AsyncIterator[Court]:
    """A running server with one hearing of these seats, its doors ``opened``; ``settings`` are sections of settings."""
    loaded = loopback(folder / "data", **settings)
    async with serving(await _court(loaded, capacity, seats, opened), loaded, folder / "server.log") as court:
        yield court


@contextlib.asynccontextmanager
async def serving(court: Court, loaded: Settings, log: Path) -> AsyncIterator[Court]:
    """The server of these settings, in a process of its own, until the end."""
    with log.open("ab") as out:
        court.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "courtroom",
            "serve",
            env=child_environment(loaded, os.environ),
            stdout=out,
            stderr=out,
        )
    try:
        await asyncio.wait_for(up(court.url, court.process, log), START_TIMEOUT)
        yield court
    finally:
        if court.process.returncode is None:
            court.process.terminate()
        await court.process.wait()


def loopback(data: Path, **settings: dict[str, Any]) -> Settings:
    """Plain http for localhost and this machine's 127.0.0.0/8, everything else as a court has it."""
    own: dict[str, dict[str, Any]] = {
        "http": {"host": "0.0.0.0", "port": free_port(), "tls": "off"},
        "media": {"host": "127.0.0.1", "port": free_port(socket.SOCK_DGRAM), "advertised": ["127.0.0.1"]},
    }
    merged = {name: {**own.get(name, {}), **settings.get(name, {})} for name in {*own, *settings}}
    return load(options={"data": data, **merged})


async def _court(settings: Settings, capacity: int, seats: Sequence[str], opened: bool) -> Court:
    async with open_office(settings) as office:
        for name, password in STAFF.items():
            await office.add_staff(COURT, name, [name], password)  # type: ignore[list-item]
    return await hearing(bare(settings, STAFF), NUMBER, seats, capacity=capacity, opened=opened)


def bare(settings: Settings, passwords: dict[str, str]) -> Court:
    """Without a hearing, and not running yet."""
    nobody: Any = None
    return Court(f"http://localhost:{settings.http.port}", settings.data, "", {}, passwords, nobody)


async def hearing(
    court: Court, number: str, seats: Sequence[str] = tuple(NAMES), *, capacity: int = 25, opened: bool = True
) -> Court:
    """The same court's view of another hearing, made while the server runs."""
    orders = [
        SeatOrder(seat, seat.partition("-")[0], NAMES.get(seat, OTHERS[n % len(OTHERS)]), portrait(n))
        for n, seat in enumerate(seats)
    ]
    async with open_office(load(options={"data": court.data})) as office:
        created = await office.create_hearing(COURT, number, TITLE, iso(0), orders, capacity)
        if opened:
            await office.open_doors(created.hearing)
    return dataclasses.replace(court, hearing=number, words=created.words)
