"""Microphones and cameras that are refused, unplugged or plugged in, and a phone that was locked: what is said."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.web import screens
from tests.web.conftest import until
from tests.web.fake_server import FakeCourt, snapshot

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEVICES = """(() => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  const all = mediaDevices.enumerateDevices.bind(mediaDevices);
  window.trouble = {};
  mediaDevices.getUserMedia = async (wanted) => {
    for (const kind of ["audio", "video"]) if (wanted[kind] && trouble[kind]) throw new DOMException("", trouble[kind]);
    return ask(wanted);
  };
  mediaDevices.enumerateDevices = async () => (await all()).filter(({ kind }) => !trouble[kind.replace("input", "")]);
  window.sent = (kind) => fakeMedia.made[0].transceivers[kind === "audio" ? 0 : 1].sender.track;
  window.unplug = (kind) => {
    const track = sent(kind);
    track.stop();
    track.dispatchEvent(new Event("ended"));
  };
  window.look = (state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
  };
})()"""
POINTER = """(() => {
  const real = window.matchMedia.bind(window);
  window.matchMedia = (query) => (query === "(pointer: coarse)" ? { matches: %s } : real(query));
})()"""
NAMES = {"audio": "microphone", "video": "camera"}
kinds = pytest.mark.parametrize("kind", NAMES)


async def in_the_hearing(page: Page, court: FakeCourt, phone: bool = True) -> None:
    await page.add_init_script(DEVICES)
    await page.add_init_script(POINTER % str(phone).lower())
    await screens.hearing(page, court)
    await court.message("device", microphone="on", camera="on")
    await until(page, "sent('audio') !== null && sent('video') !== null")


async def locked(page: Page) -> None:
    await page.evaluate("look('hidden')")


async def unlocked(page: Page) -> None:
    await page.evaluate("look('visible')")


def notice(page: Page, key: str) -> Locator:
    return page.locator(f"[data-key='notice.{key}']")


# Unplugged and plugged in


@kinds
async def test_an_unplugged_device_is_replaced_by_another(page: Page, court: FakeCourt, kind: str) -> None:
    await in_the_hearing(page, court)
    await page.evaluate(f"window.before = sent('{kind}'); unplug('{kind}')")
    await expect(notice(page, f"{NAMES[kind]}-found")).to_be_visible()
    await until(page, f"sent('{kind}') && sent('{kind}') !== before")
    await expect(page.get_by_test_id("device-help")).to_be_hidden()


@kinds
async def test_where_there_is_no_other_a_person_reads_what_to_do_until_one_is_plugged_in(
    page: Page, court: FakeCourt, kind: str
) -> None:
    await in_the_hearing(page, court)
    await page.evaluate(f"trouble.{kind} = 'NotFoundError'; unplug('{kind}')")
    await court.message("device", **{NAMES[kind]: "missing"})
    said = page.get_by_test_id("device-help")
    await expect(said).to_contain_text(
        f"No {NAMES[kind]} was found. Nobody can {'hear' if kind == 'audio' else 'see'} you."
    )
    await expect(said).to_contain_text("Plug in")
    await page.evaluate("trouble = {}; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await expect(said).to_be_hidden()
    await expect(notice(page, f"{NAMES[kind]}-found")).to_be_visible()
    await until(page, f"sent('{kind}')?.readyState === 'live'")


async def test_a_device_that_is_plugged_in_is_found_before_anything_was_allowed(page: Page, court: FakeCourt) -> None:
    """Until then devices have no names."""
    await page.add_init_script(DEVICES)
    await page.add_init_script("trouble = { audio: 'NotFoundError', video: 'NotFoundError' }")
    await screens.enter(page, court)
    await court.message("device", microphone="missing", camera="missing")
    await page.evaluate(
        "navigator.mediaDevices.enumerateDevices = async () => [{ kind: 'audioinput', deviceId: '', label: '' }];"
        "trouble = { video: 'NotFoundError' }; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
    )
    await court.message("device", microphone="on", camera="missing")


async def test_another_device_beside_one_that_works_changes_nothing(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("localStorage.debug = '1'")
    await in_the_hearing(page, court)
    same = await page.evaluate(
        """async () => {
          const before = [sent("audio"), sent("video")];
          const looked = new Promise((resolve) => courtroomDebug.attendance.local.on("change", resolve));
          navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
          await looked;
          return before.every((track) => track.readyState === "live" && [sent("audio"), sent("video")].includes(track));
        }"""
    )
    assert same


async def test_a_microphone_that_was_off_is_off_when_it_is_found_again(page: Page, court: FakeCourt) -> None:
    await in_the_hearing(page, court)
    await page.get_by_test_id("microphone").click()
    await court.message("device", microphone="off")
    await page.evaluate("trouble.audio = 'NotFoundError'; unplug('audio')")
    await court.message("device", microphone="missing")
    await page.evaluate("trouble = {}; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await court.message("device", 2, microphone="off")
    await until(page, "sent('audio')?.enabled === false")


async def test_choosing_devices_does_not_switch_a_camera_on_that_is_off(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("localStorage.debug = '1'")
    await in_the_hearing(page, court)
    await page.get_by_test_id("camera").click()
    await court.message("device", camera="off")
    await page.evaluate(
        """const camera = { kind: "videoinput", deviceId: "one", label: "One" };
        navigator.mediaDevices.enumerateDevices = async () => [camera];
        const { local } = courtroomDebug.attendance;
        import("/parts/devices.js").then(({ chooseDevices }) => void (window.chosen = chooseDevices(local)))"""
    )
    await page.get_by_test_id("devices-use").click()
    assert await page.evaluate("chosen.then(() => courtroomDebug.attendance.local.state.camera)") == "off"
    await page.get_by_test_id("camera").click()
    await court.message("device", 2, camera="on")


# Not allowed, in the hearing


@pytest.mark.parametrize(
    ("seat", "error", "advice"),
    [
        ("judge", "NotAllowedError", "choose “Allow”"), ("clerk", "NotFoundError", "Plug in"),
        ("party-1", "NotReadableError", "Close other programs"),
    ],
)  # fmt: skip
async def test_who_comes_straight_into_the_hearing_reads_what_to_do(
    page: Page, court: FakeCourt, seat: str, error: str, advice: str
) -> None:
    await page.add_init_script(DEVICES)
    await page.add_init_script(f"trouble = {{ audio: '{error}', video: '{error}' }}")
    court.hearing = snapshot(seat)
    await screens.enter(page, court, "/" if seat == "party-1" else "/staff")
    await expect(page.locator("body[data-screen=hearing]")).to_be_visible()
    said = page.get_by_test_id("device-help")
    await expect(said).to_contain_text("Nobody can hear you. ")
    await expect(said).to_contain_text(advice)


async def test_what_is_allowed_afterwards_is_had_by_trying_again(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(DEVICES)
    await page.add_init_script("trouble = { audio: 'NotReadableError', video: 'NotReadableError' }")
    await screens.enter(page, court)
    await page.get_by_test_id("device-again").wait_for()
    await page.evaluate("trouble = {}")
    await page.get_by_test_id("device-again").click()
    await court.message("device", microphone="on", camera="on")
    await expect(page.get_by_test_id("device-help")).to_be_hidden()


async def test_an_open_question_of_the_browser_is_pointed_out_in_the_hearing_too(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined)")
    await screens.enter(page, court)
    await expect(page.get_by_test_id("device-help")).to_contain_text("Press “Allow”")


async def test_who_only_watches_is_not_asked_for_devices(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(DEVICES)
    await page.add_init_script("trouble = { audio: 'NotFoundError', video: 'NotFoundError' }")
    court.hearing = snapshot("technician")
    court.hearing["you"]["role"] = "technician"
    await screens.enter(page, court, "/staff")
    await court.message("device", microphone="missing", camera="missing")
    await expect(page.locator("body[data-screen=hearing]")).to_be_visible()
    await expect(page.get_by_test_id("device-help")).to_have_count(0)


# A phone that was locked


async def test_who_comes_back_from_a_locked_screen_reads_what_happened_and_that_all_is_back(
    page: Page, court: FakeCourt
) -> None:
    await in_the_hearing(page, court)
    await locked(page)
    await expect(notice(page, "away")).to_have_count(0)
    await unlocked(page)
    await expect(notice(page, "away")).to_contain_text("may not have seen or heard you")
    await expect(notice(page, "back")).to_contain_text("picture and sound are on again")


async def test_what_the_lock_ended_is_asked_for_again(page: Page, court: FakeCourt) -> None:
    await in_the_hearing(page, court)
    await locked(page)
    await page.evaluate("window.before = [sent('audio'), sent('video')]; before.forEach((track) => track.stop())")
    await unlocked(page)
    await until(page, "['audio', 'video'].every((kind) => sent(kind)?.readyState === 'live')")
    assert await page.evaluate("before.includes(sent('audio')) || before.includes(sent('video'))") is False
    await expect(notice(page, "back")).to_be_visible()


async def test_what_could_not_be_had_behind_the_lock_is_had_after_it(page: Page, court: FakeCourt) -> None:
    await in_the_hearing(page, court)
    await locked(page)
    await page.evaluate(
        "trouble = { audio: 'NotAllowedError', video: 'NotReadableError' }; unplug('audio'); unplug('video')"
    )
    await court.message("device", microphone="denied", camera="missing")
    await page.evaluate("trouble = {}")
    await unlocked(page)
    await court.message("device", microphone="on", camera="on")
    await expect(notice(page, "back")).to_be_visible()
    await expect(notice(page, "microphone-found")).to_have_count(0)


async def test_a_microphone_that_was_off_before_the_lock_is_off_after_it(page: Page, court: FakeCourt) -> None:
    await in_the_hearing(page, court)
    await page.get_by_test_id("microphone").click()
    await court.message("device", microphone="off")
    await locked(page)
    await page.evaluate("window.before = sent('audio'); before.stop()")
    await unlocked(page)
    await until(page, "sent('audio') !== before && sent('audio')?.enabled === false")
    await expect(page.get_by_test_id("microphone")).to_have_text("Microphone is off")
    await expect(notice(page, "back-off")).to_be_visible()
    assert [one["microphone"] for one in court.messages("device")][-1] == "off"


async def test_a_line_that_the_lock_killed_is_found_out_at_once_and_nobody_is_told_too_early_that_all_is_back(
    page: Page, court: FakeCourt
) -> None:
    await page.clock.install()
    await in_the_hearing(page, court)
    await locked(page)
    court.silent = True
    await unlocked(page)
    await expect(notice(page, "away")).to_be_visible()
    await expect(notice(page, "back")).to_have_count(0)
    await page.clock.run_for(4_000)
    await court.message("hello", 2)
    await expect(notice(page, "back")).to_be_visible()


async def test_a_desk_that_looks_at_another_window_and_goes_on_sending_was_not_away(
    page: Page, court: FakeCourt
) -> None:
    await in_the_hearing(page, court, phone=False)
    await locked(page)
    pings = len(court.messages("ping"))
    await unlocked(page)
    await court.message("ping", pings + 1)
    await page.evaluate("setTimeout(() => { throw new Error('a notice of its own') })")
    await expect(page.locator("[data-testid=notice]")).to_have_count(1)
    await expect(notice(page, "away")).to_have_count(0)


@pytest.mark.parametrize("what", ["unplug('video')", "sent('audio').dispatchEvent(new Event('mute'))"])
async def test_a_desk_whose_device_was_taken_meanwhile_was(page: Page, court: FakeCourt, what: str) -> None:
    await in_the_hearing(page, court, phone=False)
    await locked(page)
    await page.evaluate(what)
    await unlocked(page)
    await expect(notice(page, "away")).to_be_visible()


async def test_a_device_that_the_phone_keeps_is_said_for_as_long_as_it_does(page: Page, court: FakeCourt) -> None:
    await in_the_hearing(page, court)
    await page.evaluate("sent('audio').dispatchEvent(new Event('mute'))")
    await expect(page.get_by_test_id("device-help")).to_contain_text("comes back after the call")
    await page.evaluate("sent('audio').dispatchEvent(new Event('unmute'))")
    await expect(page.get_by_test_id("device-help")).to_be_hidden()


# The lock on the screen's lock

LOCKS = """(() => {
  window.locks = [];
  window.answers = [];
  const lock = () => {
    const one = { released: false, release: async () => void (one.released = true) };
    locks.push(one);
    return one;
  };
  const request = () => new Promise((resolve) => answers.push(() => resolve(lock())));
  Object.defineProperty(navigator, "wakeLock", { configurable: true, value: { request } });
})()"""
HELD = "locks.filter(({ released }) => !released).length"


async def wake_lock(page: Page, what: str) -> None:
    await page.add_init_script(DEVICES)
    await page.add_init_script(LOCKS)
    await page.goto("/")
    await page.evaluate(
        f"import('/media/wakelock.js').then(async ({{ WakeLock }}) => {{ window.one = new WakeLock(); {what} }})"
    )


async def test_a_lock_that_comes_after_the_end_is_given_back(page: Page, court: FakeCourt) -> None:
    await wake_lock(page, "one.start(); one.stop(); answers[0]()")
    await until(page, f"locks.length === 1 && {HELD} === 0")


async def test_of_two_locks_one_is_kept_and_none_after_the_end(page: Page, court: FakeCourt) -> None:
    await wake_lock(page, "one.start(); look('hidden'); look('visible'); answers.forEach((answer) => answer())")
    await until(page, f"locks.length === 2 && {HELD} === 1")
    await page.evaluate("one.stop()")
    assert await page.evaluate(HELD) == 0


async def test_a_hidden_page_asks_for_none_and_one_that_is_seen_again_does(page: Page, court: FakeCourt) -> None:
    await wake_lock(page, "one.start(); answers[0](); look('hidden')")
    assert await page.evaluate("answers.length") == 1
    await page.evaluate("look('visible')")
    assert await page.evaluate("answers.length") == 2


async def test_a_screen_is_kept_awake_in_the_hearing_and_not_after_it(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(LOCKS)
    await screens.hearing(page, court)
    await page.evaluate("answers.forEach((answer) => answer())")
    await until(page, f"{HELD} === 1")
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    await until(page, f"{HELD} === 0")


async def test_a_browser_without_such_locks_goes_into_the_hearing_all_the_same(page: Page, court: FakeCourt) -> None:
    await page.add_init_script("Object.defineProperty(navigator, 'wakeLock', { value: undefined })")
    await screens.hearing(page, court)
    await expect(page.locator("[data-key='problem.client-error']")).to_have_count(0)
