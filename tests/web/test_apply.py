"""Whoever wants to take part by a link applies on a phone, and asks what came of it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from signaling.problems import Problem
from tests.web.fake_office import PAPER, PHOTO, RECEIPT, Answers, no_barriers, state
from tests.web.fake_server import FakeCourt

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = {
    "court": "c1", "case": "7204-25-00-2/15", "means": "personal_device", "reason": "I live in Oskemen.",
    "name": "Ахметова Айгүл", "role": "party", "phone": "+7 701 000 00 00", "code_word": "bakidu-motela-47",
}  # fmt: skip


async def fill(page: Page, **changes: str) -> None:
    for name, value in {**FORM, **changes}.items():
        field = page.get_by_test_id(f"field-{name}")
        if name in ("court", "means", "role"):
            await field.select_option(value)
        else:
            await field.fill(value)
    await page.get_by_test_id("field-photo").set_input_files(PHOTO)  # type: ignore[arg-type]
    await page.get_by_test_id("field-identity").set_input_files(PAPER)  # type: ignore[arg-type]
    for name in ("declared_true", "declared_kept"):
        await page.get_by_test_id(f"field-{name}").check()


async def opened(page: Page, answers: Answers, address: str) -> None:
    await page.route("**/api/v1/**", answers)
    await page.goto(address)


async def ask_state(page: Page) -> None:
    await page.get_by_test_id("field-receipt").fill(RECEIPT)
    await page.get_by_test_id("field-code_word").fill(FORM["code_word"])
    await page.get_by_test_id("application-submit").click()


async def test_an_application_is_sent_and_its_receipt_is_shown(page: Page, court: FakeCourt) -> None:
    answers = Answers(**{"POST applications": {"receipt": RECEIPT}})
    await opened(page, answers, "/")
    await page.get_by_test_id("to-apply").click()
    await fill(page)
    await expect(page.get_by_test_id("strength")).to_have_attribute("data-strength", "good")
    await expect(page.get_by_test_id("preview-photo")).to_be_visible()
    await no_barriers(page)  # what was typed survives the change of language
    await page.get_by_test_id("apply-submit").click()
    await expect(page.get_by_test_id("receipt")).to_have_text(RECEIPT)
    await no_barriers(page)
    sent = answers.last("POST applications").decode("utf-8", "replace")
    assert all(f'name="{name}"\r\n\r\n{value}\r\n' in sent for name, value in FORM.items())
    assert 'name="identity"; filename="identity.pdf"' in sent
    assert 'name="authority"' not in sent


async def test_what_is_missing_is_said_at_its_field_and_nothing_is_sent(page: Page, court: FakeCourt) -> None:
    answers = Answers()
    await opened(page, answers, "/#apply")
    await page.get_by_test_id("apply-submit").click()
    await expect(page.get_by_test_id("field-court")).to_be_focused()
    await expect(page.locator("#field-case-error")).to_have_text("Fill this in.")
    await no_barriers(page)
    assert [name for name, _ in answers.asked if name.startswith("POST")] == []


async def test_what_the_server_refuses_is_said_at_its_field_and_what_was_typed_stays(
    page: Page, court: FakeCourt
) -> None:
    problem = Problem("bad-request", field="phone", paragraph="10")
    await opened(page, Answers(**{"POST applications": [problem, {"receipt": RECEIPT}]}), "/#apply")
    await fill(page, phone="123")
    await page.get_by_test_id("apply-submit").click()
    await expect(page.get_by_test_id("field-phone")).to_have_attribute("aria-invalid", "true")
    await page.get_by_test_id("field-phone").fill(FORM["phone"])
    await page.get_by_test_id("apply-submit").click()
    await expect(page.get_by_test_id("receipt")).to_be_visible()


async def test_who_has_a_hearing_is_told_when_and_by_what_seat(page: Page, court: FakeCourt) -> None:
    hearing = {"number": "7204-25-00-2/15", "seat": "party-1", "scheduled_at": "2026-12-01T10:00:00Z"}
    await opened(page, Answers(**{"POST applications/state": state("scheduled", hearing=hearing)}), "/#application")
    await no_barriers(page)
    await ask_state(page)
    await expect(page.get_by_test_id("application-state")).to_contain_text("party-1")
    await expect(page.get_by_test_id("withdraw")).to_have_count(0)
    await no_barriers(page)
    await page.get_by_test_id("to-check").click()
    await page.locator("[data-testid=level][data-level]").wait_for()
    await no_barriers(page)


async def test_an_application_is_withdrawn_after_a_question(page: Page, court: FakeCourt) -> None:
    answers = Answers(**{
        "POST applications/state": [Problem("entry-refused"), state("submitted"), state("withdrawn")],
        "POST applications/withdraw": {"state": "withdrawn"},
    })  # fmt: skip
    await opened(page, answers, "/#application")
    await ask_state(page)
    await expect(page.get_by_test_id("application-problem")).to_contain_text("not right")
    await page.get_by_test_id("application-submit").click()
    await page.get_by_test_id("withdraw").click()
    await page.get_by_test_id("field-reason").fill("I can come after all.")
    await page.get_by_test_id("withdraw-confirm").click()
    await expect(page.locator("[data-state=withdrawn]")).to_be_visible()
    asked = answers.last("POST applications/withdraw")
    assert asked == {"receipt": RECEIPT, "code_word": FORM["code_word"], "reason": "I can come after all."}
