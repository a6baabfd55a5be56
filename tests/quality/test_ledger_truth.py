"""The ledger against the truth: a gateway of real packets, and a network that loses packets which the test knows."""

from __future__ import annotations

import asyncio
import math
import secrets
from time import monotonic

import pytest

from gateway import connection, sdp
from quality.audibility.ledger import Ledger
from quality.audibility.score import Heard, score
from tests.client.network import BadNetwork, Outage
from tests.client.red import unpack
from tests.client.subscriber import Subscriber
from tests.gateway.rooms import Hearing, Listener
from tests.gateway.test_server import speak

SECONDS = 13
FRAME_S = 0.02


class Known:
    """Loses the packets of sound whose numbers it is told, also when they are sent again."""

    def __init__(self, loses):
        self.loses = loses

    def plan(self, now, datagram):
        sound = datagram[0] >= 128 and datagram[1] & 0x7F in (sdp.OPUS, sdp.RED)
        return () if sound and self.loses(int.from_bytes(datagram[2:4], "big")) else (0.0,)


async def listen(hearing, seat, network):
    name, subscriber = secrets.token_hex(4), Subscriber()
    subscriber.transport.incoming = network
    reply = await hearing.ask("subscribe", hearing="h", seat=seat, connection=name)
    listener = Listener(subscriber, {s["mid"]: (s["seat"], s["kind"]) for s in reply["slots"]})
    await hearing.ask("subscribed", connection=name, sdp=subscriber.answer(reply["sdp"]))
    await asyncio.gather(subscriber.connect(), hearing.until(connection=name, state="connected"))
    hearing._peers.append(subscriber)
    return listener


def numbers(listener):
    """The packets of sound that came."""
    return {packet.sequence for packet in listener.got["party-1", "audio"]}


def frames(listener):
    """The frames of sound that came, first, again or as a copy in another packet (RFC 2198)."""
    found = set()
    for packet in listener.got["party-1", "audio"]:
        blocks = unpack(packet.payload) if packet.payload_type == sdp.RED else [(0, packet.payload)]
        found.update(data for _, data in blocks)
    return found


class Court:
    """The ledger of a room, fed as the app feeds it; ``claims`` is what each listener says of what it got."""

    def __init__(self, hearing, listeners, claims, counts=numbers):
        self.ledger = Ledger()
        self.rows = []
        self._emit, hearing.server._tools.emit = hearing.server._tools.emit, self._event
        hearing.server._rounds["h"]._emit = self._event
        self._listeners = listeners
        self._claims = claims
        self._counts = counts

    def _event(self, event):
        if event["event"] == "audibility":
            self.ledger.delivered(event, "s", monotonic())
        self._emit(event)

    def second(self, elapsed):
        now = monotonic()
        for seat, listener in self._listeners.items():
            got = FRAME_S * len(self._counts(listener))
            played = self._claims[seat](got, elapsed)
            figures = {"played_s": played, "concealed_s": max(elapsed - played, 0.0)}
            self.ledger.reported(seat, seat, {"at": 1000 * now, "seats": {"party-1": figures}}, now)
        self.rows += self.ledger.settle(now)

    def end(self):
        self.rows += self.ledger.settle(math.inf)

    def score(self, seat, since, until):
        return score([Heard(r.sent, r.received, r.to[seat]) for r in self.rows if since <= r.at < until])


async def talk(publisher, court, each=lambda second: None):
    """Speak for ``SECONDS`` in real time, a report from every listener each second; when it began."""
    began = monotonic()
    for number in range(50 * SECONDS):
        await asyncio.sleep(began + FRAME_S * number - monotonic())
        speak(publisher, 1, number)
        if number % 50 == 49:
            court.second(monotonic() - began)
            each(number // 50)
    return began


async def test_the_ledger_says_what_was_lost_and_who_tells_something_else(tmp_path):
    first = []

    def loses(sequence):
        """Bursts of six of ten in the first seven seconds, single ones afterwards."""
        first[:] = first or [sequence]
        number = (sequence - first[0]) & 0xFFFF
        return number % 10 in ((2, 3, 4, 5, 6, 7) if number < 350 else (5,))

    claims = {
        "judge": lambda got, elapsed: got,
        "clerk": lambda got, elapsed: 0.3 * got,  # "I heard almost nothing"
        "party-2": lambda got, elapsed: elapsed,  # "I heard everything"
    }
    async with Hearing(["party-1", *claims], tmp_path) as hearing:
        publisher = await hearing.publish("party-1", video=False)
        losses = {"judge": loses, "clerk": lambda sequence: False, "party-2": lambda sequence: sequence > -1}
        listeners = {seat: await listen(hearing, seat, Known(losses[seat])) for seat in claims}
        court = Court(hearing, listeners, claims)
        began = await talk(publisher, court)
        for _ in range(3):
            court.second(monotonic() - began)
        court.end()
        truth = 100 * (5 * 50 * 0.4 + 5 * 50 * 0.9) / 500
        honest = court.score("judge", began + 2, began + 12)
        assert abs(honest.share - truth) <= 2
        assert honest.contradiction is None
        assert court.score("clerk", began + 2, began + 12).contradiction == "less"
        assert court.score("party-2", began + 2, began + 12).contradiction == "more"
        assert {one.listener for one in court.ledger.troubles(monotonic())} == set(claims)


async def test_over_a_bad_link_with_copies_it_says_what_came_in_the_end_and_marks_nobody(tmp_path):
    async with Hearing(["party-1", "judge"], tmp_path) as hearing:
        publisher = await hearing.publish("party-1", video=False)
        listener = await listen(hearing, "judge", BadNetwork(seed=5, loss=0.25, burst=3, delay=0.04, jitter=0.02))
        for slot in listener.subscriber.slots.values():
            slot.nack = False  # what is asked for again comes whole: copies are the harder case
        court = Court(hearing, {"judge": listener}, {"judge": lambda got, elapsed: got}, frames)
        began = await talk(publisher, court)
        for _ in range(3):
            court.second(monotonic() - began)
        court.end()
        came = frames(listener)
        truth = 100 * sum(b"sound%d" % number in came for number in range(100, 600)) / 500
        of = court.score("judge", began + 2, began + 12)
        assert abs(of.share - truth) <= 2
        assert of.contradiction is None


@pytest.mark.interpreted
async def test_who_hears_while_its_link_up_alone_fails_is_not_marked_and_who_says_so_without_a_network_is(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(connection, "LOST_S", 20.0)  # else nothing is sent to who is not heard from
    claims = {"judge": lambda got, elapsed: got, "clerk": lambda got, elapsed: elapsed}
    async with Hearing(["party-1", *claims], tmp_path) as hearing:
        publisher = await hearing.publish("party-1", video=False)
        down, up = Outage(), Outage()
        listeners = {"judge": await listen(hearing, "judge", None), "clerk": await listen(hearing, "clerk", down)}
        for listener in listeners.values():
            listener.subscriber.transport.outgoing = up
            for slot in listener.subscriber.slots.values():
                slot.nack = False  # no browser asks for what came too late to be played

        def fail(second):
            down.down = up.down = 2 <= second < 8

        court = Court(hearing, listeners, claims)
        began = await talk(publisher, court, fail)
        for _ in range(3):
            court.second(monotonic() - began)
        court.end()
        marks = {seat: court.score(seat, began + 1, began + 12).contradiction for seat in claims}
        assert marks == {"judge": None, "clerk": "more"}
