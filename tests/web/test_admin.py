"""Staff sign in by two steps, look after their account, and administer: on a phone, against a real app's answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.web.fake_server import FakeCourt
from tests.web.test_screens import AXE, RUN, TAGS

pytestmark = pytest.mark.asyncio(loop_scope="module")

STAFF = {"name": "Әкімші Омарова", "roles": [{"court": "c1", "role": "administrator"}]}
GRANT = {"token": "staff-1", "expires_in": 300, "staff": STAFF}
JUDGE = {
    "staff": "p1", "name": "Сейтқали Н. Е.", "employed": True, "version": 3, "roles": ["judge"], "disabled": False,
    "second_factor": {"on": True, "required": False},
}  # fmt: skip
DETAILS = {
    **JUDGE, "sessions": [{"session": "s1", "kind": "staff", "seat": None, "since": "2026-11-21T09:00:00Z"}],
    "single_sign_on": False,
    "acts": ["roles", "disable", "enable", "reset", "remove_second_factor", "revoke", "link", "unlink"],
}  # fmt: skip
EVENT = {"event": "e1", "at": "2026-11-21T09:00:00Z", "kind": "signed_in", "by": JUDGE["name"], "reason": ""}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><path d="M0 0h5v5H0z"/></svg>'


class Answers:
    """What the server answers, by method and path; and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {
            "GET staff/oidc": {"name": None},
            "GET admin/courts": {"courts": [{"court": "c1", "name": "Алматы соты", "second_factor": False}]},
            "GET admin/courts/c1/staff": {"staff": [JUDGE]},
            "GET admin/courts/c1/staff/p1": DETAILS,
            "GET admin/courts/c1/events": {"events": [EVENT]},
            "GET staff/account": {
                "name": STAFF["name"], "court": "Алматы соты", "roles": [], "single_sign_on": False,
                "second_factor": {"on": False, "required": True, "recovery_codes": 0},
            },
            "POST staff/totp": {"secret": "GEZDGNBVGY3TQOJQ", "uri": "otpauth://totp/x", "qr": SVG},
            "POST staff/totp/confirm": {"recovery_codes": [f"abcd-efgh-ijkl-mnop-qrst-uv{n}w" for n in range(10)]},
        }  # fmt: skip
        self.asked: dict[str, Any] = {}

    async def __call__(self, route: Route) -> None:
        name = f"{route.request.method} {route.request.url.partition('/api/v1/')[2].partition('?')[0]}"
        if name not in self.answers:
            await route.fallback()
            return
        self.asked[name] = json.loads(route.request.post_data or "null")
        await route.fulfill(json=self.answers[name])


async def sign_in(page: Page, answers: Answers, grant: dict[str, Any]) -> None:
    answers.answers["POST staff/login"] = grant
    await page.route("**/api/v1/**", answers)
    await page.goto("/staff")
    await page.get_by_test_id("login-name").fill("omarova")
    await page.get_by_test_id("login-password").fill("secret")
    await page.get_by_test_id("login-submit").click()


async def fits(page: Page) -> None:
    """On a phone, and for a screen reader."""
    assert await page.evaluate("document.scrollingElement.scrollWidth") <= 360
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(RUN, TAGS) == []


async def test_the_second_step_asks_for_the_code(page: Page, court: FakeCourt) -> None:
    answers = Answers()
    answers.answers["POST staff/second-factor"] = GRANT
    await sign_in(page, answers, {"token": "half", "expires_in": 300, "step": "second-factor"})
    await page.get_by_test_id("second-code").fill("123 456")
    await page.keyboard.press("Enter")
    await expect(page.locator("body[data-screen=staff-hearings]")).to_be_visible()
    assert answers.asked["POST staff/second-factor"] == {"code": "123 456"}


async def test_who_needs_a_second_factor_sets_it_up_and_goes_on(page: Page, court: FakeCourt) -> None:
    answers = Answers()
    await sign_in(page, answers, {**GRANT, "step": "enrol"})
    await page.get_by_test_id("factor-begin").click()
    await expect(page.get_by_test_id("factor-secret")).to_have_text("GEZD GNBV GY3T QOJQ")
    assert await page.evaluate("document.querySelector('.qr').decode().then(() => true)")
    await fits(page)
    await page.get_by_test_id("factor-code").fill("123456")
    await page.get_by_test_id("factor-confirm").click()
    await expect(page.get_by_test_id("codes").locator("li")).to_have_count(10)
    await fits(page)
    await page.get_by_test_id("codes-kept").click()
    await expect(page.locator("body[data-screen=staff-hearings]")).to_be_visible()


async def test_an_administrator_resets_a_password_with_a_reason(page: Page, court: FakeCourt) -> None:
    answers = Answers()
    answers.answers["POST admin/courts/c1/staff/p1/acts"] = {
        "version": 4,
        "code": "bakidu-motela-47",
        "expires": "2026-11-21T10:00:00Z",
    }
    await sign_in(page, answers, GRANT)
    await page.get_by_test_id("admin-open").click()
    await expect(page.get_by_test_id("admin-person")).to_contain_text("Presiding judge")
    await fits(page)
    await page.get_by_test_id("admin-person").click()
    await expect(page.get_by_test_id("admin-events")).to_contain_text("Signed in")
    await expect(page.get_by_test_id("act-enable")).to_have_count(0)
    await fits(page)
    await page.get_by_test_id("act-reset").click()
    await page.get_by_test_id("reason").fill("The password is lost.")
    await page.get_by_test_id("reason-confirm").click()
    await expect(page.get_by_test_id("one-time-code")).to_have_text("bakidu-motela-47")
    asked = answers.asked["POST admin/courts/c1/staff/p1/acts"]
    assert asked == {"act": "reset", "reason": "The password is lost.", "version": 3}


async def test_who_comes_back_from_the_provider_goes_on_and_the_address_keeps_nothing(
    page: Page, court: FakeCourt
) -> None:
    answers = Answers()
    answers.answers["POST staff/oidc/exchange"] = GRANT
    await page.route("**/api/v1/**", answers)
    await page.add_init_script("sessionStorage.setItem('courtroom-sso', 'the verifier')")
    await page.goto("/staff#sso=once")
    await expect(page.locator("body[data-screen=staff-hearings]")).to_be_visible()
    assert answers.asked["POST staff/oidc/exchange"] == {"code": "once", "verifier": "the verifier"}
    assert "once" not in page.url
