"""Prometheus metrics: links, load and connections, by hearing id and seat code. No names ever stand here."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, cast

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from gateway.messages import Link, LoadEvent
from quality.cause import Direction
from quality.surroundings import Part
from signaling.linkwatch import pictures
from signaling.problems import Handler, Problem
from signaling.security import bearer, is_this_machine

_LINK_FIELDS = {
    "kbps": ("courtroom_link_kbps", "Bit rate, kbit/s"),
    "loss": ("courtroom_link_loss_percent", "Packets lost, percent"),
    "jitter_ms": ("courtroom_link_jitter_seconds", "Interarrival jitter (RFC 3550)"),
    "rtt_ms": ("courtroom_link_rtt_seconds", "Round trip"),
    "estimate_kbps": ("courtroom_link_estimate_kbps", "Bandwidth estimated for the downlink, kbit/s"),
    "nacks": ("courtroom_link_nacks", "Packets asked for again since the connection began"),
    "freezes": ("courtroom_link_freezes", "Freezes that the listener saw since the connection began"),
    "freeze_s": ("courtroom_link_freeze_seconds", "Seconds that the listener saw frozen since the connection began"),
}
_LINK_LABELS = ("hearing", "seat", "direction")
_LOAD_FIELDS = {
    "cpu": ("courtroom_media_cpu_cores", "CPU of the media process, in cores"),
    "lag_ms": ("courtroom_media_loop_lag_seconds", "Event loop lag of the media process"),
    "packets": ("courtroom_media_packets", "Packets sent in the last second"),
    "connections": ("courtroom_media_connections", "WebRTC connections"),
    "overloaded": ("courtroom_media_overloaded", "1 while nobody else is let in"),
}
_LOOKOUT_FIELDS = {
    "cpu": ("courtroom_lookout_cpu_cores", "CPU of the worker that looks at light and noise, in cores"),
    "look_s": (
        "courtroom_lookout_interval_seconds",
        "Between two looks at one participant: more where it may cost less",
    ),
    "participants": ("courtroom_lookout_participants", "Participants who are looked at"),
    "left_out": ("courtroom_lookout_packets_left_out", "Packets that the worker could not read in time"),
}
_LAG_EVERY_S = 1.0


class Figures(Protocol):
    """Where the live figures are: the hub."""

    load: LoadEvent | None

    @property
    def media_is_up(self) -> bool: ...

    def links(self) -> Mapping[str, Mapping[str, Link]]: ...

    def session_count(self) -> int: ...


class Situation(Protocol):
    """How everything stands, in numbers."""

    def link_verdicts(self) -> Mapping[tuple[Direction, str], int]: ...

    def link_causes(self) -> Mapping[str, int]: ...

    def open_alert_counts(self) -> Mapping[tuple[str, bool], int]: ...

    def surroundings_counts(self) -> Mapping[tuple[Part, str], int]: ...

    def lookout(self) -> Mapping[str, object] | None: ...

    def hearing_counts(self) -> Mapping[str, int]: ...

    def recording_gap_s(self) -> float: ...


class Standings(Collector):
    """Counts, whose labels are the words of a few tables: no hearing, no seat, nobody."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._situation
        verdicts = now.link_verdicts().items()
        yield _counts("courtroom_links", "Links by verdict", ("direction", "verdict"), verdicts)
        causes = [((cause,), count) for cause, count in now.link_causes().items()]
        yield _counts("courtroom_link_causes", "Links that are not good, by cause", ("cause",), causes)
        alerts = [((kind, "yes" if taken else "no"), n) for (kind, taken), n in now.open_alert_counts().items()]
        yield _counts("courtroom_alerts", "Open alerts of the technician's console", ("kind", "taken"), alerts)
        hearings = [((phase,), count) for phase, count in now.hearing_counts().items()]
        yield _counts("courtroom_hearings", "Hearings of today and live ones, by how they stand", ("phase",), hearings)
        surroundings = now.surroundings_counts().items()
        text = "Participants by the verdict on their light and noise"
        yield _counts("courtroom_surroundings", text, ("part", "verdict"), surroundings)
        lookout = now.lookout()
        yield GaugeMetricFamily(
            "courtroom_lookout_up", "1 while the worker is there that looks at light and noise",
            value=bool(lookout and lookout["sampled"]),
        )  # fmt: skip
        for field, (name, text) in _LOOKOUT_FIELDS.items() if lookout else ():
            yield GaugeMetricFamily(name, text, value=float(cast(float, (lookout or {})[field])))
        gap = now.recording_gap_s()
        yield GaugeMetricFamily("courtroom_recording_gap_seconds", "Record behind what came, at most", value=gap)


def _counts(
    name: str, text: str, labels: Sequence[str], counts: Iterable[tuple[tuple[str, ...], int]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, count in counts:
        family.add_metric(values, count)
    return family


class LiveFigures(Collector):
    """Read at each scrape, so that what is gone leaves no stale series."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        links = self._figures.links()
        for field, (name, text) in _LINK_FIELDS.items():
            yield _link_family(name, text, field, links)
        text = "Pictures that come, and that the listener gets, by layer"
        layers = GaugeMetricFamily("courtroom_link_pictures", text, labels=(*_LINK_LABELS, "layer"))
        for *link, figures in _directions(links):
            for layer, count in pictures(figures).items():
                layers.add_metric((*link, layer), count)
        yield layers
        load: Mapping[str, object] = self._figures.load or {}
        for field, (name, text) in _LOAD_FIELDS.items():
            if field in load:
                yield GaugeMetricFamily(name, text, value=_in_base_units(field, cast(float, load[field])))
        yield GaugeMetricFamily("courtroom_websockets", "WebSocket sessions", value=self._figures.session_count())
        yield GaugeMetricFamily(
            "courtroom_media_up", "1 while the media process is there", value=self._figures.media_is_up
        )


def _link_family(name: str, text: str, field: str, links: Mapping[str, Mapping[str, Link]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=_LINK_LABELS)
    for hearing, seat, direction, figures in _directions(links):
        value = figures.get(field)
        if isinstance(value, int | float):
            family.add_metric((hearing, seat, direction), _in_base_units(field, value))
    return family


def _in_base_units(field: str, value: float) -> float:
    """Times are in seconds (prometheus.io/docs/practices/naming)."""
    return value / 1000 if field.endswith("_ms") else float(value)


def _directions(
    links: Mapping[str, Mapping[str, Link]],
) -> Iterable[tuple[str, str, str, Mapping[str, object]]]:
    for hearing, seats in links.items():
        for seat, link in seats.items():
            yield hearing, seat, "up", link.get("up", {})
            yield hearing, seat, "down", link.get("down", {})


class Metrics:
    """``GET /metrics``: for this machine, or with the token of the settings."""

    def __init__(self, figures: Figures, situation: Situation, token: str = "") -> None:
        self._token = token
        self._registry = CollectorRegistry()
        self._registry.register(LiveFigures(figures))
        self._registry.register(Standings(situation))
        self._lag = Gauge("courtroom_app_loop_lag_seconds", "Event loop lag of the app", registry=self._registry)
        self._requests = Counter(
            "courtroom_http_requests", "Answered HTTP requests", ("method", "status"), registry=self._registry
        )

    async def get(self, request: web.Request) -> web.Response:
        if not is_this_machine(request) and not self._has_token(request):
            raise Problem("not-permitted")
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    @web.middleware
    async def count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        method = request.method if request.method in {"GET", "POST", "DELETE", "HEAD"} else "other"
        self._requests.labels(method, response.status).inc()
        return response

    async def watch_lag(self) -> None:
        """For ever: how late the loop comes back from a sleep."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_EVERY_S
            await asyncio.sleep(_LAG_EVERY_S)
            self._lag.set(loop.time() - due)

    def _has_token(self, request: web.Request) -> bool:
        return bool(self._token) and hmac.compare_digest(bearer(request).encode(), self._token.encode())
