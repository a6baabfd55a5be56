"""What breaks comes back: the WebSocket with its numbered messages, the media connections, the token."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.web import screens
from tests.web.conftest import until
from tests.web.fake_server import PEOPLE, FakeCourt, person, snapshot

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = "fakeMedia.open().length"


async def test_a_broken_socket_is_resumed_where_it_broke(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await court.cut()
    await expect(page.get_by_test_id("banner")).to_contain_text("You stay in your seat")
    await court.push("speaker", seat="clerk")  # while nobody listens
    hello = await court.message("hello", 2)
    assert hello["session"] == "session-1"
    assert hello["last"] >= 3
    await expect(page.locator("[data-seat-tile=clerk].speaking")).to_be_visible()
    await expect(page.get_by_test_id("banner")).to_be_hidden()


async def test_media_goes_on_while_the_socket_is_down(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await court.cut()
    await court.message("hello", 2)
    assert await page.evaluate("fakeMedia.made.length") == 2
    assert len(court.messages("publish")) == 1


async def test_a_connections_figures_are_read_once_for_each_report(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    first = len(court.messages("report"))
    read = "fakeMedia.open().reduce((most, one) => Math.max(most, one.read ?? 0), 0)"
    before = await page.evaluate(read)
    await court.message("report", first + 3)
    reads = await page.evaluate(read) - before
    assert 2 <= reads <= len(court.messages("report")) - first + 1


async def test_a_server_that_forgot_the_session_gives_a_snapshot(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    court.known_session = False
    court.hearing = snapshot(state="recess")
    await court.cut()
    await expect(page.get_by_test_id("state")).to_have_text("Recess")


async def test_a_message_that_was_seen_is_not_taken_twice(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await court.push("speaker", seat="clerk")
    await expect(page.locator("[data-seat-tile=clerk].speaking")).to_be_visible()
    court._seq -= 1  # the same number again, with another content
    await court.push("speaker", seat="judge")
    await court.push("speaker", seat="party-2")
    await expect(page.locator("[data-seat-tile=party-2].speaking")).to_be_visible()
    assert len(court.messages("hello")) == 1


async def test_a_gap_in_the_numbers_brings_a_fresh_snapshot(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    court._seq += 5
    await court.push("speaker", seat="clerk")
    hello = await court.message("hello", 2)
    assert "session" not in hello


async def test_a_restarted_media_server_gets_new_connections_and_the_old_are_closed(
    page: Page, court: FakeCourt
) -> None:
    await screens.hearing(page, court)
    await court.push("media", state="down", boot=None)
    await expect(page.get_by_test_id("banner")).to_contain_text("being restarted")
    await court.push("media", state="up", boot="boot-2")
    await court.message("publish", 2)
    await court.message("subscribed", 2)
    await until(page, "fakeMedia.made.filter((one) => one.connectionState === 'closed').length === 2")
    assert await page.evaluate(OPEN) == 2
    await expect(page.locator("[data-testid=tile][data-picture=seen]")).to_have_count(3)


async def test_a_restarted_app_alone_leaves_the_media_connections(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await court.push("media", state="up", boot="boot-1")
    await court.push("speaker", seat="clerk")
    await expect(page.locator("[data-seat-tile=clerk].speaking")).to_be_visible()
    assert len(court.messages("publish")) == 1


async def test_a_media_server_that_restarted_meanwhile_is_noticed_at_the_welcome(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    court.media = "boot-2"
    await court.cut()
    await court.message("publish", 2)
    await court.message("subscribe", 2)


async def test_a_failed_connection_is_made_again_and_the_picture_stays_meanwhile(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.evaluate("fakeMedia.made[1].become('failed')")
    await court.message("subscribed", 2)
    await until(page, "fakeMedia.made[2]?.connectionState === 'connected'")
    await until(page, "fakeMedia.made[1].connectionState === 'closed'")
    assert len(court.messages("publish")) == 1


async def test_a_short_loss_of_the_network_heals_without_a_new_connection(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.clock.install()
    await page.evaluate("fakeMedia.made[0].become('disconnected')")
    await page.clock.run_for(3_000)
    await expect(page.get_by_test_id("banner")).to_contain_text("broke off")
    await page.evaluate("fakeMedia.made[0].become('connected')")
    await page.clock.run_for(5_000)
    await expect(page.get_by_test_id("banner")).to_be_hidden()
    assert len(court.messages("publish")) == 1


async def test_a_loss_of_more_than_four_seconds_does_not(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.clock.install()
    await page.evaluate("fakeMedia.made[0].become('disconnected')")
    await page.clock.run_for(4_100)
    await court.message("publish", 2)


async def test_without_a_socket_no_connection_is_tried_until_it_is_back(page: Page, court: FakeCourt) -> None:
    await screens.lost(page, court)
    await page.evaluate("fakeMedia.made[0].become('failed')")
    assert await page.evaluate("fakeMedia.made.length") == 2


async def test_an_offer_for_a_later_seat_is_taken_by_the_same_connection(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    connection = court.messages("subscribed")[0]["connection"]
    await court.push("offer", connection=connection, sdp="fake", slots=court.slots())
    await court.message("subscribed", 2, connection=connection)
    assert await page.evaluate("fakeMedia.made.length") == 2


async def test_the_token_is_renewed_in_time_over_http_and_told_to_the_socket(page: Page, court: FakeCourt) -> None:
    court.expires_in = 3
    await screens.hearing(page, court)
    renewal = await court.message("renew")
    assert renewal["token"] == "token-2"


async def test_the_client_reports_what_only_it_can_measure(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    report = await court.message("report")
    assert report["up"]["connection"] == f"up{court.messages('publish')[0]['id']}"
    assert report["down"].keys() >= {"connection", "freezes", "freeze_s", "seats"}


async def test_whose_the_sections_are_is_learnt_at_the_admission_without_a_new_connection(
    page: Page, court: FakeCourt
) -> None:
    await screens.waiting(page, court)
    await court.message("subscribed")
    assert await page.evaluate("document.querySelectorAll('video[data-seat]').length") == 0
    await court.change(you={"standing": "admitted"}, seats=[person(*one) for one in PEOPLE])
    await expect(page.locator("[data-testid=tile][data-picture=seen]")).to_have_count(4)
    assert len(court.messages("subscribe")) == 1


async def test_who_was_admitted_while_the_server_forgot_the_sections_subscribes_again(
    page: Page, court: FakeCourt
) -> None:
    await screens.waiting(page, court)
    await court.message("subscribed")
    court.known_session = False
    court.hearing = snapshot()
    await court.cut()
    await court.message("subscribe", 2)
    await expect(page.locator("[data-testid=tile][data-picture=seen]")).to_have_count(4)


async def test_a_silent_line_is_noticed_also_on_a_phone_whose_clock_was_put_back(page: Page, court: FakeCourt) -> None:
    await page.clock.install()
    await screens.hearing(page, court)
    court.silent = True
    await page.clock.set_system_time(0)
    await page.clock.run_for(25_000)
    await court.message("hello", 2)


async def test_a_token_that_is_renewed_while_its_owner_leaves_is_not_kept(page: Page, court: FakeCourt) -> None:
    court.expires_in = 3
    court.renewal.clear()
    await screens.hearing(page, court)
    await court.message("token")
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    async with page.expect_response(lambda answer: answer.request.method == "POST"):
        court.renewal.set()
    await expect(page.get_by_test_id("end")).to_be_visible()
    assert await page.evaluate("sessionStorage.length") == 0
