"""The hearing's procedure on the screens: what each person reads, is asked and may do; what the act then says."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from signaling.problems import Problem
from tests.web import procedure
from tests.web.conftest import DESK
from tests.web.entering import declare
from tests.web.fake_office import Answers, no_barriers_now
from tests.web.fake_server import NUMBER, WORD, FakeCourt, snapshot

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_judge_alone_reads_what_to_press(page: Page, court: FakeCourt) -> None:
    await procedure.alone(page, court)
    await expect(page.get_by_test_id("phase")).to_contain_text("“Start the hearing”")
    await expect(page.get_by_test_id("person-judge")).not_to_contain_text("Microphone is off")


async def test_a_double_click_on_start_neither_concludes_nor_starts_twice(page: Page, court: FakeCourt) -> None:
    await procedure.alone(page, court)
    await page.get_by_test_id("act-start").dblclick()
    await court.message("act", act="start")
    await expect(page.locator("dialog")).to_have_count(0)
    assert len(court.messages("act")) == 1


async def test_to_conclude_has_a_place_where_no_other_button_comes(page: Page, court: FakeCourt) -> None:
    await procedure.alone(page, court)
    before = await page.get_by_test_id("act-conclude").bounding_box()
    await court.change(state="in_session", you={"acts": procedure.ORDERS}, alarms=[])
    await expect(page.get_by_test_id("act-recess")).to_be_visible()
    after = await page.get_by_test_id("act-conclude").bounding_box()
    assert before
    assert after
    assert (before["x"], before["width"]) == (after["x"], after["width"])


async def test_a_start_without_the_checks_asks_why_and_says_what_lacks(page: Page, court: FakeCourt) -> None:
    court.problems["act"] = Problem("checklist-incomplete", items=["courtroom_ready"])
    await procedure.alone(page, court)
    await page.get_by_test_id("act-start").click()
    await expect(page.locator("dialog")).to_contain_text("The courtroom is ready")
    court.problems.clear()
    await page.locator("dialog .choice").first.click()
    await page.get_by_test_id("reason-confirm").click()
    assert (await court.message("act", act="start"))["reason"]


async def test_a_closed_session_needs_its_ruling(page: Page, court: FakeCourt) -> None:
    await procedure.orders(page, court)
    await page.get_by_test_id("act-close_session").click()
    await expect(page.locator("dialog")).to_contain_text("The court's ruling")
    await page.get_by_test_id("reason").fill("Ruling of today")
    await page.get_by_test_id("reason-confirm").click()
    assert (await court.message("act", act="close_session"))["reason"] == "Ruling of today"


async def test_a_lost_participant_is_an_alarm_with_what_was_measured(page: Page, court: FakeCourt) -> None:
    await procedure.orders(page, court)
    alarm = page.get_by_test_id("strip-alarm-party-2")
    await expect(alarm).to_have_attribute("role", "alert")
    await expect(alarm).to_contain_text("Silent for 8 s. Last measured: Bad connection.")
    await court.change(alarms=[])
    await expect(alarm).to_have_count(0)


async def test_the_floor_is_given_to_who_asked_and_taken_again(page: Page, court: FakeCourt) -> None:
    await procedure.orders(page, court)
    await expect(page.get_by_test_id("floor-holder")).to_contain_text("Ахметова")
    await page.get_by_test_id("queue-party-2").click()
    assert (await court.message("act", act="give_floor"))["seat"] == "party-2"
    await page.get_by_test_id("act-take_floor").click()
    await court.message("act", act="take_floor")


async def test_who_did_not_receive_and_play_is_told_and_a_repeat_is_one_click(page: Page, court: FakeCourt) -> None:
    await procedure.unheard(page, court)
    card = page.get_by_test_id("audibility-party-1")
    await expect(card).to_contain_text("received and played 59\N{NO-BREAK SPACE}% of the last 20\N{NO-BREAK SPACE}s")
    await expect(card).to_contain_text("lost on the listener’s connection")
    await expect(card).to_contain_text("do not agree with what was delivered")
    await expect(card).to_contain_text("no reports come")
    await expect(card).to_contain_text("And 2 more")
    await page.get_by_test_id("ask_repeat-party-1").click()
    assert (await court.message("act", act="ask_repeat"))["seat"] == "party-1"
    await court.push("audibility", pairs=[])
    await expect(page.get_by_test_id("audibility")).to_be_hidden()


async def test_the_judge_sees_signs_and_may_adjourn_for_noise_that_stays(page: Page, court: FakeCourt) -> None:
    await procedure.surroundings(page, court)
    person = page.get_by_test_id("person-party-1")
    await expect(person.get_by_test_id("surrounding-light")).to_have_text("Light: too dark")
    await expect(person.get_by_test_id("surrounding-light").locator(".icon:visible")).to_have_count(1)
    await expect(page.get_by_test_id("person-witness-1").get_by_test_id("surroundings")).to_contain_text(
        "no sound comes"
    )
    await expect(page.get_by_test_id("strip-light-party-1")).to_have_count(0)
    await expect(page.get_by_test_id("strip-noise-party-1")).to_contain_text("for more than half a minute")
    await page.get_by_test_id("noise-party-1-adjourn").click()
    await page.get_by_test_id("adjourn-confirm").click()
    await court.message("act", act="adjourn")


async def test_the_judge_may_adjourn_for_a_necessary_participants_link_that_stays_bad(
    page: Page, court: FakeCourt
) -> None:
    await procedure.bad_links(page, court)
    await expect(page.get_by_test_id("strip-link-party-1")).to_contain_text(
        "the link from the participant is too narrow"
    )
    await expect(page.get_by_test_id("strip-link-party-2")).to_have_count(0)
    await page.get_by_test_id("link-party-1-adjourn").click()
    await page.get_by_test_id("adjourn-confirm").click()
    await court.message("act", act="adjourn")


async def test_the_clerk_is_told_whose_link_stays_bad(page: Page, court: FakeCourt) -> None:
    await procedure.bad_links_clerk(page, court)
    await expect(page.get_by_test_id("strip-link-party-2")).to_contain_text("packets are lost on the way")
    await expect(page.get_by_test_id("strip-link-party-1").get_by_role("button")).to_have_count(0)
    await court.push("links", seats={})
    await expect(page.get_by_test_id("strip-link-party-2")).to_have_count(0)


async def test_the_clerk_is_told_what_stays_bad_and_of_signs_of_company(page: Page, court: FakeCourt) -> None:
    await procedure.surroundings_clerk(page, court)
    await expect(page.get_by_test_id("strip-light-party-1")).to_contain_text("Light: too dark")
    await expect(page.get_by_test_id("strip-noise-party-1").get_by_role("button")).to_have_count(0)
    await expect(page.get_by_test_id("strip-second-face-witness-1")).to_contain_text("A sign, not a finding")
    await expect(page.get_by_test_id("strip-same-network-witness-1")).to_contain_text("Оспанов")
    await court.push("signs", seats={})
    await expect(page.get_by_test_id("strip-same-network-witness-1")).to_have_count(0)


async def test_who_sits_in_the_dark_is_told_one_thing_to_do_and_nothing_covers_the_hearing(
    page: Page, court: FakeCourt
) -> None:
    await procedure.dark(page, court)
    advice = page.get_by_test_id("strip-own-light")
    await expect(advice).to_contain_text("It is too dark: turn towards the window or switch on a lamp")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await expect(page.get_by_test_id("strip-own-noise")).to_have_count(0)
    await court.push("surroundings", seats={})
    await expect(advice).to_have_count(0)


async def test_who_is_asked_to_repeat_reads_it(page: Page, court: FakeCourt) -> None:
    await procedure.speaking(page, court)
    await court.push("repeat", seat="party-1")
    await expect(page.get_by_test_id("notice")).to_contain_text("say your last words again")


async def test_what_may_be_done_with_a_person_is_in_their_menu(page: Page, court: FakeCourt) -> None:
    await procedure.orders(page, court)
    await expect(page.get_by_test_id("mute-party-1")).to_be_hidden()
    await page.get_by_test_id("more-party-1").click()
    await page.get_by_test_id("mute-party-1").click()
    assert (await court.message("act", act="mute"))["seat"] == "party-1"
    await page.get_by_test_id("call-witness-1").click()
    assert (await court.message("act", act="call_witness"))["seat"] == "witness-1"


async def test_a_recording_is_permitted_without_all_opinions_only_with_a_reason(page: Page, court: FakeCourt) -> None:
    court.problems["act"] = Problem("opinions-missing", seats=["witness-1"])
    await procedure.orders(page, court)
    await page.get_by_test_id("permit_recording-1").click()
    await expect(page.locator("dialog")).to_contain_text("Оспанов")
    court.problems.clear()
    await page.locator("dialog .choice").first.click()
    await page.get_by_test_id("reason-confirm").click()
    act = await court.message("act", act="permit_recording")
    assert act["data"] == {"request": 1}
    assert act["reason"]


async def test_the_clerk_ticks_and_sees_what_the_machine_and_the_people_say(page: Page, court: FakeCourt) -> None:
    await procedure.begin(page, court)
    checks = page.get_by_test_id("checklist")
    await expect(checks.locator("[data-done=true]")).to_contain_text("The link is started")
    await expect(checks).to_contain_text("filled in by itself")
    await expect(page.get_by_test_id("checked-party-1")).to_contain_text("sound and picture arrive")
    await expect(page.get_by_test_id("checked-party-2")).to_contain_text("does not hear")
    await page.get_by_test_id("check-courtroom_ready").click()
    assert (await court.message("act", act="check_item"))["data"] == {"item": "courtroom_ready"}


async def test_the_site_s_report_stands_beside_the_photo(page: Page, court: FakeCourt) -> None:
    await procedure.begin(page, court)
    facts = page.get_by_test_id("facts-witness-1")
    await expect(facts).to_contain_text("credentials not in order")
    await expect(facts).to_contain_text("Declarations not made yet")


async def test_a_participant_answers_the_four_questions(page: Page, court: FakeCourt) -> None:
    await procedure.answering(page, court)
    await page.get_by_test_id("answer-send").click()
    await expect(page.locator("dialog")).to_contain_text("Answer every question")
    for name in ("hears", "sees", "asks"):
        await page.get_by_test_id(f"{name}-yes").check()
    await page.get_by_test_id("answers-no").check()
    await page.get_by_test_id("answer-send").click()
    data = (await court.message("act", act="confirm_check"))["data"]
    assert data == {"hears": True, "sees": True, "asks": True, "answers": False}


async def test_a_participant_knows_that_the_judge_muted_them_and_when_a_problem_is_cured(
    page: Page, court: FakeCourt
) -> None:
    await procedure.asked(page, court)
    await expect(page.get_by_test_id("strip-muted")).to_contain_text("switched your sound off")
    await expect(page.get_by_test_id("strip-problem")).to_contain_text("about 5 min")
    await court.change(you={"muted": False})
    await expect(page.get_by_test_id("strip-muted")).to_have_count(0)


async def test_an_opinion_on_another_s_recording_is_one_tap(page: Page, court: FakeCourt) -> None:
    await procedure.asked(page, court)
    await page.get_by_test_id("opinion-1-object").click()
    assert (await court.message("act", act="opinion"))["data"] == {"request": 1, "opinion": "object"}


async def test_a_problem_is_told_by_one_tap_on_its_kind(page: Page, court: FakeCourt) -> None:
    await procedure.reporting(page, court)
    await page.get_by_test_id("option-sound").click()
    assert (await court.message("act", act="report_problem"))["data"] == {"kind": "sound"}


async def test_a_menu_gives_the_focus_back_after_the_question_that_it_led_to(page: Page, court: FakeCourt) -> None:
    await procedure.orders(page, court)
    await page.get_by_test_id("act-postpone").click()
    await page.get_by_test_id("dialog-cancel").click()
    await expect(page.get_by_test_id("more-acts")).to_be_focused()
    await expect(page.get_by_test_id("more-acts")).to_have_attribute("aria-expanded", "false")


async def test_the_floor_is_asked_for_and_the_request_taken_back(page: Page, court: FakeCourt) -> None:
    await procedure.speaking(page, court)
    await page.get_by_test_id("floor-ask").click()
    await court.message("act", act="ask_floor")
    await court.change(you={"acts": ["withdraw_floor"]}, floor={"seat": "judge", "queue": ["party-2", "party-1"]})
    await expect(page.get_by_test_id("strip-queue")).to_contain_text("Before you: 1")
    await page.get_by_test_id("floor-ask").click()
    await court.message("act", act="withdraw_floor")


async def test_recording_by_oneself_is_asked_for_and_answered(page: Page, court: FakeCourt) -> None:
    await procedure.speaking(page, court)
    await expect(page.get_by_test_id("strip-request")).to_contain_text("permits")
    await page.get_by_test_id("request-recording").click()
    await page.get_by_test_id("record-send").click()
    await court.message("act", act="request_recording")


async def test_a_held_witness_reads_that_they_will_be_called(page: Page, court: FakeCourt) -> None:
    await procedure.held(page, court)
    await expect(page.get_by_role("heading", name="You will be called")).to_be_visible()
    await expect(page.get_by_test_id("standing")).to_contain_text("see and hear nothing until then")


async def test_who_is_shut_out_of_a_closed_session_reads_it(page: Page, court: FakeCourt) -> None:
    await procedure.closed(page, court)
    await expect(page.get_by_role("heading", name="Closed session")).to_be_visible()
    await expect(page.get_by_test_id("self-view")).to_be_hidden()


async def test_a_test_session_says_that_nothing_is_recorded(page: Page, court: FakeCourt) -> None:
    await procedure.trial(page, court)
    await expect(page.get_by_test_id("phase")).to_contain_text("This is a test")
    await expect(page.get_by_test_id("phase")).to_contain_text("nothing is recorded")


async def test_declarations_that_are_wanting_are_made_in_the_waiting_room(page: Page, court: FakeCourt) -> None:
    await procedure.undeclared(page, court)
    await page.get_by_test_id("declare-open").click()
    for name in ("in_person", "under_sixteens", "recording"):
        await page.get_by_test_id(f"declare-{name}").check()
    await page.get_by_test_id("declare-send").click()
    assert all((await court.message("act", act="declare"))["data"].values())


async def test_the_technician_sees_what_was_tested_takes_a_problem_up_and_says_how_long(
    page: Page, court: FakeCourt
) -> None:
    await procedure.repairing(page, court)
    await page.get_by_test_id("test-results").locator("summary").click()
    await expect(page.get_by_test_id("test-results")).to_contain_text("sound arrived · no picture · Bad connection")
    await page.get_by_test_id("acknowledge_problem-1").click()
    await court.message("act", act="acknowledge_problem")
    await page.get_by_test_id("estimate_problem-1").click()
    await page.get_by_test_id("estimate-send").click()
    await expect(page.locator("dialog")).to_contain_text("whole number")
    await page.get_by_test_id("minutes").fill("15")
    await page.get_by_test_id("estimate-send").click()
    assert (await court.message("act", act="estimate_problem"))["data"] == {"problem": 1, "minutes": 15}
    await page.get_by_test_id("resolve_problem-2").click()
    assert (await court.message("act", act="resolve_problem"))["data"] == {"problem": 2}


async def test_the_technician_writes_to_a_participant_and_keeps_the_words_where_it_fails(
    page: Page, court: FakeCourt
) -> None:
    await procedure.repairing(page, court)
    court.problems["act"] = Problem("changed")
    await page.get_by_test_id("more-party-1").click()
    await page.get_by_test_id("message-party-1").click()
    await page.get_by_test_id("field-text").fill("Turn the microphone on.")
    await no_barriers_now(page)
    await page.get_by_test_id("message-send").click()
    await expect(page.get_by_test_id("dialog-problem")).not_to_be_empty()
    court.problems.clear()
    await page.get_by_test_id("message-send").click()
    await expect(page.get_by_text("The message was sent")).to_have_count(2)  # to read, and to hear
    act = await court.message("act", act="message")
    assert act["data"] == {"to": "party-1", "text": "Turn the microphone on."}


async def test_the_site_s_clerk_reports_on_a_person(page: Page, court: FakeCourt) -> None:
    await procedure.on_site(page, court)
    for name, answer in (("attended", "yes"), ("identity", "yes"), ("credentials", "no")):
        await page.get_by_test_id(f"{name}-{answer}").check()
    await page.get_by_test_id("site-send").click()
    act = await court.message("act", act="site_report")
    assert act["seat"] == "witness-1"
    assert act["data"] == {"attended": True, "identity": True, "credentials": False}


async def test_a_postponed_hearing_gets_another_time(page: Page, court: FakeCourt) -> None:
    court.hearing = procedure.seen_by("clerk", ["reschedule"], state="postponed", recording=procedure.OFF)
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await procedure.enter(page, court, "/staff")
    await page.get_by_test_id("more-acts").click()
    await page.get_by_test_id("act-reschedule").click()
    await page.get_by_test_id("new-time").fill("2099-01-15T10:00")
    await page.get_by_test_id("reschedule-send").click()
    assert (await court.message("act", act="reschedule"))["data"]["scheduled_at"].startswith("2099-01-15T")


async def test_a_postponement_says_why_and_the_new_time_once_it_is_set(page: Page, court: FakeCourt) -> None:
    await procedure.postponed(page, court)
    await expect(page.get_by_test_id("end-problem")).to_contain_text("Қатысушы келмеді.")
    set_now = Answers(**{"GET hearing": Problem("not-yet-open", scheduled_at="2099-01-15T05:00:00Z")})
    await page.route("**/api/v1/**", set_now)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_test_id("new-time")).to_contain_text("15/01/2099")


async def test_without_the_server_nothing_is_claimed_of_the_recording_or_the_pictures(
    page: Page, court: FakeCourt
) -> None:
    await procedure.enter_and_lose(page, court)
    await expect(page.get_by_test_id("recording")).to_be_hidden()
    await expect(page.get_by_text("Picture paused")).to_have_count(0)


async def test_staff_read_of_their_own_name_and_password_and_find_back_to_the_list(
    page: Page, court: FakeCourt
) -> None:
    court.problems["login"] = Problem("entry-refused")
    court.hearing = snapshot("judge")
    await procedure.enter(page, court, "/staff")
    await expect(page.get_by_test_id("login-problem")).to_have_text(
        "The user name or the password is not right. Try again."
    )
    court.problems.clear()
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("panel")).to_be_attached()
    await court.message("hello")
    await court.change(state="concluded")
    await expect(page.get_by_test_id("to-hearings")).to_be_visible()


async def test_after_too_many_tries_the_button_counts_the_seconds(page: Page, court: FakeCourt) -> None:
    court.problems["entry"] = Problem("slow-down", seconds=30)
    await procedure.enter(page, court)
    await expect(page.get_by_test_id("entry-submit")).to_contain_text("Please wait")


async def test_an_answer_that_takes_its_time_says_so(page: Page, court: FakeCourt) -> None:
    await page.goto(f"/?hearing={NUMBER}&seat=party-1")
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route("**/api/v1/entry", hold)
    await page.get_by_test_id("entry-word").fill(WORD)
    await declare(page)
    await page.get_by_test_id("entry-submit").click()
    await expect(page.get_by_test_id("entry-submit")).to_contain_text("Please wait")
    released.set()
    await expect(page.get_by_test_id("hearing")).to_be_visible()


async def test_a_long_panel_scrolls_by_itself_and_leaves_the_pictures_their_place(page: Page, court: FakeCourt) -> None:
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await procedure.orders(page, court)
    large = await page.locator(".tile.main").bounding_box()
    controls = await page.locator(".controls").bounding_box()
    assert large
    assert controls
    assert large["y"] + large["height"] <= controls["y"]
