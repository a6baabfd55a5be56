"""A hearing played on the screens, from the applications to the signed minutes, as those who take part would."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Playwright, expect

from courtroom.office import open_office
from courtroom.portraits import portrait
from courtroom.settings import Settings
from hearings.times import ZONE
from tests.chromium import chromium
from tests.client.court import Court
from tests.e2e import faces
from tests.e2e.people import ALLOWED, DESK, FLAGS, PHONE, context, declare
from tests.e2e.stage import bare, loopback, serving

COURT, OTHER = "Алматы қалалық соты", "Абай облыстық соты"
CASE = "7204-26-00-2/7"
STAFF = {
    "judge": (COURT, "Айгүл Сейітова"), "clerk": (COURT, "Марат Жүнісов"), "technician": (COURT, "Ерлан Сәрсен"),
    "organiser": (COURT, "Ольга Петрова"), "there": (OTHER, "Динара Қасым"), "site": (OTHER, "Самат Оразов"),
    "administrator": (COURT, "Гүлнар Тасова"),
}  # fmt: skip
ROLES = {"there": "organiser", "site": "site_clerk"}
PASSWORD = "a password for a play"
WORDS = {"party": "bakidu-motela-47", "witness": "tolaru-sebika-63"}
NAMES = {"party": "Дәурен Оспанов", "witness": "Нұрлан Әбенов"}
IDENTITY = {"name": "identity.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 an identity card"}
CAMERAS = ("judge", "clerk", "party", "witness")
"""Whose faces are different ones: each a browser of its own. The others have the clerk's."""
PROBLEM, RULING = "Дыбыс үзіледі", "Отбасылық құпия үшін, АПК 19-бап"
PATIENCE_MS = 60_000
SEEN_MS = 180_000
"""On a machine that is at its end a browser takes its uplink for a narrow one, and rests its picture for a while."""
WATCHED_S = 3.0
"""Of the closed session, after the second within which everything must have stopped."""


@dataclass
class Play:
    """What a play leaves behind. ``inside`` and ``outside``: packets that came to each while the session was closed;
    ``disobeyed``: those that the party's device went on sending."""

    court: Court
    settings: Settings
    shots: Path | None
    pages: dict[str, Page] = field(default_factory=dict)
    hearing: str = ""
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    inside: dict[str, int] = field(default_factory=dict)
    outside: dict[str, int] = field(default_factory=dict)
    disobeyed: int = 0
    minutes: bytes = b""
    errors: list[str] = field(default_factory=list)

    async def shot(self, who: str, name: str, testid: str = "") -> None:
        """The screen at both sizes, where pictures are wanted; scrolled to what is meant."""
        if self.shots is None:
            return
        page = self.pages[who]
        was = page.viewport_size
        for size, viewport in (("phone", PHONE), ("desk", DESK)):
            await page.set_viewport_size(viewport)  # type: ignore[arg-type]
            await asyncio.sleep(0.5)  # what moves comes to rest
            part = page.get_by_test_id(testid or "no such thing").first
            hidden = testid and not await part.is_visible()
            if hidden:
                await click(page, "people")  # on a phone the panel lies over the pictures
            if testid:
                await part.scroll_into_view_if_needed()
            await page.screenshot(path=str(self.shots / f"{name}-{size}.jpg"), type="jpeg", quality=80)
            if hidden:
                await click(page, "people")
        if was:
            await page.set_viewport_size(was)


@contextlib.asynccontextmanager
async def staged(
    playwright: Playwright, folder: Path, shots: Path | None = None, **settings: Any
) -> AsyncIterator[Play]:
    """The server with two courts and their staff, and a browser for everybody; nothing has happened yet."""
    loaded = loopback(folder / "data", **settings)
    async with open_office(loaded) as office:
        for name, (court, _) in STAFF.items():
            await office.add_staff(court, STAFF[name][1], [ROLES.get(name, name)], PASSWORD)  # type: ignore[list-item]
    async with contextlib.AsyncExitStack() as stack:
        court = await stack.enter_async_context(serving(bare(loaded, {}), loaded, folder / "server.log"))
        play = Play(court, loaded, shots)
        browsers = {
            who: await stack.enter_async_context(browser(playwright, folder, who, seed, shots is not None))
            for seed, who in enumerate(CAMERAS)
        }
        for who in (*STAFF, *NAMES):
            small = who in NAMES
            made = await context(browsers.get(who) or browsers["clerk"], PHONE if small else DESK, "ru-KZ")
            await made.add_init_script("localStorage.setItem('debug', '1')")
            page = play.pages[who] = await made.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error, who=who: play.errors.append(f"{who}: {error}"))
        yield play


@contextlib.asynccontextmanager
async def browser(playwright: Playwright, folder: Path, who: str, seed: int, shown: bool) -> AsyncIterator[Browser]:
    # Small, for it is the course that is played: seven browsers with pictures are much for two cores.
    film = faces.slow_film(folder / f"{who}.y4m", seed, *((640, 360) if shown else (320, 180)))
    args = [*FLAGS, ALLOWED, f"--use-file-for-fake-video-capture={film}"]
    started = await playwright.chromium.launch(executable_path=chromium(), args=args)
    try:
        yield started
    finally:
        await started.close()


async def click(page: Page, testid: str) -> None:
    await page.get_by_test_id(testid).click()


async def fill(page: Page, **fields: str) -> None:
    """Of a form, by the fields' names; of a choice the value or the words."""
    for name, value in fields.items():
        control = page.get_by_test_id(f"field-{name}")
        if await control.evaluate("node => node.tagName") == "SELECT":
            await control.select_option(value)
        else:
            await control.fill(value)


async def done(page: Page) -> None:
    """The dialog's question is answered, and the server took it."""
    await page.locator("dialog [type=submit]").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


def moment(days: float) -> str:
    """As a field for date and time takes it, in the court's time."""
    return (datetime.now(ZONE) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


# The office: Rules ¶7-¶15.


async def sign_in(play: Play, who: str) -> None:
    page = play.pages[who]
    await page.goto(f"{play.court.url}/staff")
    await page.get_by_test_id("login-name").fill(STAFF[who][1])
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await click(page, "login-submit")
    await page.locator("body[data-screen=staff-hearings]").wait_for()


async def administration(play: Play) -> None:
    await click(play.pages["administrator"], "admin-open")
    await play.pages["administrator"].locator("body[data-screen=staff-admin]").wait_for()
    await play.shot("administrator", "administrator-staff")


async def equip(play: Play, who: str, number: str) -> None:
    """Rules ¶5."""
    page = play.pages[who]
    await click(page, "office-open")
    await click(page, "tab-courtrooms")
    await click(page, "courtroom-add")
    await fill(page, number=number, endpoints="Codec 1")
    for item in ("camera", "microphone", "loudspeaker", "screen"):
        await page.get_by_test_id(f"field-{item}").check()
    await done(page)
    await page.get_by_test_id("courtroom").wait_for()


async def apply(play: Play, role: str, **means: str) -> None:
    """Rules ¶7-¶9."""
    page = play.pages[role]
    await page.goto(f"{play.court.url}/#apply")
    court = page.get_by_test_id("field-court")
    await court.locator("option", has_text=COURT).wait_for(state="attached")
    await court.select_option(label=COURT)
    await fill(page, case=CASE, means=means["means"], reason="Тұратын жерім 800 км қашықта.")
    await fill(page, name=NAMES[role], role=role, phone="+7 701 000 00 00", code_word=WORDS[role])
    if "receiver" in means:
        await page.get_by_test_id("field-receiver").select_option(label=means["receiver"])
    else:
        photo = {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": portrait(CAMERAS.index(role))}
        await page.get_by_test_id("field-photo").set_input_files(photo)  # type: ignore[arg-type]
    await page.get_by_test_id("field-identity").set_input_files(IDENTITY)  # type: ignore[arg-type]
    for name in ("declared_true", "declared_kept"):
        await page.get_by_test_id(f"field-{name}").check()
    if role == "party":
        await play.shot(role, "apply-party")
    await click(page, "apply-submit")
    play.words[role] = (str(await page.get_by_test_id("receipt").text_content()), "")


async def application(play: Play, who: str, role: str) -> Page:
    """Opened in the office of somebody."""
    page = play.pages[who]
    if await page.get_by_test_id("office-open").count():
        await click(page, "office-open")
    await click(page, "tab-applications")
    await page.get_by_test_id("inbox-row").filter(has_text=NAMES[role]).click()
    await page.get_by_test_id("office-state").wait_for()
    return page


async def act(page: Page, name: str, **fields: str) -> None:
    await click(page, f"act-{name}")
    await fill(page, **fields)
    await done(page)


async def paper(play: Play, page: Page, kind: str, name: str = "") -> None:
    """Drawn up, and signed by its first signatory."""
    await click(page, f"draw-up-{kind}")
    await done(page)
    await page.get_by_test_id("paper-sign").wait_for()
    if name:
        await play.shot(name.split("-")[0], name)
    await sign(page)


async def sign(page: Page) -> None:
    await click(page, "paper-sign")
    await done(page)


async def resolved(play: Play, role: str) -> None:
    """The judge's resolution, Appendix 1, Appendix 2 of each side (Rules ¶12-¶15, ¶21)."""
    page = await application(play, "judge", role)
    if role == "party":
        await play.shot("judge", "judge-application")
    await act(page, "grant", hearing_at=moment(1))
    page = await application(play, "clerk", role)
    to = {"administration-name": f"{COURT} әкімшілігі", "clerk": STAFF["clerk"][1], "organiser": STAFF["organiser"][1]}
    if role == "witness":
        to |= {"provider_administration-name": f"{OTHER} әкімшілігі"}
    await act(page, "send", **to)
    await paper(play, page, "application", "clerk-appendix-1" if role == "party" else "")
    for who, side in (("organiser", "hearing"), ("there", "receiving"))[: 2 if role == "witness" else 1]:
        page = await application(play, who, role)
        answer = {"feasible": "yes", "organiser": STAFF[who][1], "clerk": STAFF["clerk"][1]}
        await act(page, "answer", side=side, **answer)
        await paper(play, page, "answer", f"{who}-appendix-2" if role == "witness" else "")


async def schedule(play: Play) -> None:
    """One hearing with both, and what each needs to enter it (Rules ¶10, ¶15)."""
    page = await application(play, "clerk", "party")
    await act(page, "schedule", scheduled_at=moment(1))
    page = await application(play, "clerk", "witness")
    await click(page, "act-schedule")
    existing = page.get_by_test_id("field-hearing")
    await existing.select_option(label=str(await existing.locator("option", has_text=CASE).text_content()))
    await done(page)
    await told(play)
    for role in NAMES:
        page = await application(play, "organiser", role)
        await act(page, "inform_technician", side="hearing", technician=STAFF["technician"][1])
        await click(page, "act-issue_credentials")
        await page.locator("dialog [type=submit]").click()
        play.words[role] = (f"{role}-1", str(await page.get_by_test_id("code-word").text_content()))
        if role == "party":
            await play.shot("organiser", "organiser-credentials")
        await click(page, "credentials-kept")
    async with open_office(play.settings) as office:
        found = await office.hearing(CASE)
        assert found is not None
        play.hearing = found.id


async def told(play: Play) -> None:
    """The applicant asks what came of it."""
    page = play.pages["party"]
    await page.goto(f"{play.court.url}/#application")
    await fill(page, receipt=play.words["party"][0], code_word=WORDS["party"])
    await click(page, "application-submit")
    await page.locator("[data-testid=application-state][data-state=scheduled]").wait_for()
    await play.shot("party", "application-state-party")


# The hearing: Rules ¶15-¶38.


async def take_seat(play: Play, who: str, seat: str) -> None:
    """One of the court's own people."""
    page = play.pages[who]
    await page.goto(f"{play.court.url}/staff")
    await page.locator(f"[data-testid=enter][data-seat-code={seat}]").click()


async def enter(play: Play, role: str) -> None:
    """By code word."""
    page, (seat, word) = play.pages[role], play.words[role]
    await page.goto(f"{play.court.url}/?hearing={CASE}&seat={seat}")
    await page.get_by_test_id("entry-word").fill(word)
    await declare(page)
    if role == "party":
        await play.shot(role, "entry-party")
    await click(page, "entry-submit")


async def on(play: Play, who: str, state: str) -> None:
    """The hearing is in this state on somebody's screen."""
    await play.pages[who].locator(f"[data-testid=state][data-state={state}]").wait_for(state="attached")


async def sees(play: Play, who: str, seat: str) -> None:
    """Somebody's picture moves on somebody's screen."""
    await play.pages[who].wait_for_function(
        "seat => document.querySelector(`[data-seat-tile=${seat}] video`)?.videoWidth > 0",
        arg=seat, timeout=SEEN_MS,
    )  # fmt: skip


async def press(play: Play, who: str, act: str, reason: str = "") -> None:
    """An act on the hearing; one of the rare ones is in the menu."""
    page = play.pages[who]
    button = page.get_by_test_id(f"act-{act}")
    if act in ("adjourn", "close_session"):
        await click(page, "more-acts")
    await button.click()
    if reason:
        await page.get_by_test_id("reason").fill(reason)
        await click(page, "reason-confirm")
    elif act in ("adjourn", "conclude", "end_test"):
        await click(page, f"{act}-confirm")


async def rehearsed(play: Play) -> None:
    """Rules ¶15: the day before, in the hearing's own room."""
    await asyncio.gather(take_seat(play, "clerk", "clerk"), take_seat(play, "technician", "technician"))
    await press(play, "clerk", "begin_test")
    await enter(play, "party")
    await sees(play, "party", "clerk")
    await sees(play, "clerk", "party-1")
    await play.shot("party", "test-session-party")
    await play.shot("technician", "technician-test-session")
    await press(play, "clerk", "end_test")
    await play.pages["party"].get_by_test_id("end").wait_for()


async def before_the_start(play: Play) -> None:
    """Checklist ¶16, the receiving court's report ¶26, identification ¶9, mutual check ¶36."""
    await press(play, "clerk", "open")
    await asyncio.gather(
        take_seat(play, "judge", "judge"),
        take_seat(play, "site", "site-clerk-1"),
        *(enter(play, role) for role in NAMES),
    )
    for role in NAMES:
        await play.pages[role].get_by_test_id("waiting").wait_for()
    await play.shot("party", "waiting-party")
    site = play.pages["site"]
    await click(site, "site_report-witness-1")
    for name in ("attended", "identity", "credentials"):
        await site.get_by_test_id(f"{name}-yes").check()
    await play.shot("site", "site-clerk-report")
    await done(site)
    clerk, judge = play.pages["clerk"], play.pages["judge"]
    await click(clerk, "check-courtroom_ready")
    await play.shot("clerk", "clerk-checklist", "checklist")
    await judge.get_by_test_id("photo-party-1").wait_for()
    await play.shot("judge", "judge-identification", "waiting-party-1")
    await click(judge, "admit-party-1")
    await click(judge, "admit-witness-1")
    await sees(play, "judge", "party-1")
    await sees(play, "party", "judge")
    await click(clerk, "act-begin_check")
    await checked(play, "party")
    await play.shot("clerk", "clerk-mutual-check", "mutual-check")


async def checked(play: Play, role: str) -> None:
    """The mutual check's questions, and the answers on the clerk's screen."""
    page = play.pages[role]
    await click(page, "check-answer")
    for name in ("hears", "sees", "asks", "answers"):
        await page.get_by_test_id(f"{name}-yes").check()
    if role == "party":
        await play.shot("party", "mutual-check-party")
    await done(page)
    await play.pages["clerk"].locator(f"[data-testid=checked-{role}-1][data-done=true]").wait_for(state="attached")


async def in_session(play: Play) -> None:
    """The witness called ¶28-1, a problem ¶14, technical adjournment ¶19, and on."""
    judge, party, technician = play.pages["judge"], play.pages["party"], play.pages["technician"]
    await press(play, "judge", "start")
    await on(play, "party", "in_session")
    await play.pages["witness"].locator("[data-testid=waiting][data-why=held]").wait_for()
    await play.shot("witness", "held-witness")
    await click(judge, "call-witness-1")
    await sees(play, "witness", "judge")
    await sees(play, "judge", "witness-1")
    await checked(play, "witness")
    await play.shot("party", "hearing-party")
    await play.shot("judge", "hearing-judge")
    await click(party, "report-problem")
    await party.get_by_test_id("problem-text").fill(PROBLEM)
    await click(party, "option-sound")
    await click(technician, "acknowledge_problem-1")
    await click(technician, "estimate_problem-1")
    await technician.get_by_test_id("minutes").fill("5")
    await done(technician)
    await play.shot("technician", "technician-problem", "problems")
    await press(play, "judge", "adjourn")
    await on(play, "party", "technical_adjournment")
    await play.shot("party", "adjourned-party")
    await click(technician, "resolve_problem-1")
    await press(play, "judge", "resume")
    await on(play, "party", "in_session")


async def closed_session(play: Play) -> None:
    """Rules ¶6. Counted is what comes to the page of each from each, of the connections that stood before. The party's
    device does not obey: it keeps its connections, and goes on sending."""
    for who in ("judge", "clerk", *NAMES):
        await play.pages[who].evaluate("window.before = [courtroomDebug.subscribe, courtroomDebug.slots]")
    await play.pages["party"].evaluate("courtroomDebug.attendance.call.shut = () => undefined")
    await press(play, "judge", "close_session", RULING)
    await on(play, "judge", "closed_session")
    await asyncio.sleep(1.0)  # within which everything must have stopped
    first = {who: await received(play.pages[who]) for who in ("judge", "clerk", *NAMES)}
    sent = await sending(play.pages["party"])
    await play.shot("party", "closed-session-party")
    await asyncio.sleep(WATCHED_S)
    last = {who: await received(play.pages[who]) for who in ("judge", "clerk", *NAMES)}
    for who, seats in last.items():
        for seat, packets in seats.items():
            kind = play.inside if who not in NAMES and seat in ("judge", "clerk") else play.outside
            kind[f"{seat}→{who}"] = packets - first[who].get(seat, 0)
    play.disobeyed = await sending(play.pages["party"]) - sent
    await play.pages["party"].evaluate("delete courtroomDebug.attendance.call.shut")
    await press(play, "judge", "reopen", "Жабық отырыс аяқталды")
    await on(play, "party", "in_session")
    await sees(play, "party", "judge")
    await sees(play, "judge", "party-1")


async def sending(page: Page) -> int:
    """Packets that the page's publishing connection has sent."""
    return await page.evaluate(
        """async () => {
          const stats = [...((await courtroomDebug.publish?.getStats()) ?? new Map()).values()];
          return stats.reduce((sum, stat) => sum + (stat.type === "outbound-rtp" ? stat.packetsSent : 0), 0);
        }"""
    )


async def received(page: Page) -> dict[str, int]:
    """Packets by the sender's seat, of the old connection and of one made since."""
    return await page.evaluate(
        """async () => {
          const [pc, slots] = window.before;
          const found = Object.fromEntries(slots.map(({ seat }) => [seat, 0]));
          const now = courtroomDebug.subscribe;
          for (const [one, its] of [[pc, slots], ...(now && now !== pc ? [[now, courtroomDebug.slots]] : [])]) {
            const seats = new Map(its.map(({ mid, seat }) => [mid, seat]));
            for (const stat of (await one.getStats()).values())
              if (stat.type === "inbound-rtp" && seats.has(stat.mid))
                found[seats.get(stat.mid)] += stat.packetsReceived;
          }
          return found;
        }"""
    )


async def concluded(play: Play) -> None:
    await press(play, "judge", "conclude")
    for who in ("judge", "clerk", *NAMES):
        await play.pages[who].get_by_test_id("end").wait_for()
    await play.shot("party", "concluded-party")


async def all_of_it(play: Play) -> None:
    await asyncio.gather(*(sign_in(play, who) for who in STAFF))
    if play.shots:
        await administration(play)
    await equip(play, "organiser", "3")
    await equip(play, "there", "7")
    await apply(play, "party", means="personal_device")
    await apply(play, "witness", means="other_court", receiver=OTHER)
    for role in NAMES:
        await resolved(play, role)
    await schedule(play)
    await rehearsed(play)
    await before_the_start(play)
    await in_session(play)
    await closed_session(play)
    await concluded(play)


async def papers(play: Play) -> None:
    """The minutes, drawn up by the clerk and signed by clerk and judge (Rules ¶32)."""
    clerk = await office(play, "clerk", "papers")
    await click(clerk, "draw-up")
    await fill(clerk, kind="minutes")
    await done(clerk)
    await clerk.get_by_test_id("paper-sign").wait_for()
    await play.shot("clerk", "clerk-minutes")
    await sign(clerk)
    judge = await office(play, "judge", "papers")
    await judge.get_by_test_id("paper-row").first.click()  # the newest
    await sign(judge)
    await judge.locator("[data-testid=paper][data-state=signed_off]").wait_for()
    async with judge.expect_download() as download:
        await click(judge, "paper-pdf")
    play.minutes = Path(await (await download.value).path()).read_bytes()


async def office(play: Play, who: str, tab: str) -> Page:
    page = play.pages[who]
    await page.goto(f"{play.court.url}/staff")
    await click(page, "office-open")
    await click(page, f"tab-{tab}")
    return page
