"""The technician's console: hearings the worst first, one hearing's links, alerts, words to participants."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from signaling.problems import Problem
from tests.web import screens
from tests.web.conftest import DESK, PHONE
from tests.web.entering import enter
from tests.web.fake_console import NOW, alert, seat, series, standing, whole
from tests.web.fake_server import FakeCourt
from tests.web.procedure import surrounding
from tests.web.test_modules import call

pytestmark = pytest.mark.asyncio(loop_scope="module")


def rows(page: Page) -> Any:
    return page.get_by_test_id("hearing-row")


async def test_hearings_stand_in_the_courts_order_with_verdict_cause_and_alerts(page: Page, court: FakeCourt) -> None:
    await screens.technician(page, court)
    await expect(rows(page)).to_have_count(5)
    first = rows(page).first
    for words in ("7204-25-00-2/15", "Bad connection: packets are lost on the way from the participant", "alerts: 1"):
        await expect(first).to_contain_text(words)
    court.console.hearings[0] = standing("h1", "7204-25-00-2/15")
    await expect(first).to_contain_text("Good connection")


async def test_a_server_that_looks_less_often_at_light_and_noise_says_so(page: Page, court: FakeCourt) -> None:
    await screens.technician(page, court)
    lookout = page.get_by_test_id("lookout")
    await expect(lookout).to_be_empty()
    court.console.lookout = {"look_s": 3, "thrifty": True, "sampled": True}
    await expect(lookout).to_contain_text("every 3 s only")
    court.console.lookout = None
    await expect(lookout).to_contain_text("not looked at now")


async def test_the_light_at_a_place_stands_beside_its_links(page: Page, court: FakeCourt) -> None:
    court.console.seats[0]["surroundings"] = {"light": surrounding("bad", "dark"), "noise": surrounding()}
    court.console.alerts.append(alert("a3", "light", cause="dark"))
    await screens.technician(page, court)
    await expect(page.get_by_test_id("alerts")).to_contain_text("light, too dark")
    await rows(page).first.get_by_role("link").click()
    await expect(page.get_by_test_id("seat-party-1").get_by_test_id("surrounding-light")).to_have_text(
        "Light: too dark"
    )


async def test_filters_stand_in_the_address_and_keep_the_focus(page: Page, court: FakeCourt) -> None:
    await screens.technician(page, court)
    await page.get_by_test_id("phase-late").press("Enter")
    await expect(rows(page)).to_have_count(1)
    assert page.url.endswith("#?phase=late")
    await expect(page.get_by_test_id("phase-late")).to_be_focused()
    await page.get_by_test_id("phase-paused").click()
    await expect(rows(page)).to_have_count(2)
    await page.get_by_test_id("only-bad").check()
    await expect(page.get_by_test_id("none")).to_have_text("There are no such hearings.")
    await page.go_back()
    await expect(rows(page)).to_have_count(2)


async def test_a_hearing_opens_by_a_link_and_the_way_back_leads_to_the_list(page: Page, court: FakeCourt) -> None:
    await screens.technician(page, court)
    await rows(page).first.get_by_role("link").click()
    party = page.get_by_test_id("seat-party-1")
    await expect(party.get_by_test_id("cause-up")).to_have_text("packets are lost on the way from the participant")
    await expect(party.get_by_test_id("tried")).to_contain_text("sound is sent with redundancy (3)")
    await expect(party.get_by_test_id("link-up")).to_contain_text("pictures: small 1")
    await expect(party.get_by_test_id("link-down")).to_contain_text("pictures: large 1, small 2, paused 1")
    await expect(page.get_by_test_id("seat-witness-1")).to_contain_text("Nothing has come from this device for 12 s")
    await expect(page.get_by_test_id("seat-technician").get_by_test_id("link-up")).to_contain_text("Not connected")
    await page.get_by_test_id("back").click()
    await expect(rows(page)).to_have_count(5)


async def test_a_deep_link_shows_its_seat_and_the_course_of_the_whole_hearing(page: Page, court: FakeCourt) -> None:
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await screens.console_seat(page, court)
    witness = page.get_by_test_id("seat-witness-1")
    await expect(witness).to_be_focused()
    await expect(witness).to_be_in_viewport()
    await expect(page.get_by_test_id("span-whole")).to_have_attribute("aria-pressed", "true")
    plot = page.get_by_test_id("seat-party-1").get_by_test_id("link-up").get_by_role("img")
    words = "last 1007 {}, least 80, most 1400; bad for 960 s, weak for 0 s"
    await expect(plot).to_have_attribute("aria-label", f"Rate: {words.format('kbit/s')}")
    await page.get_by_test_id("measure").select_option("loss")
    await expect(plot).to_have_attribute("aria-label", f"Loss: {words.format('per cent')}")
    assert page.url.endswith("#hearing/h1/witness-1?span=whole&measure=loss")


async def test_figures_that_are_old_are_called_old(page: Page, court: FakeCourt) -> None:
    await screens.console_seat(page, court)
    await expect(page.get_by_test_id("stale")).to_have_text("No new figures for 7 s.")
    court.console.stale_s = 0.5
    await expect(page.get_by_test_id("stale")).to_be_hidden()


async def test_what_was_seen_stays_while_the_server_does_not_answer(page: Page, court: FakeCourt) -> None:
    await screens.technician(page, court)
    court.console.problem = Problem("server-error")
    await expect(page.get_by_test_id("console-problem")).to_contain_text("No new figures for")
    await expect(rows(page)).to_have_count(5)
    court.console.problem = None
    await expect(page.get_by_test_id("console-problem")).to_be_hidden()


async def test_nothing_today_and_nobody_there_are_said(page: Page, court: FakeCourt) -> None:
    court.console.hearings, court.console.alerts, court.console.media = [], [], False
    await screens._at_console(page)
    await expect(page.get_by_test_id("none")).to_have_text("There are no hearings today.")
    await expect(page.get_by_test_id("media-down")).to_be_visible()
    court.console.hearings, court.console.seats = [standing("h9", "1/1")], []
    await rows(page).get_by_role("link").click()
    await expect(page.get_by_test_id("nobody")).to_have_text("Nobody is connected now.")


async def test_a_hearing_that_is_not_there_says_so(page: Page, court: FakeCourt) -> None:
    await screens._at_console(page, "#hearing/none")
    await expect(page.get_by_test_id("console-problem")).to_contain_text("is not here")


async def test_an_alert_is_taken_and_given_back(page: Page, court: FakeCourt) -> None:
    await screens.technician(page, court)
    first = page.get_by_test_id("alert").first
    await first.get_by_test_id("alert-take").click()
    await expect(first).to_contain_text("taken by you")
    await first.get_by_test_id("alert-release").click()
    await expect(first.get_by_test_id("alert-take")).to_be_visible()
    court.console.problem = Problem("changed")
    await first.get_by_test_id("alert-take").click()
    await expect(page.locator("[data-key='console.alert-changed']")).to_be_visible()


async def test_many_alerts_do_not_push_the_hearings_out_of_sight(page: Page, court: FakeCourt) -> None:
    court.console.alerts = [alert(f"a{number}") for number in range(20)]
    await screens.technician(page, court)
    await expect(page.get_by_test_id("alert")).to_have_count(6)
    await page.get_by_test_id("alerts-all").click()
    await expect(page.get_by_test_id("alert")).to_have_count(20)


async def test_a_message_goes_to_a_seat_and_is_shown_as_answered_once_it_is(page: Page, court: FakeCourt) -> None:
    await screens.console_hearing(page, court)
    await page.get_by_test_id("message-party-1").click()
    await page.get_by_test_id("field-text").fill("Move closer to the router.")
    court.console.problem = Problem("changed")
    await page.get_by_test_id("message-send").click()
    await expect(page.get_by_test_id("dialog-problem")).not_to_be_empty()
    court.console.problem = None
    await page.get_by_test_id("message-send").click()
    sent = await court.message("console-message")
    assert {name: sent[name] for name in ("to", "text")} == {"to": "party-1", "text": "Move closer to the router."}
    note = page.get_by_test_id("note")
    await expect(note).to_contain_text("not answered yet")
    court.console.messages[0]["read"] = {"party-1": "2027-01-15T08:00:10.000Z"}
    await expect(note).to_contain_text("understood by: Party 1")


async def test_words_stay_on_the_participants_screen_until_they_are_understood(page: Page, court: FakeCourt) -> None:
    await enter(page, court)
    await page.get_by_test_id("hearing").wait_for()
    await court.push("message", message=31, role="technician", text="Move closer to the router.")
    notice = page.locator("[data-key='notice.from-technician']")
    await expect(notice).to_contain_text("Move closer to the router.")
    for count in range(4):  # what comes afterwards does not push it away
        await court.push("wrong_words", seat="party-2", count=count)
    await expect(notice).to_be_visible()
    await notice.get_by_test_id("understood").click()
    await expect(notice).to_have_count(0)
    assert (await court.message("understood"))["message"] == 31


async def test_forty_links_fit_a_desk_and_none_is_wider_than_a_phone(page: Page, court: FakeCourt) -> None:
    up, down = court.console.seats[0]["up"], court.console.seats[0]["down"]
    court.console.seats = [seat(f"party-{number}", up, down) for number in range(1, 21)]
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await screens.console_hearing(page, court)
    await expect(page.get_by_role("img", name="Rate:")).to_have_count(40)
    for size in (DESK, PHONE):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("hash", "place"),
    [
        ("", {}),
        ("#hearing/h1", {"hearing": "h1"}),
        ("#hearing/h1/party-1?span=whole", {"hearing": "h1", "seat": "party-1", "span": "whole"}),
        ("#hearing/h1?measure=loss", {"hearing": "h1", "measure": "loss"}),
        ("#hearing/a%2Fb", {"hearing": "a/b"}),
        ("#?phase=failed,late&bad=1", {"phases": ["failed", "late"], "bad": True}),
        ("#?phase=nonsense&measure=x", {}), ("#nothing/h1", {}), ("#hearing/%E0%A4%A", {}),
    ],
)  # fmt: skip
async def test_an_address_is_a_place_and_back(page: Page, hash: str, place: dict[str, Any]) -> None:
    await page.goto("/")
    usual = {"hearing": "", "seat": "", "phases": [], "bad": False, "span": "minute", "measure": "kbps"}
    found = await call(page, "protocol/console.js", f"m.parsePlace({hash!r})")
    assert found == usual | place
    again = await call(page, "protocol/console.js", f"m.parsePlace(m.formatPlace(m.parsePlace({hash!r})))")
    assert again == found


async def test_a_plot_has_gaps_where_nothing_is_known_and_says_what_it_shows(page: Page) -> None:
    await page.goto("/")
    minute = series([1, 2, 2], 500.0)
    minute["kbps"][20] = None
    script = """(() => {
      const spark = m.sparkline();
      spark.update(%s, "kbps", %d);
      const d = (name) => spark.node.querySelector(name).getAttribute("d");
      const count = (name, letter) => d(name).split(letter).length - 1;
      return [count(".spark-line", "M"), d(".spark-band"), count(".spark-poor", "Z"), count(".spark-bad", "Z")];
    })()"""
    assert await call(page, "parts/sparkline.js", script % (json.dumps(minute), NOW)) == [2, "", 1, 2]
    banded = await call(page, "parts/sparkline.js", script % (json.dumps(whole(2)), NOW))
    assert banded[1].endswith("Z")
