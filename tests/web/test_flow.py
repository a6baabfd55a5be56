"""A participant's way: entry, waiting room, hearing, end; and what is said when something is in the way."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.async_api import Page, expect

from signaling.problems import KINDS, Problem
from tests.web import screens
from tests.web.conftest import until
from tests.web.fake_server import NUMBER, WORD, FakeCourt, snapshot
from tests.web.test_languages import TABLES

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_participant_goes_from_the_link_to_the_hearing(page: Page, court: FakeCourt) -> None:
    await screens.waiting(page, court)
    await expect(page.get_by_test_id("standing")).to_contain_text("waiting room")
    await court.change(**snapshot())
    await expect(page.locator("[data-testid=tile][data-picture=seen]")).to_have_count(4)
    await expect(page.get_by_test_id("recording")).to_have_text("Recording is on")


async def test_media_is_sent_from_the_waiting_room_and_not_made_anew_by_admission(page: Page, court: FakeCourt) -> None:
    await screens.waiting(page, court)
    await court.message("publish")
    await court.change(**snapshot())
    await expect(page.locator("body[data-screen=hearing]")).to_be_visible()
    assert len(court.messages("publish")) == 1


async def test_a_second_device_sends_nothing_until_the_clerk_agrees(page: Page, court: FakeCourt) -> None:
    await screens.claiming(page, court)
    await court.message("hello")
    assert court.messages("publish") == []
    await court.change(you={"standing": "waiting"})
    await court.message("publish")


async def test_a_wrong_word_is_answered_in_words_and_keeps_what_was_typed(page: Page, court: FakeCourt) -> None:
    await page.goto(f"/?hearing={NUMBER}&seat=party-1")
    await page.get_by_test_id("entry-word").fill("wrong")
    await screens.declare(page)
    await page.get_by_test_id("entry-submit").click()
    await expect(page.get_by_test_id("entry-problem")).to_contain_text("not right")
    await expect(page.get_by_test_id("entry-hearing")).to_have_value(NUMBER)
    await page.get_by_test_id("language-ru").click()
    await expect(page.get_by_test_id("entry-word")).to_have_value("wrong")


async def test_too_many_tries_close_the_button_for_the_time_that_is_said(page: Page, court: FakeCourt) -> None:
    court.problems["entry"] = Problem("slow-down", seconds=30)
    await screens.enter(page, court)
    await expect(page.get_by_test_id("entry-problem")).to_contain_text("not locked out")
    await expect(page.get_by_test_id("entry-submit")).to_be_disabled()
    await expect(page.get_by_test_id("entry-submit")).to_contain_text(re.compile(r"\d s"))


async def test_who_had_to_go_comes_again_by_itself(page: Page, court: FakeCourt) -> None:
    court.problems["entry"] = Problem("slow-down", seconds=1)
    await screens.enter(page, court)
    await expect(page.get_by_test_id("entry-problem")).to_contain_text("tries again by itself")
    court.problems.clear()
    await expect(page.get_by_test_id("hearing")).to_be_visible()


async def test_a_form_that_was_left_tries_no_more(page: Page, court: FakeCourt) -> None:
    await page.clock.install()
    court.problems["entry"] = Problem("slow-down", seconds=5)
    await screens.enter(page, court)
    await expect(page.get_by_test_id("entry-problem")).to_contain_text("tries again by itself")
    await page.get_by_test_id("to-application").click()
    await page.get_by_test_id("application-submit").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(8):  # each second's timer is set by the one before it
        await page.clock.run_for(1_000)
    await page.evaluate("fetch('/api/v1/version').then((answer) => answer.text())")
    assert [url.rpartition("/")[2] for url in asked] == ["version"]


@pytest.mark.parametrize("code", sorted(set(KINDS) - {"slow-down"}))  # which is tried again by itself, above
async def test_every_problem_at_entry_is_said_in_the_chosen_language(page: Page, court: FakeCourt, code: str) -> None:
    court.problems["entry"] = Problem(code, seconds=1, reason="—", scheduled_at="2026-11-21T09:00:00Z")
    await screens.enter(page, court)
    said = page.get_by_test_id("entry-problem")
    for language, table in TABLES.items():
        await page.get_by_test_id(f"language-{language}").click()
        await page.get_by_role("button", name=table["entry.submit"], exact=True).click()
        parts = re.split(r"\{\w+\}", table[f"problem.{code}"])
        await expect(said).to_have_text(re.compile("^" + ".+".join(map(re.escape, parts)) + "$"))
        await expect(said).not_to_contain_text(re.compile(r"problem\.|undefined|\{|Error"))


async def test_an_unreachable_server_is_said_in_words(page: Page, court: FakeCourt) -> None:
    await screens.entry(page, court)
    await page.route("**/api/v1/entry", lambda route: route.abort())
    await page.get_by_test_id("entry-word").fill("word")
    await screens.declare(page)
    await page.get_by_test_id("entry-submit").click()
    await expect(page.get_by_test_id("entry-problem")).to_contain_text("cannot be reached")


async def test_a_reload_returns_to_the_same_seat_by_itself(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.reload()
    await expect(page.locator("[data-testid=tile][data-picture=seen]")).to_have_count(4)
    assert court.messages("hello")[-1]["token"] == "token-1"


async def test_neither_word_nor_token_stands_in_an_address_or_outlives_the_tab(page: Page, court: FakeCourt) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    await screens.hearing(page, court)
    said = [unquote(address) for address in [*addresses, page.url]]
    assert not any(secret in address for secret in ("token-1", WORD) for address in said)
    assert await page.evaluate("Object.values(localStorage).join()") == ""
    assert "token-1" in await page.evaluate("Object.values(sessionStorage).join()")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("refused", "Too dark."), ("removed", "Too dark."), ("replaced", "another device"),
        ("token-revoked", "no longer valid"), ("device-refused", "did not agree"), ("hearing-full", "full"),
        ("overloaded", "nobody else"), ("token-expired", "expired"),
    ],
)  # fmt: skip
async def test_every_goodbye_says_why_and_stays(page: Page, court: FakeCourt, code: str, said: str) -> None:
    await screens.waiting(page, court)
    await court.bye(code, reason="Too dark.")
    await expect(page.get_by_test_id("end-problem")).to_contain_text(said)
    assert len(court.messages("hello")) == 1
    assert await page.evaluate("sessionStorage.length") == 0


async def test_a_tab_that_was_put_away_until_its_entry_expired_says_so(page: Page, court: FakeCourt) -> None:
    await screens.waiting(page, court)
    past = "JSON.stringify({ ...JSON.parse(sessionStorage['courtroom-seat']), expires_at: 1 })"
    await page.evaluate(f"addEventListener('pagehide', () => (sessionStorage['courtroom-seat'] = {past}))")
    await page.reload()
    await expect(page.get_by_test_id("end")).to_have_attribute("data-code", "token-expired")
    await expect(page.get_by_test_id("end-problem")).to_contain_text("expired")
    await page.get_by_test_id("enter-again").click()
    await expect(page.get_by_test_id("entry-word")).to_be_visible()
    await page.reload()
    await expect(page.get_by_test_id("entry-word")).to_be_visible()


async def test_a_concluded_hearing_ends_for_everybody(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await court.change(state="concluded")
    await expect(page.get_by_test_id("end")).to_have_attribute("data-code", "ended")
    await expect(page.get_by_text("over")).to_have_count(1)


async def test_leaving_is_asked_twice_and_gives_the_seat_up(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("dialog-cancel").click()
    await expect(page.locator("body[data-screen=hearing]")).to_be_visible()
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    await expect(page.get_by_test_id("end")).to_have_attribute("data-code", "left")
    await court.message("leave")
    assert await page.evaluate("sessionStorage.length") == 0


async def test_the_others_know_of_a_switched_off_microphone(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await court.message("device", microphone="on", camera="on")
    await page.get_by_test_id("microphone").click()
    await court.message("device", microphone="off", camera="on")
    await expect(page.get_by_test_id("microphone")).to_have_text("Microphone is off")
    await page.get_by_test_id("microphone").click()
    await expect(page.get_by_test_id("microphone")).to_have_text("Microphone is on")


async def test_a_switched_off_camera_is_let_go_and_comes_back(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.get_by_test_id("camera").click()
    await court.message("device", microphone="on", camera="off")
    assert await page.evaluate("fakeMedia.made[0].transceivers[1].sender.track") is None
    await page.get_by_test_id("camera").click()
    await court.message("device", 2, microphone="on", camera="on")
    await until(page, "fakeMedia.made[0].transceivers[1].sender.track !== null")


@pytest.mark.parametrize(
    ("error", "state", "advice"),
    [
        ("NotAllowedError", "denied", "choose “Allow”"), ("NotFoundError", "missing", "Plug in"),
        ("NotReadableError", "missing", "Close other programs"), ("TypeError", "missing", "current version"),
    ],
)  # fmt: skip
async def test_a_device_that_cannot_be_had_is_explained(
    page: Page, court: FakeCourt, error: str, state: str, advice: str
) -> None:
    await page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{error}') }}"
    )
    court.hearing = snapshot(standing="waiting")
    await screens.enter(page, court)
    await expect(page.get_by_test_id("device-help")).to_contain_text(advice)
    await court.message("device", microphone=state, camera=state)


async def test_without_a_camera_the_microphone_still_works(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(
        "const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wanted) => {"
        "if (wanted.video) throw new DOMException('', 'NotFoundError'); return real(wanted) }"
    )
    court.hearing = snapshot(standing="waiting")
    await screens.enter(page, court)
    await court.message("device", microphone="on", camera="missing")
    await expect(page.get_by_test_id("level-words")).to_contain_text("hear you")


async def test_an_incoming_call_is_said_to_both_sides(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    track = "fakeMedia.made[0].transceivers[0].sender.track"
    await page.evaluate(f"{track}.dispatchEvent(new Event('mute'))")
    await court.message("device", microphone="muted", camera="on")
    await expect(page.locator("[data-key='notice.microphone-taken']")).to_be_visible()
    await page.evaluate(f"{track}.dispatchEvent(new Event('unmute'))")
    await expect(page.locator("[data-key='notice.microphone-returned']")).to_be_visible()


async def test_an_unplugged_microphone_is_replaced(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    sender = "fakeMedia.made[0].transceivers[0].sender"
    await page.evaluate(
        f"window.unplugged = {sender}.track; unplugged.stop(); unplugged.dispatchEvent(new Event('ended'))"
    )
    await expect(page.locator("[data-key='notice.microphone-found']")).to_be_visible()
    await until(page, f"{sender}.track && {sender}.track !== unplugged")


async def test_blocked_sound_gets_a_large_button(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(
        "HTMLAudioElement.prototype.play = async () => {"
        "if (!navigator.userActivation.isActive || window.blocked) throw new DOMException('', 'NotAllowedError') };"
        "window.blocked = true"
    )
    await screens.hearing(page, court)
    button = page.get_by_test_id("turn-on-sound")
    await expect(button).to_be_visible()
    await page.evaluate("window.blocked = false")
    await button.click()
    await expect(button).to_be_hidden()


async def test_each_seat_has_one_picture_and_one_sound(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    for seat in ("judge", "clerk", "party-2", "witness-1"):
        await expect(page.locator(f"video[data-seat={seat}]")).to_have_count(1)
        await expect(page.locator(f"audio[data-seat={seat}]")).to_have_count(1)


async def test_the_speaker_becomes_large_and_a_chosen_picture_stays_so(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    large = page.locator(".tile.main")
    await expect(large).to_have_attribute("data-seat-tile", "judge")
    await court.push("speaker", seat="witness-1")
    await expect(large).to_have_attribute("data-seat-tile", "witness-1")
    await court.push("speaker", seat=None)
    await expect(large).to_have_attribute("data-seat-tile", "witness-1")
    await page.locator("[data-seat-tile=clerk] button").click()
    await court.push("speaker", seat="judge")
    await expect(page.locator("[data-seat-tile=judge].speaking")).to_be_visible()
    await expect(large).to_have_attribute("data-seat-tile", "clerk")


async def test_a_picture_that_our_downlink_does_not_carry_says_so(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    tile = page.locator("[data-seat-tile=party-2]")
    await expect(tile).to_contain_text("Picture paused: your connection is weak")
    await court.push("pictures", pictures={"judge": "high", "clerk": "low", "party-2": "low", "witness-1": "low"})
    await expect(tile).not_to_contain_text("Picture paused")


async def test_a_change_of_language_leaves_the_hearing_running(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.get_by_test_id("language-kk").click()
    await expect(page.get_by_test_id("recording")).to_have_text("Жазу жүруде")
    await expect(page.locator("[data-testid=tile][data-picture=seen]")).to_have_count(3)
    assert len(court.messages("hello")) == len(court.messages("publish")) == 1


async def test_a_mistake_of_the_page_is_said_calmly(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.evaluate("setTimeout(() => { throw new Error('secret detail') })")
    notice = page.locator("[data-key='problem.client-error']")
    await expect(notice).to_contain_text("You keep your seat")
    await expect(page.locator("body")).not_to_contain_text("secret detail")


async def test_nothing_is_global_unless_asked_for(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    assert await page.evaluate("'courtroomDebug' in window") is False
    await page.evaluate("localStorage.debug = '1'")
    await page.reload()
    await until(page, "window.courtroomDebug?.subscribe?.connectionState === 'connected'")


async def test_a_moving_picture_is_shown_whatever_a_restarted_server_says(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    seats = [{**seat, "connected": False, "camera": "off"} for seat in court.hearing["seats"]]
    await court.change(seats=seats, version=8)
    await court.push("speaker", seat="clerk")
    await expect(page.locator("[data-seat-tile=clerk].speaking[data-picture=seen]")).to_be_visible()


async def test_a_picture_that_stopped_says_why(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.evaluate("fakeMedia.made[1].transceivers.forEach(({ receiver }) => receiver.track.stop())")
    await court.push("devices", seat="clerk", microphone="on", camera="off")
    await expect(page.locator("[data-seat-tile=clerk]")).to_contain_text("Camera is off")


async def test_a_picture_that_its_uplink_does_not_carry_says_so_to_the_others(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.evaluate("fakeMedia.made[1].transceivers.forEach(({ receiver }) => receiver.track.stop())")
    await court.push("devices", seat="clerk", microphone="on", camera="resting")
    await expect(page.locator("[data-seat-tile=clerk]")).to_contain_text("Picture paused: their connection is weak")


async def test_who_sends_sound_alone_reads_why_and_the_others_are_told(page: Page, court: FakeCourt) -> None:
    await screens.resting(page, court)
    await expect(page.get_by_test_id("banner")).to_contain_text("your picture is paused")
    await expect(page.locator(".stage .self")).to_contain_text("You are not seen")
    await expect(page.get_by_test_id("link-verdict")).to_be_hidden()
    assert (await court.message("device", camera="resting"))["microphone"] == "on"


async def test_an_upper_layer_that_nobody_wants_is_not_sent_until_somebody_does(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("localStorage.debug = '1'")
    await screens.hearing(page, court)
    await until(page, "window.courtroomDebug?.publish?.connectionState === 'connected'")
    connection = await page.evaluate("courtroomDebug.attendance.call.up.current.connection")
    active = "fakeMedia.made[0].transceivers[1].sender.parameters.encodings.map(({ active }) => active).join()"
    await court.push("layers", connection=connection, high=False)
    await until(page, f"{active} === 'true,false'")
    await court.push("layers", connection="another", high=True)
    await court.push("layers", connection=connection, high=True)
    await until(page, f"{active} === 'true,true'")
