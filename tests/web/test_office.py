"""The court's office on a phone: the inbox, an application and its acts, the papers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from signaling.problems import Problem
from tests.web.fake_office import PHOTO, RECEIPT, Answers, no_barriers, no_barriers_now
from tests.web.fake_server import SCHEDULED, FakeCourt

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALENDAR = {"version": 0, "edits": {}, "days_off": {}, "history": []}
ROW = {
    "application": "a1", "receipt": RECEIPT, "state": "submitted", "case": "7204-25-00-2/15", "due": None,
    "initiator": "participant", "means": "personal_device", "name": "Ахметова Айгүл", "role": "party", "version": 1,
    "court": "c1", "submitted_at": "2026-11-20T09:00:00Z", "receiver": None, "yours": True,
}  # fmt: skip
LATE = {**ROW, "application": "a2", "name": "Иванов Пётр", "state": "granted", "due": "2020-01-10", "yours": False}
RESOLUTION = {
    "granted": True, "at": "2026-11-20T10:00:00Z", "reason": "", "presiding": "Сейтқали Н. Е.", "due": "2026-11-25",
    "hearing_at": "2026-12-01T10:00:00Z",
}  # fmt: skip
PAPER = {
    "document": "d1", "kind": "application", "language": "kk", "state": "draft", "case": ROW["case"], "version": 1,
    "court": "c1", "fields": {"addressees": ["name", "address"], "court": []}, "signatures": [], "sha256": None,
    "sections": {"addressees": [["Сот әкімшілігі", "Алматы"]], "court": "Алматы қалалық соты"}, "edited": ["court"],
    "original": {"addressees": [], "court": "Алматы соты"}, "acts": ["edit", "sign"],
}  # fmt: skip


def application(state: str, acts: list[str], **changes: Any) -> dict[str, Any]:
    applicant = {"name": ROW["name"], "role": "party", "phone": "+7 701 000 00 00", "email": "", "language": "kk"}
    return {
        **ROW, "state": state, "applicant": applicant, "reason": "I live in Oskemen.", "provider": "",
        "documents": ["identity", "photo"], "resolution": None, "sent": None, "answers": {}, "informed": {},
        "appointment": None, "credentials_at": None, "acts": acts, **changes,
    }  # fmt: skip


async def office(page: Page, role: str, **answers: Any) -> Answers:
    """Signed in and in the office, as somebody of this role."""
    staff = {"name": "Сейтқали Н. Е.", "roles": [{"court": "c1", "role": role}]}
    given = Answers(**{
        "POST staff/login": {"token": "staff-1", "expires_in": 300, "staff": staff},
        "GET staff/oidc": {"name": None},
        "GET office/applications": {"applications": [LATE, ROW]},
        "GET office/courts/c1/calendar": CALENDAR,
        "GET office/courts/c1/courtrooms": {"courtrooms": []},
        "GET documents": {"documents": [PAPER]},
        "GET documents/d1": PAPER,
        **answers,
    })  # fmt: skip
    await page.route("**/api/v1/**", given)
    await page.goto("/staff")
    await page.get_by_test_id("login-name").fill("name")
    await page.get_by_test_id("login-password").fill("secret")
    await page.get_by_test_id("login-submit").click()
    await page.get_by_test_id("office-open").click()
    return given


async def test_what_waits_for_the_caller_comes_first_and_what_is_late_is_said(page: Page, court: FakeCourt) -> None:
    await office(page, "judge")
    await expect(page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row")).to_contain_text("Ахметова")
    await expect(page.get_by_test_id("inbox-others").get_by_test_id("inbox-row")).to_contain_text("Overdue")
    await no_barriers(page)


async def test_an_inbox_that_cannot_be_had_says_why(page: Page, court: FakeCourt) -> None:
    await office(page, "judge", **{"GET office/applications": Problem("server-error")})
    await expect(page.get_by_test_id("office-problem")).to_contain_text("The server made a mistake")
    await expect(page.get_by_text("Loading…")).to_have_count(0)


async def test_a_judge_sees_the_photo_and_refuses_with_a_reason(page: Page, court: FakeCourt) -> None:
    one = application("submitted", ["grant", "refuse"])
    answers = await office(page, "judge", **{
        "GET office/applications/a1": one, "POST office/applications/a1/acts": {"version": 2},
        "GET office/applications/a1/documents/photo": PHOTO["buffer"],
    })  # fmt: skip
    await page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row").click()
    await page.get_by_test_id("enclosure-photo").click()
    await expect(page.get_by_test_id("enclosed-photo")).to_be_visible()
    await no_barriers(page)
    await page.get_by_test_id("act-refuse").click()
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_test_id("field-reason")).to_be_focused()
    await page.get_by_test_id("field-reason").fill("The summons asks for presence.")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    asked = answers.last("POST office/applications/a1/acts")
    assert asked == {"act": "refuse", "version": 1, "data": {"reason": "The summons asks for presence."}}


async def test_where_somebody_else_was_faster_what_was_typed_stays(page: Page, court: FakeCourt) -> None:
    one = application("granted", ["send"], resolution=RESOLUTION)
    answers = await office(page, "clerk", **{
        "GET office/applications/a1": [one, {**one, "version": 5}],
        "POST office/applications/a1/acts": [Problem("changed"), {"version": 6}],
    })  # fmt: skip
    await page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row").click()
    await page.get_by_test_id("act-send").click()
    for name in ("administration-name", "clerk", "organiser"):
        await page.get_by_test_id(f"field-{name}").fill("Ким В. А.")
    await page.get_by_test_id("dialog-confirm").click()
    await page.get_by_test_id("dialog-reload").click()
    await expect(page.get_by_test_id("field-clerk")).to_have_value("Ким В. А.")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    addressee = {"kind": "administration", "name": "Ким В. А.", "address": "", "email": ""}
    data = {"addressees": [addressee], "clerk": "Ким В. А.", "organiser": "Ким В. А."}
    assert answers.last("POST office/applications/a1/acts") == {"act": "send", "version": 5, "data": data}


async def test_the_next_act_is_offered_on_what_the_last_one_made_of_it(page: Page, court: FakeCourt) -> None:
    after = application("granted", ["send"], resolution=RESOLUTION, version=2)
    await office(page, "judge", **{
        "GET office/applications/a1": [application("submitted", ["refuse"]), after],
        "POST office/applications/a1/acts": {"version": 2},
    })  # fmt: skip
    await page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row").click()
    await page.get_by_test_id("act-refuse").click()
    await page.get_by_test_id("field-reason").fill("In person.")
    await page.get_by_test_id("dialog-confirm").click()
    await page.locator("dialog").wait_for(state="detached")
    assert await page.get_by_test_id("office-state").get_attribute("data-state") == "granted"


async def test_the_clerk_schedules_a_hearing_in_an_equipped_room(page: Page, court: FakeCourt) -> None:
    rooms = [
        {"courtroom": f"r{number}", "number": str(number), "equipped": number == 2, "version": 1} for number in (1, 2)
    ]
    answers = await office(page, "clerk", **{
        "GET office/applications/a1": application("feasible", ["schedule"]),
        "GET office/courts/c1/courtrooms": {"courtrooms": rooms},
        "POST office/applications/a1/acts": {"version": 2},
    })  # fmt: skip
    await page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row").click()
    await page.get_by_test_id("act-schedule").click()
    await page.get_by_test_id("field-scheduled_at").fill("2030-12-01T15:00")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    data = answers.last("POST office/applications/a1/acts")["data"]
    assert (data["room"], data["scheduled_at"].endswith("Z"), "hearing" in data) == ("r2", True, False)


async def test_an_organiser_says_why_a_link_is_not_feasible(page: Page, court: FakeCourt) -> None:
    answers = await office(page, "organiser", **{
        "GET office/applications/a1": application("sent", ["answer"]),
        "POST office/applications/a1/acts": {"version": 2},
    })  # fmt: skip
    await page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row").click()
    await page.get_by_test_id("act-answer").click()
    await page.get_by_test_id("field-feasible").select_option("no")
    await page.get_by_test_id("field-organiser").fill("Омаров")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_test_id("field-remark")).to_be_focused()
    await page.get_by_test_id("field-remark").fill("No equipment.")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    data = {"side": "hearing", "organiser": "Омаров", "remark": "No equipment.", "feasible": False}
    assert answers.last("POST office/applications/a1/acts") == {"act": "answer", "version": 1, "data": data}


async def test_registration_data_are_shown_once(page: Page, court: FakeCourt) -> None:
    given = {"version": 2, "hearing": "7204-25-00-2/15", "seat": "party-1", "code_word": "bakidu-motela-47"}
    await office(page, "organiser", **{
        "GET office/applications/a1": application("scheduled", ["issue_credentials"]),
        "POST office/applications/a1/acts": given,
    })  # fmt: skip
    await page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row").click()
    await page.get_by_test_id("act-issue_credentials").click()
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_test_id("code-word")).to_have_text("bakidu-motela-47")
    await page.get_by_test_id("credentials-kept").click()
    await expect(page.get_by_text("bakidu-motela-47")).to_have_count(0)


async def test_appendix_1_is_drawn_up_edited_and_signed_off(page: Page, court: FakeCourt) -> None:
    signed = {**PAPER, "version": 3, "state": "signed_off", "acts": [], "signatures": [
        {"role": "clerk", "name": "Ким В. А.", "at": "2026-11-20T10:00:00Z"}]}  # fmt: skip
    answers = await office(page, "clerk", **{
        "GET office/applications/a1": application("granted", ["send"], resolution=RESOLUTION), "POST documents": PAPER,
        "POST documents/d1/acts": [Problem("changed"), {**PAPER, "version": 2}, signed],
    })  # fmt: skip
    await page.get_by_test_id("inbox-mine").get_by_test_id("inbox-row").click()
    await page.get_by_test_id("draw-up-application").click()
    await page.get_by_test_id("draw-up-confirm").click()
    await page.get_by_test_id("edit-court").fill("Алматы облыстық соты")
    await no_barriers(page)
    await page.get_by_test_id("paper-save").click()
    await page.get_by_test_id("paper-reload").click()  # somebody else was faster; what was typed stays
    await expect(page.get_by_test_id("edit-court")).to_have_value("Алматы облыстық соты")
    await page.get_by_test_id("paper-sign").click()
    assert answers.last("POST documents/d1/acts")["sections"] == {"court": "Алматы облыстық соты"}
    await page.get_by_test_id("sign-confirm").click()
    await expect(page.get_by_test_id("paper")).to_have_attribute("data-state", "signed_off")
    assert answers.last("POST documents/d1/acts") == {"act": "sign", "version": 2, "role": "clerk"}


async def test_papers_are_listed_and_drawn_up_from_a_hearing(page: Page, court: FakeCourt) -> None:
    hearing = {"hearing": "h1", "number": ROW["case"], "title": "", "state": "concluded", "scheduled_at": SCHEDULED}
    answers = await office(page, "clerk", **{
        "GET office/courts/c1/hearings": {"hearings": [hearing]},
        "POST documents": [Problem("not-held", paragraph="32"), {**PAPER, "kind": "minutes"}],
    })  # fmt: skip
    await page.get_by_test_id("tab-papers").click()
    await expect(page.get_by_test_id("paper-row")).to_contain_text("Appendix 1")
    await no_barriers(page)
    await page.get_by_test_id("draw-up").click()
    await page.get_by_test_id("field-kind").select_option("minutes")
    await no_barriers_now(page)
    await page.get_by_test_id("draw-up-confirm").click()
    await expect(page.get_by_test_id("dialog-problem")).to_contain_text("drawn up once it is")
    await page.get_by_test_id("draw-up-confirm").click()
    await expect(page.get_by_test_id("paper")).to_have_attribute("data-state", "draft")
    assert answers.last("POST documents") == {"kind": "minutes", "hearing": "h1", "language": "en"}


async def test_a_case_is_changed_and_tells_its_history(page: Page, court: FakeCourt) -> None:
    case = {"case": "k1", "number": ROW["case"], "title": "A v. B", "judge": "", "closed": False, "version": 1}
    past = {"version": 1, "at": SCHEDULED, "by": "p1", "who": "Ким В. А.", "what": "registered", **case}
    answers = await office(page, "clerk", **{
        "GET office/courts/c1/cases": {"cases": [case, {**case, "case": "k2", "closed": True}]},
        "GET office/courts/c1/cases/k1": {**case, "history": [past]}, "POST office/courts/c1/cases/k1": {"version": 2},
    })  # fmt: skip
    await page.get_by_test_id("tab-cases").click()
    await page.get_by_test_id("case-history").first.locator("summary").click()
    await expect(page.get_by_test_id("case-history").first).to_contain_text("Ким В. А.")
    await expect(page.get_by_test_id("case-reopen")).to_have_count(1)
    await no_barriers(page)
    await page.get_by_test_id("case-amend").click()
    await page.get_by_test_id("field-judge").fill("Ахметова")
    await page.get_by_test_id("field-reason").fill("Another judge.")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    data = {"number": ROW["case"], "title": "A v. B", "judge": "Ахметова", "reason": "Another judge."}
    assert answers.last("POST office/courts/c1/cases/k1") == {"act": "amend", "version": 1, "data": data}


async def test_the_court_orders_a_link_of_itself(page: Page, court: FakeCourt) -> None:
    answers = await office(page, "judge", **{
        "POST office/applications": {"application": "a1", "receipt": RECEIPT, "version": 1},
        "GET office/applications/a1": application("submitted", ["grant"], initiator="court"),
    })  # fmt: skip
    await page.get_by_test_id("initiative").click()
    typed = {"case": ROW["case"], "name": "Оспанов Д. М.", "reason": "An expert from afar."}
    for name, text in typed.items():
        await page.get_by_test_id(f"field-{name}").fill(text)
    await page.get_by_test_id("field-role").select_option("expert")
    await page.get_by_test_id("field-means").select_option("other_court")
    await page.get_by_test_id("field-receiver").select_option("c2")
    await no_barriers_now(page)
    await page.get_by_test_id("initiative-confirm").click()
    await expect(page.get_by_test_id("office-application")).to_contain_text("The court's own initiative")
    assert answers.last("POST office/applications") == {
        **typed, "court": "c1", "role": "expert", "means": "other_court", "receiver": "c2", "language": "en",
        "provider": "Абай облыстық соты", "phone": "", "email": "",
    }  # fmt: skip


async def test_an_organiser_equips_a_courtroom_and_sees_what_is_missing(page: Page, court: FakeCourt) -> None:
    room = {
        "courtroom": "r1", "number": "1", "equipment": ["camera"], "endpoints": [], "in_use": True, "equipped": False,
        "version": 3,
    }  # fmt: skip
    answers = await office(page, "organiser", **{
        "GET office/courts/c1/courtrooms": {"courtrooms": [room]},
        "POST office/courts/c1/courtrooms/r1": [Problem("changed"), {"version": 10}],
    })  # fmt: skip
    await page.get_by_test_id("tab-courtrooms").click()
    await expect(page.get_by_test_id("courtroom")).to_contain_text("Missing: Microphone, Loudspeaker, Screen")
    await no_barriers(page)
    await page.get_by_test_id("courtroom-equip").click()
    answers.answers["GET office/courts/c1/courtrooms"] = {"courtrooms": [{**room, "version": 9}]}
    await page.get_by_test_id("field-screen").check()
    await page.get_by_test_id("field-endpoints").fill("Codec 1")
    await page.get_by_test_id("field-reason").fill("A screen was hung up.")
    await page.get_by_test_id("dialog-confirm").click()
    await page.get_by_test_id("dialog-reload").click()  # somebody else was faster; what was typed stays
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    data = {"equipment": ["camera", "screen"], "endpoints": ["Codec 1"], "reason": "A screen was hung up."}
    asked = answers.last("POST office/courts/c1/courtrooms/r1")
    assert asked == {"act": "equip", "version": 9, "data": data}


async def test_an_administrator_sets_a_holiday_and_a_policy_with_a_reason(page: Page, court: FakeCourt) -> None:
    change = {
        "version": 1,
        "at": "2026-11-20T09:00:00Z",
        "by": "p1",
        "name": "photo_days",
        "value": 40,
        "reason": "Law",
    }
    found = {"version": 1, "policies": {"photo_days": 40, "reminder_minutes": [1440, 60]}, "history": [change]}
    answers = await office(page, "administrator", **{
        "GET admin/courts": {"courts": []},
        "GET office/courts/c1/calendar": {**CALENDAR, "days_off": {"2099-01-01": "Жаңа жыл"}},
        "GET office/courts/c1/policies": found,
        "GET office/courts/c1/destructions": {"destructions": []},
        "POST office/courts/c1/calendar": {"version": 1}, "POST office/courts/c1/policies": {"version": 2},
    })  # fmt: skip
    await page.get_by_test_id("tab-calendar").click()
    await expect(page.get_by_test_id("register")).to_contain_text("Жаңа жыл")
    await no_barriers(page)
    await page.get_by_test_id("calendar-set").click()
    await page.get_by_test_id("field-day").fill("2099-01-02")
    await page.get_by_test_id("field-kind").select_option("off")
    await page.get_by_test_id("field-reason").fill("By decree.")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    day = {"day": "2099-01-02", "kind": "off", "name": "", "reason": "By decree.", "version": 0}
    assert answers.last("POST office/courts/c1/calendar") == day
    await page.get_by_test_id("tab-policies").click()
    await expect(page.get_by_test_id("policy-reminder_minutes")).to_contain_text("1440, 60")
    await no_barriers(page)
    await page.get_by_test_id("policy-reminder_minutes").get_by_role("button").click()
    await page.get_by_test_id("field-value").fill("120, 30")
    await page.get_by_test_id("field-reason").fill("Shorter.")
    await page.get_by_test_id("dialog-confirm").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    policy = {"version": 1, "name": "reminder_minutes", "value": [120, 30], "reason": "Shorter."}
    assert answers.last("POST office/courts/c1/policies") == policy
    await page.get_by_test_id("tab-destructions").click()
    await expect(page.get_by_test_id("register")).to_contain_text("Nothing has been destroyed yet.")
