"""Against a real HTTP server on loopback."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hearings.notices.sender import Sender, pause
from hearings.notices.sms import HttpSms, SmsDelivery
from hearings.notices.texts import Texts
from tests.hearings.notices.conftest import NUMBER, PHONE


class Gateway:
    def __init__(self):
        self.got = []
        self.answers = []
        self.hang = False

    async def post(self, request):
        if self.hang:
            await asyncio.Event().wait()
        self.got.append((request.headers.get("Authorization"), await request.json()))
        return web.Response(status=self.answers.pop(0) if self.answers else 202)


@pytest.fixture
async def gateway():
    gateway = Gateway()
    app = web.Application()
    app.router.add_post("/send", gateway.post)
    server = TestServer(app)
    await server.start_server()
    gateway.url, gateway.server = str(server.make_url("/send")), server
    yield gateway
    await server.close()


@pytest.fixture
async def rows(outbox, store, hearing, contact):
    await outbox.plan()

    async def row():
        (found,) = [one for one in await store.notices(hearing.id) if one.channel == "sms"]
        return found

    return row


def make_sender(outbox, gateway, clock, **changes):
    def report(error, event):
        raise error

    provider = HttpSms(gateway.url, "a token", **{"timeout_s": 5.0, **changes})
    return Sender(outbox, {"sms": SmsDelivery(provider, Texts())}, report, clock)


async def test_a_text_message_is_handed_over_with_the_token(outbox, gateway, clock, rows):
    await make_sender(outbox, gateway, clock).send("sms")
    ((token, body),) = gateway.got
    row = await rows()
    assert token == "Bearer a token"
    assert (body["to"], body["reference"], row.state) == (PHONE, row.id, "delivered")
    assert NUMBER in body["text"]


async def test_the_fields_are_named_as_the_provider_wants(outbox, gateway, clock, rows):
    names = {"to_field": "phone", "text_field": "message", "reference_field": "", "extra": {"from": "Court"}}
    await make_sender(outbox, gateway, clock, **names).send("sms")
    assert set(gateway.got[0][1]) == {"phone", "message", "from"}


@pytest.mark.parametrize("status", [500, 503, 429, 401])
async def test_what_is_the_providers_trouble_or_our_tokens_is_tried_again(outbox, gateway, clock, rows, status):
    gateway.answers = [status]
    sender = make_sender(outbox, gateway, clock)
    await sender.send("sms")
    assert ((await rows()).state, (await rows()).error) == ("waiting", f"http-{status}")
    clock.now += pause(1)
    await sender.send("sms")
    assert ((await rows()).state, (await rows()).attempts) == ("delivered", 2)


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_what_the_provider_refuses_is_not_tried_again(outbox, gateway, clock, rows, status):
    gateway.answers = [status]
    sender = make_sender(outbox, gateway, clock)
    await sender.send("sms")
    clock.now += 3600
    await sender.send("sms")
    assert ((await rows()).state, (await rows()).error, len(gateway.got)) == ("failed", f"http-{status}", 1)


async def test_a_provider_that_does_not_answer_is_given_up_for_now(outbox, gateway, clock, rows):
    gateway.hang = True
    await make_sender(outbox, gateway, clock, timeout_s=0.1).send("sms")
    assert ((await rows()).state, (await rows()).error) == ("waiting", "timeout")


async def test_a_provider_that_is_away_is_tried_again(outbox, gateway, clock, rows):
    await gateway.server.close()
    await make_sender(outbox, gateway, clock).send("sms")
    assert ((await rows()).state, (await rows()).error) == ("waiting", "no-connection")


async def test_a_failed_channel_does_not_touch_the_other(outbox, gateway, clock, rows, store, hearing):
    gateway.answers = [500]
    await make_sender(outbox, gateway, clock).send("sms")
    (mail,) = [one for one in await store.notices(hearing.id) if one.channel == "email"]
    assert (mail.state, mail.attempts) == ("waiting", 0)
