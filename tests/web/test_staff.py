"""The judge's, the clerk's and the technician's screens."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from signaling.problems import Problem
from tests.web import screens
from tests.web.conftest import DESK, until
from tests.web.fake_server import FakeCourt, snapshot

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def desk(page: Page) -> None:
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]


async def test_a_link_for_staff_leads_through_the_sign_in_into_the_hearing(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot("clerk")
    await screens.enter(page, court, "/staff")
    await expect(page.get_by_test_id("panel")).to_be_visible()


async def test_a_hearing_is_chosen_from_the_list(page: Page, court: FakeCourt) -> None:
    await screens.hearings(page, court)
    await page.get_by_test_id("enter").click()
    await expect(page.get_by_test_id("hearing")).to_be_visible()


async def test_the_photo_stands_beside_the_live_picture(page: Page, court: FakeCourt) -> None:
    await screens.judge(page, court)
    card = page.get_by_test_id("waiting-party-2")
    await expect(card.get_by_test_id("photo-party-2")).to_be_visible()
    await until(page, "document.querySelector('video[data-seat=party-2]').videoWidth > 0")
    await expect(page.get_by_test_id("waiting-witness-1")).to_contain_text("No photo was submitted")


async def test_admitting_names_the_seat_and_the_version_that_was_seen(page: Page, court: FakeCourt) -> None:
    await screens.judge(page, court)
    await page.get_by_test_id("admit-party-2").click()
    act = await court.message("act")
    assert (act["act"], act["seat"], act["version"]) == ("admit", "party-2", 7)


async def test_refusing_needs_a_reason(page: Page, court: FakeCourt) -> None:
    await screens.refusing(page, court)
    await page.get_by_test_id("reason-confirm").click()
    await expect(page.locator("dialog")).to_contain_text("Give a reason.")
    await page.locator("dialog .choice").first.click()
    await page.get_by_test_id("reason-confirm").click()
    act = await court.message("act")
    assert (act["act"], act["seat"]) == ("refuse", "party-2")
    assert "photo" in act["reason"]


async def test_concluding_is_asked_twice(page: Page, court: FakeCourt) -> None:
    await screens.judge(page, court)
    await page.get_by_test_id("act-conclude").click()
    await page.get_by_test_id("dialog-cancel").click()
    await page.get_by_test_id("act-recess").click()
    await page.get_by_test_id("recess-confirm").click()
    await court.message("act", act="recess")
    assert court.messages("act", act="conclude") == []
    await page.get_by_test_id("act-conclude").click()
    await page.get_by_test_id("conclude-confirm").click()
    await court.message("act", act="conclude")


async def test_only_what_is_allowed_now_is_offered(page: Page, court: FakeCourt) -> None:
    await screens.judge(page, court)
    await expect(page.get_by_test_id("act-start")).to_be_hidden()
    await court.change(you={"acts": ["start"]})
    await expect(page.get_by_test_id("act-start")).to_be_visible()
    await expect(page.get_by_test_id("act-recess")).to_be_hidden()
    await expect(page.get_by_test_id("admit-party-2")).to_be_hidden()


async def test_an_act_that_came_too_late_is_explained(page: Page, court: FakeCourt) -> None:
    court.problems["act"] = Problem("changed")
    await screens.judge(page, court)
    await page.get_by_test_id("admit-party-2").click()
    await expect(page.locator("[data-key='problem.changed']")).to_contain_text("try again")


async def test_a_second_device_is_agreed_to(page: Page, court: FakeCourt) -> None:
    await screens.judge(page, court)
    await page.get_by_test_id("agree-party-1").click()
    assert (await court.message("act"))["act"] == "agree_device"


async def test_the_clerk_is_told_of_wrong_words(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot("clerk")
    await screens.enter(page, court, "/staff")
    await court.message("hello")  # those who lead see the screen of a hearing before they are welcomed
    await court.push("wrong_words", seat="party-1", count=7)
    notice = page.locator("[data-key='notice.wrong-words']")
    await expect(notice).to_contain_text("Party 1")
    await expect(notice).to_contain_text("7")


async def test_a_fault_of_the_recording_is_an_alarm(page: Page, court: FakeCourt) -> None:
    await screens.judge(page, court)
    await court.change(recording={"on": True, "failed": "disk"})
    await expect(page.get_by_test_id("recording-failed")).to_contain_text("fault")


@pytest.mark.parametrize(("reason", "said"), [("unsteady", "reload the page"), ("error", "mistake in the program")])
async def test_a_fault_of_the_recording_says_what_to_do(page: Page, court: FakeCourt, reason: str, said: str) -> None:
    await screens.judge(page, court)
    await court.change(recording={"on": True, "failed": reason})
    await expect(page.get_by_test_id("recording-failed")).to_contain_text(said)


async def test_a_notice_said_again_takes_its_own_place(page: Page, court: FakeCourt) -> None:
    court.problems["act"] = Problem("changed")
    await screens.judge(page, court)
    for count in range(1, 4):
        await page.get_by_test_id("admit-party-2").click()
        await until(page, f"performance.getEntriesByName(location.origin + '/api/v1/hearing/acts').length === {count}")
    await court.push("wrong_words", seat="party-1", count=7)
    await expect(page.get_by_test_id("notice")).to_have_count(2)
