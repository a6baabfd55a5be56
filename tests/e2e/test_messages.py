"""What a person reads who cannot take part, in each language, from the real server and in the real browser; and that a
hearing beside it goes on undisturbed."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import re
import signal
import ssl
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.chromium import chromium
from tests.client.court import free_port
from tests.client.participant import ProblemError, enter
from tests.e2e.headless import admit, attending, presiding, talk
from tests.e2e.people import ALLOWED, FLAGS, PHONE, context, declare
from tests.e2e.stage import bare, hearing, loopback, serving, stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LOCALES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
LANGUAGES = Path(__file__).parents[2] / "static" / "languages"
TABLES = {code: json.loads((LANGUAGES / f"{code}.json").read_text()) for code in LOCALES}
LIFETIME_S = 30
ELSEWHERE = "hearings.court.example"
REASON = "Жарықты қосыңыз / Включите свет / Put the light on"
HOLD_UP = "while kill -STOP $1 && sleep 0.4 && kill -CONT $1; do sleep 0.2; done"
UNSUPPORTED = {
    "calls": "delete window.RTCPeerConnection",
    "transceivers": "delete RTCPeerConnection.prototype.addTransceiver",
    "sockets": "delete window.WebSocket",
    "sound": "delete window.AudioContext",
    "dialogs": "delete window.HTMLDialogElement",
    "devices": "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined })",
}
languages = pytest.mark.parametrize("language", LOCALES)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def court(tmp_path_factory):
    """With a hearing in session, whose party hears its judge; at the end, without a packet lost."""
    folder = tmp_path_factory.mktemp("messages")
    async with contextlib.AsyncExitStack() as stack:
        court = await stack.enter_async_context(stage(folder, tokens={"lifetime_s": LIFETIME_S}))
        judge = await stack.enter_async_context(presiding(court, talk()))
        party = await stack.enter_async_context(attending(court, "party-1", source=talk()))
        await admit(judge, party)
        await judge.api.act("start", reason="all are heard")
        await party.hears("judge", "audio", 50)
        court.judge_of_this, connections = judge, (judge.connections, party.connections)
        yield court
        await party.hears("judge", "audio", 50)
        await judge.hears("party-1", "video", 50)
        assert (judge.connections, party.connections) == connections
        assert judge.session.gaps == party.session.gaps == 0
        assert sum(stream.lost for stream in party.subscriber.streams()) == 0
        assert "Traceback" not in (folder / "server.log").read_text()


@contextlib.asynccontextmanager
async def browser(*more, flags=FLAGS):
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=chromium(), args=[*flags, *more])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def usual():
    async with browser(ALLOWED) as one:
        yield one


@contextlib.asynccontextmanager
async def page_of(browser, language, court=None, seat="party-2", word=None):
    """A page in this language, which has entered ``court`` where one is given. It must show nothing of a program."""
    phone = await context(browser, PHONE, LOCALES[language])
    page = await phone.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        if court:
            await page.goto(f"{court.url}/?hearing={court.hearing}&seat={seat}&debug=1")
            await page.get_by_test_id("entry-word").fill(word or court.words[seat])
            await declare(page)
            await page.get_by_test_id("entry-submit").click()
        yield page
        shown = await page.inner_text("body")
        assert not re.search(r"\bat .*:\d+:\d+|Error\b|undefined|\[object|problem\.|advice\.", shown), shown
        assert errors == []
    finally:
        await phone.close()


async def says(place, language, key, within=5.0):
    """The place reads as the table has it, whatever fills the gaps; seconds."""
    pattern = ".+".join(re.escape(part) for part in re.split(r"\{\w+\}", TABLES[language][key]))
    await expect(place).to_have_text(re.compile(pattern), timeout=1000 * within)


@languages
@pytest.mark.parametrize("wrong", ["hearing", "seat", "word"])
async def test_a_wrong_number_seat_or_word_gets_one_and_the_same_answer(court, usual, language, wrong):
    async with page_of(usual, language) as page:
        given = {"hearing": court.hearing, "seat": "witness-1", "word": court.words["witness-1"]}
        given[wrong] = {"hearing": "1-1", "seat": "expert-9", "word": "wrong words"}[wrong]
        await page.goto(court.url)
        for field, value in given.items():
            await page.get_by_test_id(f"entry-{field}").fill(value)
        await declare(page)
        await page.get_by_test_id("entry-submit").click()
        await says(page.get_by_test_id("entry-problem"), language, "problem.entry-refused")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shut(court):
    return await hearing(court, "7204-26-00-2/2", opened=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def over(court):
    ended = await hearing(court, "7204-26-00-2/3")
    async with presiding(ended) as judge:
        await judge.api.act("start", reason="all are heard")
        await judge.api.act("conclude")
    return ended


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(court):
    small = await hearing(court, "7204-26-00-2/4", capacity=3)
    async with presiding(small), attending(small, "party-1"):
        yield small


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def overloaded(tmp_path_factory):
    """Another server, whose media process comes too late to its work in every second. A process of its own holds it up,
    for this one has people in a hearing and may itself be late: a second without a stop would let somebody in."""
    async with stage(tmp_path_factory.mktemp("overloaded"), limits={"lag_ms": 20}) as court:
        media = court.children()["media"]
        holding = await asyncio.create_subprocess_exec("sh", "-c", HOLD_UP, "sh", str(media))
        try:
            async with asyncio.timeout(60), aiohttp.ClientSession() as http:
                while "\ncourtroom_media_overloaded 1" not in await (await http.get(f"{court.url}/metrics")).text():
                    await asyncio.sleep(0.1)
            yield court
        finally:
            holding.kill()
            await holding.wait()
            os.kill(media, signal.SIGCONT)


@pytest.mark.parametrize(("language", "seat"), zip(LOCALES, ("party-1", "party-2", "expert-1"), strict=True))
async def test_an_overloaded_server_says_that_it_takes_nobody_new(overloaded, usual, language, seat):
    async with page_of(usual, language, overloaded, seat) as page:
        await page.locator("body[data-screen=waiting]").wait_for()
        notice = page.locator("[data-testid=notice][data-key='problem.overloaded']").first
        await says(notice, language, "problem.overloaded", within=30.0)  # media stands still for most of each second


@languages
async def test_a_hearing_whose_doors_are_not_open_says_when_it_will_be(shut, usual, language):
    async with page_of(usual, language, shut) as page:
        await says(page.get_by_test_id("entry-problem"), language, "problem.not-yet-open")


@languages
async def test_a_hearing_that_is_over_says_so(over, usual, language):
    async with page_of(usual, language, over) as page:
        await says(page.get_by_test_id("entry-problem"), language, "problem.ended")


@languages
async def test_a_full_hearing_says_so(full, usual, language):
    async with page_of(usual, language, full) as page:
        await says(page.get_by_test_id("entry-problem"), language, "problem.hearing-full")


@languages
async def test_who_was_not_admitted_reads_the_courts_reason(court, usual, language):
    seat = {"kk": "party-2", "ru": "witness-1", "en": "clerk"}[language]
    here = court if seat != "clerk" else await hearing(court, "7204-26-00-2/5")
    seat = "party-2" if seat == "clerk" else seat
    async with contextlib.AsyncExitStack() as stack:
        judge = court.judge_of_this if here is court else await stack.enter_async_context(presiding(here))
        page = await stack.enter_async_context(page_of(usual, language, here, seat))
        await page.locator("body[data-screen=waiting]").wait_for()
        await judge.api.act("refuse", seat, reason=REASON)
        await says(page.get_by_test_id("end-problem"), language, "problem.refused")
        await expect(page.get_by_test_id("end-problem")).to_contain_text(REASON)


async def test_a_token_that_could_not_be_renewed_ends_in_words(court, usual):
    """The network loses every renewal; all languages at once, for it takes the token's whole life."""
    here = await hearing(court, "7204-26-00-2/6")
    seats = dict(zip(LOCALES, ("party-1", "party-2", "witness-1"), strict=True))

    async def expire(language):
        async with page_of(usual, language, here, seats[language]) as page:
            await page.route("**/api/v1/token", lambda route: route.abort())
            await page.locator("body[data-screen=waiting]").wait_for()
            await page.get_by_test_id("end-problem").wait_for(timeout=1000 * (LIFETIME_S + 20))
            await says(page.get_by_test_id("end-problem"), language, "problem.token-expired")

    await asyncio.gather(*map(expire, LOCALES))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browsers():
    """By what a device's question comes to: nobody answers it, or there is neither camera nor microphone."""
    without = [flag for flag in FLAGS if "fake-device" not in flag]
    async with browser() as denied, browser(ALLOWED, flags=without) as missing:
        yield {"denied": denied, "missing": missing}


@languages
@pytest.mark.parametrize("state", ["denied", "missing"])
async def test_without_permission_or_device_a_person_reads_what_to_do(court, browsers, state, language):
    here = await hearing(court, f"7204-26-00-2/{state}-{language}")
    async with page_of(browsers[state], language, here) as page:
        await says(page.get_by_test_id("device-help"), language, f"advice.{state}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def elsewhere():
    """A browser for which the server has a name that is not this machine's own, as from another device."""
    async with browser(ALLOWED, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1") as one:
        yield one


@languages
async def test_a_server_without_tls_says_what_to_do_and_offers_no_link_that_leads_nowhere(court, elsewhere, language):
    async with page_of(elsewhere, language) as page:
        await page.goto(court.url.replace("localhost", ELSEWHERE))
        await page.locator("body[data-screen=insecure]").wait_for()
        await says(page.locator("h1"), language, "insecure.title")
        await says(page.locator("main"), language, "insecure.next")
        await says(page.locator("main"), language, "insecure.operator")
        await expect(page.locator("main a, main button")).to_have_count(0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def secured(tmp_path_factory):
    """A server as it is shipped: a certificate of its own making."""
    folder = tmp_path_factory.mktemp("secured")
    loaded = loopback(folder / "data", http={"tls": "self", "host": "127.0.0.1", "localhost_port": free_port()})
    plain = dataclasses.replace(bare(loaded, {}), url=f"http://localhost:{loaded.http.localhost_port}")
    async with serving(plain, loaded, folder / "server.log"):
        yield loaded


async def test_who_types_http_to_a_server_with_tls_comes_to_its_first_page(secured, elsewhere):
    phone = await elsewhere.new_context(ignore_https_errors=True, viewport=PHONE)
    page = await phone.new_page()
    await page.goto(f"http://{ELSEWHERE}:{secured.http.port}/?hearing=1&seat=party-1")
    await expect(page.get_by_test_id("entry-seat")).to_have_value("party-1")
    assert page.url == f"https://{ELSEWHERE}:{secured.http.port}/?hearing=1&seat=party-1"
    await phone.close()


async def test_what_a_phone_is_given_to_trust_makes_it_trust_this_server(secured):
    address = f"https://localhost:{secured.http.port}"
    async with aiohttp.ClientSession() as phone:
        async with phone.get(f"{address}/authority.crt", ssl=False) as given:
            assert given.content_type == "application/x-x509-ca-cert"
            trust = ssl.create_default_context(cadata=await given.text())
        async with phone.get(f"{address}/healthz", ssl=trust) as health:
            assert health.status == 200


@languages
@pytest.mark.parametrize("without", UNSUPPORTED)
async def test_a_browser_without_what_a_call_needs_is_told_which_ones_have_it(court, usual, language, without):
    async with page_of(usual, language) as page:
        await page.add_init_script(UNSUPPORTED[without])
        await page.goto(court.url)
        await page.locator("body[data-screen=unsupported]").wait_for()
        await says(page.locator("h1"), language, "unsupported.title")
        await says(page.locator("main"), language, "unsupported.next")


async def test_another_program_gets_the_same_refusals_as_problem_details(shut, over):
    for here, code in ((shut, "not-yet-open"), (over, "ended")):
        with pytest.raises(ProblemError) as refused:
            await enter(here.url, here.hearing, "party-1", here.words["party-1"])
        assert refused.value.code == code
