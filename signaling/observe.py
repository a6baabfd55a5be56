"""One look at a hearing's links, each second: from what the room knows to each direction's figures as they are judged
(Rules ¶27, ¶35)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from quality.cause import Direction, Second
from signaling.linkwatch import DIRECTIONS, LinkWatch, SeatWatch
from signaling.room import Room, owner

FRESH_S: Final = 3.0
"""Figures that are older say nothing of now."""
AWAY_S: Final = 3.0
WARM_S: Final = 5.0
"""A new link's rate begins low: it is not called narrow before."""
LIMITED_S: Final = 6.0
"""Three reports of a client."""
_OFF: Final = ("off", "muted")
_GONE: Final = ("missing", "denied")


def look(room: Room, now: float, utc: float, threshold_bps: int) -> None:
    """``threshold_bps``: what the court asks of a link (Rules ¶38)."""
    watch = room.watch
    watch.looked_at = now
    fresh = watch.figures_at is not None and now - watch.figures_at < FRESH_S
    silent = room.silent(now)
    for code, seat in watch.seats.items():
        seat.held = code in silent
    for code, silent_s in silent.items():
        seat = watch.seat(code)
        seat.held, seat.silent_s = True, silent_s
        link: Mapping[str, Any] = room.links.get(code, {}) if fresh else {}
        _try(seat, room, code, link)
        for direction in DIRECTIONS:
            _look(room, seat, direction, link.get(direction) or {}, (code, now, int(utc), threshold_bps))


def _look(
    room: Room, seat: SeatWatch, direction: Direction, figures: Mapping[str, Any], of: tuple[str, float, int, int]
) -> None:
    code, now, at, threshold_bps = of
    away = seat.silent_s >= AWAY_S
    if not figures and not (away and direction in seat.links):
        return
    link = seat.links.setdefault(direction, LinkWatch(now))
    link.begin(now)
    expected, came = _media(room, code, direction, figures)
    if came or (not expected and not away):
        link.media_at = now
    share = _share(room, seat, link, direction, figures, (code, now, threshold_bps))
    second = Second(
        direction, _of(figures, "loss"), figures.get("rtt_ms"), _of(figures, "jitter_ms"), share,
        silent_s=now - link.media_at if expected else 0.0, away=away, resting=_resting(room, code, direction, figures),
        device=_device(room, code) if direction == "up" else "on",
    )  # fmt: skip
    link.look(second, figures, at)


def _media(room: Room, code: str, direction: Direction, figures: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether media should come in this direction, and whether it does."""
    if direction == "down":
        wanted = any(layer in ("high", "low") for layer in figures.get("layers", {}).values())
        return wanted, _of(figures, "kbps") >= 1
    microphone, camera = room.devices.get(code, ("on", "on"))
    if microphone == "on":
        return True, _of(figures, "audio_kbps" if "audio_kbps" in figures else "kbps") > 0
    return camera == "on", _of(figures, "kbps") >= 1


def _share(
    room: Room, seat: SeatWatch, link: LinkWatch, direction: Direction, figures: Mapping[str, Any],
    of: tuple[str, float, int],
) -> float | None:  # fmt: skip
    """What the link carries of what the court asks for. Downwards the gateway estimates it. Upwards only what is sent
    is known: it says something only while the client's own link, and not the want of others, limits it."""
    code, now, threshold_bps = of
    if not threshold_bps or now - link.began < WARM_S:
        return None
    if direction == "down":
        estimate = figures.get("estimate_kbps")
        return 1000 * float(estimate) / threshold_bps if estimate else None
    limited = seat.limited_at is not None and now - seat.limited_at < LIMITED_S
    if not limited or _upper_off(room, code) or room.devices.get(code, ("on", "on"))[1] != "on":
        return None
    return 1000 * _of(figures, "kbps") / threshold_bps


def _resting(room: Room, code: str, direction: Direction, figures: Mapping[str, Any]) -> bool:
    if direction == "up":
        return room.devices.get(code, ("on", "on"))[1] == "resting"
    return "paused" in figures.get("layers", {}).values()


def _device(room: Room, code: str) -> Literal["on", "off", "gone"]:
    states = room.devices.get(code, ("on", "on"))
    if any(state in _GONE for state in states):
        return "gone"
    return "off" if any(state in _OFF for state in states) else "on"


def _upper_off(room: Room, code: str) -> bool:
    """Nobody wants the upper layer of the picture that the seat's device sends."""
    attendance = room.hearing.seats[code].attendance
    return any(not high for name, high in room.layers.items() if owner(name) == attendance)


def _try(seat: SeatWatch, room: Room, code: str, link: Mapping[str, Any]) -> None:
    down = link.get("down") or {}
    seat.tried.paused = sorted(source for source, layer in down.get("layers", {}).items() if layer == "paused")
    seat.tried.resting = _resting(room, code, "up", {})
    seat.tried.upper_off = _upper_off(room, code)
    seat.tried.redundancy = int(_of(down, "redundancy"))


def _of(figures: Mapping[str, Any], name: str) -> float:
    value = figures.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def stale_s(room: Room, now: float) -> float | None:
    """Seconds since media told figures; None where there never were any, or nobody is there whose they could be."""
    since = room.watch.figures_at
    if since is None or not any(seat.held for seat in room.watch.seats.values()):
        return None
    return round(now - since, 1)
