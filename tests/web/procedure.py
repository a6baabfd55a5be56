"""The screens of the procedure, each brought about on the fake court: who runs it, who takes part, who repairs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page

from tests.web.entering import enter, open_panel
from tests.web.fake_server import PEOPLE, FakeCourt, person, snapshot

OFF = {"on": False, "failed": None}
GOOD = {"hears": True, "sees": True, "asks": True, "answers": True, "good": True}
BAD = {**GOOD, "hears": False, "good": False}
FLOOR = ["ask_floor", "report_problem", "request_recording"]
COURT = [*FLOOR[1:2], "admit", "refuse", "begin_check", "acknowledge_problem"]
ORDERS = [
    "recess", "adjourn", "close_session", "postpone", "conclude", "remove", "mute", "unmute", "give_floor",
    "take_floor", "call_witness", "dismiss_witness", "permit_recording", "refuse_recording",
    "ask_repeat", *COURT,
]  # fmt: skip


def at(minutes: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def fault(number: int, seat: str, kind: str, **changes: Any) -> dict[str, Any]:
    return {
        "problem": number, "seat": seat, "at": at(-2), "kind": kind, "text": None, "link": None, "acknowledged": None,
        "restored_by": None, "resolved": None, **changes,
    }  # fmt: skip


def request(number: int, seat: str, **changes: Any) -> dict[str, Any]:
    return {
        "request": number, "seat": seat, "at": at(-1), "opinions": {}, "permitted": None, "decided": None,
        "reason": None, **changes,
    }  # fmt: skip


def people(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Everybody, some otherwise: ``party_1={"muted": True}``."""
    return [person(*one, **changes.get(one[0].replace("-", "_"), {})) for one in PEOPLE]


def seen_by(seat: str, acts: list[str], role: str | None = None, **changes: Any) -> dict[str, Any]:
    found = snapshot(seat, **changes)
    found["you"].update(acts=acts, inside=True, muted=False, declared=True, place="courtroom", **_role(role))
    return found


def _role(role: str | None) -> dict[str, Any]:
    return {"role": role} if role else {}


async def orders(page: Page, court: FakeCourt) -> None:
    """The presiding judge in the middle of it: a loss, a question of recording, people who ask for the floor."""
    seats = people(party_2={"connected": False, "muted": True}, witness_1={"standing": "held"})
    court.hearing = seen_by(
        "judge", ORDERS, seats=seats, floor={"seat": "party-1", "queue": ["clerk", "party-2"]},
        problems=[fault(1, "party-1", "sound", text="Дауыс үзіледі")],
        recordings=[request(1, "party-2", opinions={"party-1": "agree"})],
        alarms=[{"seat": "party-2", "since": at(-1)}],
    )  # fmt: skip
    await enter(page, court, "/staff")
    await page.get_by_test_id("strip-alarm-party-2").wait_for()
    await court.push(
        "alarm", seat="party-2", since=at(-1), lost=True, measured={"silent_s": 8.2, "link": {"up": {"verdict": "bad"}}}
    )
    await open_panel(page)
    await page.get_by_test_id("more-acts").click()


def pair(listener: str, share: int | None, **changes: Any) -> dict[str, Any]:
    return {
        "speaker": "party-1", "listener": listener, "seconds": 20, "share": share, "acknowledged": 100, "cause": None,
        "contradiction": None, **changes,
    }  # fmt: skip


async def unheard(page: Page, court: FakeCourt) -> None:
    """The presiding judge, while several did not receive and play what a party said."""
    court.hearing = seen_by("judge", ORDERS, seats=people(witness_1={"standing": "admitted"}))
    await enter(page, court, "/staff")
    await open_panel(page)
    await court.push("audibility", pairs=[
        pair("party-2", 59, cause="downlink"), pair("clerk", 63, contradiction="less"), pair("witness-1", None),
        pair("judge", 88, cause="muted"), pair("technician", 89),
    ])  # fmt: skip
    await page.get_by_test_id("audibility-party-1").wait_for()


def surrounding(verdict: str = "good", cause: str = "", **changes: Any) -> dict[str, Any]:
    return {"verdict": verdict, "cause": cause, "lasting": False, "adjourn": False, **changes}


async def surroundings(page: Page, court: FakeCourt, seat: str = "judge") -> None:
    """A party in the dark beside a fan, a witness who may not be alone."""
    role = None if seat == "judge" else seat
    court.hearing = seen_by(seat, ORDERS if seat == "judge" else COURT, role, seats=people(
        witness_1={"standing": "admitted"}))  # fmt: skip
    await enter(page, court, "/staff")
    await open_panel(page)
    await court.push("surroundings", seats={
        "party-1": {"light": surrounding("bad", "dark", lasting=True),
                    "noise": surrounding("bad", "noise", lasting=True, adjourn=True)},
        "party-2": {"light": surrounding("poor", "side-light"), "noise": surrounding()},
        "witness-1": {"light": surrounding(), "noise": surrounding("unmeasured", "silent")},
    })  # fmt: skip
    await page.get_by_test_id("person-party-1").get_by_test_id("surrounding-light").wait_for()
    if seat == "clerk":
        await court.push("signs", seats={"witness-1": [
            {"sign": "second-face", "seats": []}, {"sign": "same-network", "seats": ["party-1"]}]})  # fmt: skip
        await page.get_by_test_id("strip-second-face-witness-1").wait_for()


async def bad_links(page: Page, court: FakeCourt, seat: str = "judge") -> None:
    """A necessary party's uplink has been narrow for long, another's link lossy for a while."""
    role = None if seat == "judge" else seat
    court.hearing = seen_by(seat, ORDERS if seat == "judge" else COURT, role, seats=people())
    await enter(page, court, "/staff")
    await open_panel(page)
    fine = surrounding(cause="none")
    await court.push("links", seats={
        "party-1": {"up": surrounding("bad", "narrow-up", lasting=True, adjourn=True), "down": fine},
        "party-2": {"up": fine, "down": surrounding("bad", "loss-down", lasting=True)},
    })  # fmt: skip
    await page.get_by_test_id("strip-link-party-1").wait_for()


async def bad_links_clerk(page: Page, court: FakeCourt) -> None:
    await bad_links(page, court, "clerk")


async def surroundings_clerk(page: Page, court: FakeCourt) -> None:
    await surroundings(page, court, "clerk")


async def dark(page: Page, court: FakeCourt) -> None:
    """A participant who is told what to do."""
    await speaking(page, court)
    await court.push("surroundings", seats={"party-1": {
        "light": surrounding("bad", "dark"), "noise": surrounding("poor", "noise")}})  # fmt: skip
    await page.get_by_test_id("strip-own-light").wait_for()


async def begin(page: Page, court: FakeCourt) -> None:
    """The clerk before the start: checklist, mutual check, somebody at the door with a site report."""
    report = {"by": "site-1", "at": at(-3), "attended": True, "identity": True, "credentials": False, "remark": None}
    seats = people(witness_1={"standing": "waiting", "declared": False, "under_sixteen": True, "report": report})
    court.hearing = seen_by(
        "clerk", [*COURT, "check_item", "resolve_problem", "ask_floor"], seats=seats, state="ready", recording=OFF,
        checklist={"courtroom_ready": False, "participants_present": False, "link_started": True},
        check={"begun": {"by": "clerk", "at": at(-1)}, "confirmed": {"party-1": GOOD, "party-2": BAD},
               "measured": {"party-1": {"judge": {"audio": True, "video": True}}}},
        problems=[fault(1, "party-2", "sound", acknowledged={"by": "clerk", "at": at()}, restored_by=at(4.5))],
    )  # fmt: skip
    await enter(page, court, "/staff")
    await open_panel(page)
    await page.get_by_test_id("checklist").wait_for()


async def alone(page: Page, court: FakeCourt) -> None:
    """The presiding judge, before anybody has come."""
    court.hearing = seen_by(
        "judge", ["start", "postpone", "conclude"], seats=people()[:1], state="ready", recording=OFF
    )
    await enter(page, court, "/staff")
    await page.get_by_test_id("phase").wait_for()
    await open_panel(page)


async def asked(page: Page, court: FakeCourt) -> None:
    """A participant of whom several things are wanted."""
    court.hearing = seen_by(
        "party-1", [*FLOOR[1:], "confirm_check", "opinion"], state="ready", recording=OFF,
        check={"begun": {"by": "judge", "at": at()}, "confirmed": {}, "measured": {}},
        problems=[fault(1, "party-1", "connection", acknowledged={"by": "clerk", "at": at()}, restored_by=at(4.5))],
        recordings=[request(1, "party-2")],
    )  # fmt: skip
    court.hearing["you"]["muted"] = True
    await enter(page, court)
    await page.get_by_test_id("check-answer").wait_for()


async def speaking(page: Page, court: FakeCourt) -> None:
    court.hearing = seen_by("party-1", FLOOR, floor={"seat": None, "queue": []}, recordings=[
        request(1, "party-1", permitted=True, decided={"by": "judge", "at": at()}),
    ])  # fmt: skip
    await enter(page, court)
    await page.get_by_test_id("floor-ask").wait_for()


async def reporting(page: Page, court: FakeCourt) -> None:
    await speaking(page, court)
    await page.get_by_test_id("report-problem").click()
    await page.get_by_test_id("option-sound").wait_for()


async def answering(page: Page, court: FakeCourt) -> None:
    await asked(page, court)
    await page.get_by_test_id("check-answer").click()
    await page.get_by_test_id("hears-yes").wait_for()


async def held(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot("witness-1", standing="held")
    court.hearing["you"]["acts"] = ["report_problem"]
    await enter(page, court)
    await page.locator("[data-testid=waiting][data-why=held]").wait_for()


async def closed(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot(state="closed_session", recording=OFF, seats=[])
    court.hearing["you"].update(inside=False, place="personal_device", acts=["report_problem"])
    await enter(page, court)
    await page.locator("[data-testid=waiting][data-why=closed]").wait_for()


async def undeclared(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot(standing="waiting", state="ready", recording=OFF)
    court.hearing["you"].update(declared=False, acts=["declare", "report_problem"])
    await enter(page, court)
    await page.get_by_test_id("declare-open").wait_for()


async def trial(page: Page, court: FakeCourt) -> None:
    court.hearing = seen_by("party-1", ["report_problem"], state="test_session", recording=OFF)
    await enter(page, court)
    await page.locator("[data-testid=phase][data-state=test_session]").wait_for()


async def repairing(page: Page, court: FakeCourt) -> None:
    """The technician in the hearing."""
    link = {"up": {"verdict": "bad"}, "down": {"verdict": "good"}}
    court.hearing = seen_by(
        "technician",
        ["report_problem", "message", *(f"{act}_problem" for act in ("acknowledge", "estimate", "resolve"))],
        role="technician",
        tests=[{"by": "clerk", "at": at(-60), "seats": {
            "party-1": {"link": link, "audio": True, "video": False, "version": "0.1.0"}}}],
        problems=[fault(1, "party-1", "sound", link=link),
                  fault(2, "witness-1", "picture", acknowledged={"by": "clerk", "at": at()}, restored_by=at(4.5))],
    )  # fmt: skip
    await enter(page, court, "/staff")
    await open_panel(page)
    await page.get_by_test_id("problem-1").wait_for()


async def on_site(page: Page, court: FakeCourt) -> None:
    """The receiving court's clerk, with the form open (Rules ¶26)."""
    place = {"place": "receiving_court"}
    clerk = person("site_clerk-1", "site_clerk", "Оразов Е.", **place)
    court.hearing = seen_by(
        "site_clerk-1", ["site_report", "begin_test", "report_problem"], role="site_clerk", state="scheduled",
        recording=OFF, seats=[*people(witness_1={**place, "standing": "absent"}), clerk],
    )  # fmt: skip
    court.hearing["you"].update(place)
    await enter(page, court, "/staff")
    await open_panel(page)
    await page.get_by_test_id("site_report-witness-1").click()
    await page.get_by_test_id("attended-yes").wait_for()


async def postponed(page: Page, court: FakeCourt) -> None:
    await speaking(page, court)
    await court.bye("postponed", reason="Қатысушы келмеді.", scheduled_at=None)
    await page.get_by_test_id("end").wait_for()


async def enter_and_lose(page: Page, court: FakeCourt) -> None:
    """A picture was paused for want of bandwidth; then the server is gone."""
    await page.add_init_script(
        "let real = WebSocket, count = 0; window.WebSocket = class extends real { constructor(url) {"
        "super(++count > 1 ? url.replace(/:\\d+/, ':9') : url) } }"
    )
    await enter(page, court)
    await page.locator("[data-testid=tile][data-picture=seen]").first.wait_for()
    await court.push("pictures", pictures={"clerk": "paused"})
    await page.get_by_text("Picture paused").wait_for()
    await court.cut()
    await page.locator("[data-key='banner.lost']").wait_for()


PROCEDURE: dict[str, Callable[[Page, FakeCourt], Awaitable[None]]] = {
    scene.__name__: scene
    for scene in (
        orders, unheard, surroundings, surroundings_clerk, bad_links, bad_links_clerk, dark,
        begin, alone, asked, speaking, reporting, answering, held, closed, undeclared, trial,
        repairing, on_site, postponed,
    )
}  # fmt: skip
