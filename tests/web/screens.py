"""The screens of the web client, each brought about on a fake court.

As pictures: ``python -m tests.web.screens FOLDER [SCREEN…]``.
"""

from __future__ import annotations

import argparse
import asyncio
import struct
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page, async_playwright

from signaling.problems import Problem
from tests.web.conftest import DESK, FAKE_MEDIA, FLAGS, PHONE, chromium, until
from tests.web.entering import declare, enter, open_panel
from tests.web.fake_server import NUMBER, PEOPLE, SCHEDULED, FakeCourt, person, snapshot, twenty
from tests.web.procedure import PROCEDURE

__all__ = ["SCENES", "declare", "enter"]
Scene = Callable[[Page, FakeCourt], Awaitable[None]]
JUDGE_ACTS = [
    "recess", "adjourn", "close_session", "postpone", "conclude", "admit", "refuse", "remove", "agree_device",
    "refuse_device", "mute", "unmute", "give_floor", "take_floor", "call_witness", "dismiss_witness",
    "acknowledge_problem", "permit_recording", "refuse_recording", "report_problem",
]  # fmt: skip


async def entry(page: Page, court: FakeCourt) -> None:
    await page.goto(f"/?hearing={NUMBER}&seat=party-1")
    await page.get_by_test_id("entry-form").wait_for()


async def entry_refused(page: Page, court: FakeCourt) -> None:
    court.problems["entry"] = Problem("entry-refused")
    await enter(page, court)
    await page.locator("[data-code=entry-refused]").wait_for()


async def waiting(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot(standing="waiting", state="ready", recording={"on": False, "failed": None})
    await enter(page, court)
    await page.locator("[data-testid=level][data-level]").wait_for()


async def waiting_denied(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') }"
    )
    court.hearing = snapshot(standing="waiting", state="ready", recording={"on": False, "failed": None})
    await enter(page, court)
    await page.get_by_test_id("device-again").wait_for()


async def unplugged(page: Page, court: FakeCourt) -> None:
    """Both devices are gone in mid-hearing, and there are no others."""
    await hearing(page, court)
    await page.evaluate(
        """() => {
          navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError") };
          for (const { sender: { track } } of fakeMedia.made[0].transceivers) track.dispatchEvent(new Event("ended"));
        }"""
    )
    await page.get_by_test_id("device-again").wait_for()


async def back(page: Page, court: FakeCourt) -> None:
    """The phone was locked and is looked at again."""
    await page.add_init_script(
        "const real = matchMedia.bind(window);"
        "window.matchMedia = (query) => (query === '(pointer: coarse)' ? { matches: true } : real(query))"
    )
    await hearing(page, court)
    for state in ("hidden", "visible"):
        await page.evaluate(
            f"Object.defineProperty(document, 'visibilityState', {{ configurable: true, get: () => '{state}' }});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    await page.locator("[data-key='notice.back']").wait_for()


async def claiming(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot(standing="claiming")
    court.claim = True
    await enter(page, court)
    await page.locator("[data-testid=waiting]").wait_for()


async def hearing(page: Page, court: FakeCourt) -> None:
    await enter(page, court)
    await page.locator("[data-testid=tile][data-picture=seen]").first.wait_for()
    await court.push("speaker", seat="judge")
    links = {"party-1": {"up": {"verdict": "good"}, "down": {"verdict": "poor"}}}
    await court.push("links", seats=links)
    await court.push("pictures", pictures={"judge": "high", "clerk": "low", "party-2": "paused", "witness-1": "low"})
    await page.locator(".tile.speaking").wait_for()


async def resting(page: Page, court: FakeCourt) -> None:
    """Our uplink carries the sound alone, and so does the clerk's; our downlink has no room for party-2's picture."""
    await page.add_init_script("localStorage.debug = '1'")
    await hearing(page, court)
    await until(page, "window.courtroomDebug?.publish?.connectionState === 'connected'")
    await page.evaluate(
        """() => {
          const { call } = courtroomDebug.attendance;
          Object.defineProperty(call.up.current, "resting", { get: () => true });
          call.emit("change", undefined);
        }"""
    )
    await page.evaluate("fakeMedia.made[1].transceivers.forEach(({ receiver }) => receiver.track.stop())")
    await court.push("devices", seat="clerk", microphone="on", camera="resting")
    await page.locator("[data-key='banner.resting']").wait_for()
    await page.locator("[data-seat-tile=clerk][data-picture=none]").wait_for()


async def two(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot(seats=[person(*PEOPLE[0]), person(*PEOPLE[2])])
    await enter(page, court)
    await page.locator("[data-testid=tile][data-picture=seen]").wait_for()


async def recess(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot(state="recess", recording={"on": False, "failed": None})
    await enter(page, court)
    await page.get_by_test_id("phase").wait_for()


async def crowd(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("fakeMedia.seats = 19")
    court.hearing = snapshot(seats=twenty())
    await enter(page, court)
    await page.locator("[data-testid=tile][data-picture=seen]").nth(10).wait_for()
    await court.push("speaker", seat="party-2")
    await page.locator(".tile.speaking").wait_for()


async def lost(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(
        "let real = WebSocket, count = 0; window.WebSocket = class extends real { constructor(url) {"
        "super(++count > 1 ? url.replace(/:\\d+/, ':9') : url) } }"
    )
    await hearing(page, court)
    await court.cut()
    await page.locator("[data-key='banner.lost']").wait_for()


async def judge(page: Page, court: FakeCourt) -> None:
    court.photo = grey_png(120, 160)
    seats = [person(*one) for one in PEOPLE[:3]]
    seats.append(person(*PEOPLE[3], standing="waiting", photo=True))
    seats.append(person(*PEOPLE[4], standing="waiting"))
    seats[2]["claim"] = True
    court.hearing = snapshot("judge", seats=seats)
    court.hearing["you"]["acts"] = JUDGE_ACTS
    await enter(page, court, "/staff")
    await page.locator("[data-testid=tile][data-picture=seen]").first.wait_for()
    links = {one["seat"]: {"up": {"verdict": "good"}, "down": {"verdict": "good"}} for one in seats}
    links["party-1"]["up"]["verdict"] = "bad"
    await court.push("links", seats=links)
    await open_panel(page)
    await page.get_by_test_id("photo-party-2").wait_for()


async def refusing(page: Page, court: FakeCourt) -> None:
    await judge(page, court)
    await page.get_by_test_id("refuse-party-2").click()
    await page.get_by_test_id("reason").wait_for()


async def login(page: Page, court: FakeCourt) -> None:
    await page.goto("/staff")
    await page.get_by_test_id("login-name").wait_for()


async def hearings(page: Page, court: FakeCourt) -> None:
    court.hearing = snapshot("judge", state="scheduled")
    await page.goto("/staff")
    await page.get_by_test_id("login-name").fill("judge")
    await page.get_by_test_id("login-password").fill("secret")
    await page.get_by_test_id("login-submit").click()
    await page.get_by_test_id("enter").wait_for()


async def technician(page: Page, court: FakeCourt) -> None:
    await _at_console(page)
    await page.get_by_test_id("hearing-row").first.wait_for()


async def console_hearing(page: Page, court: FakeCourt) -> None:
    await _at_console(page, "#hearing/h1")
    await page.get_by_test_id("seat-party-1").wait_for()


async def console_seat(page: Page, court: FakeCourt) -> None:
    court.console.stale_s = 7.0
    words = {"message": 7, "at": SCHEDULED, "to": "party-1", "text": "Роутерге жақынырақ отырыңыз.", "read": {}}
    later = {**words, "message": 9, "to": None, "text": "Бес минуттан кейін жалғастырамыз."}
    court.console.messages = [{**words, "read": {"party-1": SCHEDULED}}, later]
    await _at_console(page, "#hearing/h1/witness-1?span=whole")
    await page.get_by_test_id("seat-witness-1").wait_for()


async def _at_console(page: Page, hash: str = "") -> None:
    await page.goto(f"/technician{hash}")
    await page.get_by_test_id("login-name").fill("technician")
    await page.get_by_test_id("login-password").fill("secret")
    await page.get_by_test_id("login-submit").click()


async def refused(page: Page, court: FakeCourt) -> None:
    await waiting(page, court)
    await court.bye("refused", reason="Бет анық көрінбейді: жарықты күшейтіп, қайта кіріңіз.")
    await page.get_by_test_id("end").wait_for()


async def not_yet_open(page: Page, court: FakeCourt) -> None:
    court.problems["hello"] = Problem("not-yet-open", scheduled_at=SCHEDULED)
    await enter(page, court)
    await page.get_by_test_id("end").wait_for()


async def too_old(page: Page, court: FakeCourt) -> None:
    court.minimum = "99.0"
    await page.goto("/")
    await page.get_by_test_id("reload").wait_for()


async def unsupported(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("delete window.RTCPeerConnection")
    await page.goto("/")
    await page.locator("body[data-screen=unsupported]").wait_for()


async def insecure(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    await page.goto("/")
    await page.locator("body[data-screen=insecure]").wait_for()


SCENES: dict[str, Scene] = {
    **PROCEDURE,
    **{scene.__name__: scene
    for scene in (
        entry, entry_refused, waiting, waiting_denied, claiming, hearing, unplugged, back, resting, two, recess,
        crowd, lost, judge, refusing, login, hearings, technician, console_hearing, console_seat, refused,
        not_yet_open, too_old,
        unsupported, insecure,
    )},
}  # fmt: skip


def grey_png(width: int, height: int) -> bytes:
    """A photo, as far as a screen is concerned (PNG: ISO/IEC 15948)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([90 + 100 * row // height]) * width for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def take(folder: Path, names: list[str]) -> None:
    """One picture per scene, size and language; dark ones of the phone in English."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name in names:
            for size, viewport in (("phone", PHONE), ("desk", DESK)):
                court = FakeCourt()
                url = await court.start()
                context = await browser.new_context(viewport=viewport, locale="kk-KZ", base_url=url)
                await context.add_init_script(path=FAKE_MEDIA)
                page = await context.new_page()
                await SCENES[name](page, court)
                for language in ("kk", "ru", "en"):
                    await page.evaluate("code => document.querySelector(`.language[lang=${code}]`).click()", language)
                    await page.locator(f"html[lang={language}]").wait_for()
                    await asyncio.sleep(0.3)
                    await page.screenshot(path=str(folder / f"{name}-{size}-{language}.png"))
                await page.emulate_media(color_scheme="dark")
                await page.screenshot(path=str(folder / f"{name}-{size}-dark.png"))
                await context.close()
                await court.stop()
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.web.screens", description="Take screenshots.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenes", nargs="*", metavar="scene", help=f"all, or some of {', '.join(SCENES)}")
    options = parser.parse_args()
    if unknown := set(options.scenes) - set(SCENES):
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(options.folder, options.scenes or list(SCENES)))
