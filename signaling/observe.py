"""One look at a hearing's links, each second: from what the room knows to each direction's figures as they are judged
(Rules ¶27, ¶35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from hearings.states import joining
from quality.cause import Direction, Second
from signaling.linkwatch import DIRECTIONS, LinkWatch, SeatWatch
from signaling.room import Room, owner

FRESH_S: Final = 3.0
"""Figures that are older say nothing of now."""
AWAY_S: Final = 3.0
JOIN_S: Final = 10.0
"""By then a device that has a seat has media too: where UDP is blocked it never gets any."""
WARM_S: Final = 5.0
"""A new link's rate begins low: it is not called narrow before."""
LIMITED_S: Final = 6.0
"""Three reports of a client."""
_OFF: Final = ("off", "muted")
_GONE: Final = ("missing", "denied")

Figures = Mapping[str, Any]
"""One direction's, as the readout gives them (docs/protocol.md, "The link"); empty where there are none."""


def look(room: Room, now: float, utc: float, threshold_bps: int, media_up: bool = True) -> None:
    """``threshold_bps``: what the court asks of a link (Rules ¶38). While media is down nobody's link is to blame."""
    watch = room.watch
    watch.looked_at = now
    fresh = watch.figures_at is not None and now - watch.figures_at < FRESH_S
    silent = {code: silent_s for code, silent_s in room.silent(now).items() if _may_have_media(room, code)}
    for code, seat in watch.seats.items():
        seat.held = seat.held and code in silent
    for code, silent_s in silent.items():
        link: Mapping[str, Figures] = room.links.get(code, {}) if fresh else {}  # type: ignore[assignment]
        seat = watch.seat(code)
        if not seat.held or not media_up:
            seat.waits_since = now
        seat.held, seat.silent_s = True, silent_s
        if media_up:
            one = _Look(room, code, seat, link.get("up") or {}, link.get("down") or {}, now, int(utc), threshold_bps)
            one.take()


def stale_s(room: Room, now: float) -> float | None:
    """Seconds since media told figures; None where there never were any, or nobody is there whose they could be."""
    since = room.watch.figures_at
    if since is None or not any(seat.held for seat in room.watch.seats.values()):
        return None
    return round(now - since, 1)


def _may_have_media(room: Room, code: str) -> bool:
    """Who is shut out of a closed session is neither away nor silent (Rules ¶6)."""
    seat = room.hearing.seats[code]
    return joining(room.hearing.state, seat.place, seat.role) is not None


@dataclass(frozen=True, slots=True)
class _Look:
    """At one seat that is held. ``now`` is of the monotonic clock, ``at`` in seconds since the epoch."""

    room: Room
    code: str
    seat: SeatWatch
    up: Figures
    down: Figures
    now: float
    at: int
    threshold_bps: int

    def take(self) -> None:
        tried = self.seat.tried
        tried.paused = sorted(source for source, layer in self.down.get("layers", {}).items() if layer == "paused")
        tried.resting = self._camera == "resting"
        tried.upper_off = self._upper_off
        if self._upper_off or self._camera != "on":
            self.seat.less_at = self.now
        tried.redundancy = int(_of(self.down, "redundancy"))
        for direction in DIRECTIONS:
            self._judge(direction, self.up if direction == "up" else self.down)

    def _judge(self, direction: Direction, figures: Figures) -> None:
        away = self.seat.silent_s >= AWAY_S
        if not figures and not self._missing(direction, away):
            return
        link = self.seat.links.setdefault(direction, LinkWatch(self.now))
        link.begin(self.now)
        if direction in self.seat.renewed:
            self.seat.renewed.discard(direction)
            link.renew(self.now)
        expected, came = self._media(direction, figures) if figures else (True, False)
        if came or (not expected and not away):
            link.media_at = self.now
        second = Second(
            direction, _of(figures, "loss"), figures.get("rtt_ms"), _of(figures, "jitter_ms"),
            share=self._share(link, direction, figures), silent_s=self.now - link.media_at if expected else 0.0,
            away=away, resting=self.seat.tried.resting if direction == "up" else bool(self.seat.tried.paused),
            device=self._device if direction == "up" else "on",
        )  # fmt: skip
        link.look(second, figures, self.at)

    def _missing(self, direction: Direction, away: bool) -> bool:
        """No figures, and that is a trouble: everybody with a seat listens, and some are there to listen only."""
        if away:
            return direction in self.seat.links
        return direction == "down" and self.now - self.seat.waits_since >= JOIN_S

    def _media(self, direction: Direction, figures: Figures) -> tuple[bool, bool]:
        """Whether media should come in this direction, and whether it does."""
        if direction == "down":
            wanted = any(layer in ("high", "low") for layer in figures.get("layers", {}).values())
            return wanted, _of(figures, "kbps") >= 1
        if self._microphone == "on":
            return True, _of(figures, "audio_kbps" if "audio_kbps" in figures else "kbps") > 0
        return self._camera == "on", _of(figures, "kbps") >= 1

    def _share(self, link: LinkWatch, direction: Direction, figures: Figures) -> float | None:
        """What the link carries of what the court asks for. Downwards the gateway estimates it. Upwards only what is
        sent is known: it says something only while the client's own link, and not the want of others, limits it."""
        if not self.threshold_bps or self.now - link.began < WARM_S:
            return None
        if direction == "down":
            estimate = _of(figures, "estimate_kbps")
            return 1000 * estimate / self.threshold_bps if estimate else None
        said = self.seat.limited_at
        limited = said is not None and self.now - said < LIMITED_S
        if not limited or self.now - self.seat.less_at < WARM_S:
            return None
        return 1000 * _of(figures, "kbps") / self.threshold_bps

    @property
    def _microphone(self) -> str:
        """``on`` where the device has not told yet; so is the camera."""
        return self.room.devices.get(self.code, ("on", "on"))[0]

    @property
    def _camera(self) -> str:
        return self.room.devices.get(self.code, ("on", "on"))[1]

    @property
    def _device(self) -> Literal["on", "off", "gone"]:
        states = self._microphone, self._camera
        if any(state in _GONE for state in states):
            return "gone"
        return "off" if any(state in _OFF for state in states) else "on"

    @property
    def _upper_off(self) -> bool:
        """Nobody wants the upper layer of the picture that the seat's device sends."""
        attendance = self.room.hearing.seats[self.code].attendance
        return any(not high for name, high in self.room.layers.items() if owner(name) == attendance)


def _of(figures: Figures, name: str) -> float:
    """0 where it is not known."""
    value = figures.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
