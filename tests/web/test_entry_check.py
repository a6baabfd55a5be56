"""The check before entry as the person sees it, who waits, and as the court does, which admits (Rules ¶28, ¶35–38)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from signaling.problems import Problem
from tests.web import procedure
from tests.web.conftest import until
from tests.web.entering import enter, open_panel
from tests.web.fake_office import no_barriers_now
from tests.web.fake_server import FakeCourt, person, snapshot

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = {"verdict": "good", "cause": ""}
ALL_GOOD = dict.fromkeys(("camera", "microphone", "speaker", "light", "noise", "up", "down", "version"), GOOD)
LOUD = {**ALL_GOOD, "noise": {"verdict": "bad", "cause": "noise"}}
BACKLIGHT = {**ALL_GOOD, "light": {"verdict": "bad", "cause": "backlight"}}

PLAIN = """(() => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  window.plain = [];
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    if (wanted.audio?.noiseSuppression === false) window.plain.push(...stream.getTracks());
    return stream;
  };
})()"""
"""Notes the microphone's tracks that were asked for without the browser's help."""

NOBODY_LISTENS = "window.plain.every(({ readyState }) => readyState === 'ended')"


async def waits(page: Page, court: FakeCourt, **you: Any) -> None:
    court.hearing = snapshot(standing="waiting", state="ready", recording=procedure.OFF)
    court.hearing["you"].update(acts=["report_problem"], **you)
    await enter(page, court)
    await page.locator("body[data-screen=waiting]").wait_for()


async def asked(page: Page) -> None:
    await expect(page.get_by_test_id("check-words")).to_have_text("Did you hear two short sounds?", timeout=20_000)


async def test_the_check_begins_by_itself_and_ends_with_one_instruction(page: Page, court: FakeCourt) -> None:
    court.checked = {"findings": LOUD, "holding": ["noise"]}
    await waits(page, court)
    await expect(page.get_by_test_id("check-words")).to_contain_text("speak aloud")
    await no_barriers_now(page)
    await asked(page)
    await no_barriers_now(page)
    assert await court.message("entry_check") == {
        "type": "entry_check", "camera": "on", "microphone": "on", "speaker": "unasked",
    }  # fmt: skip
    samples = await court.message("samples")
    assert 1_000 < samples["picture"] <= 200_000
    assert 2 * 16_000 * 5 < samples["sound"] <= 1_000_000
    told = await court.message("link_test")
    assert min(told["down_bps"], told["up_bps"]) > 0
    await page.get_by_test_id("check-heard").click()
    await expect(page.get_by_test_id("check-words")).to_contain_text("too loud around you: a fan, a television")
    await expect(page.get_by_test_id("check-words")).to_contain_text("you stay in the waiting room")
    await expect(page.get_by_test_id("finding-noise")).to_contain_text("not in order: too loud around")
    await expect(page.get_by_test_id("check-figures")).to_contain_text("from you 0.3 Mbit/s")
    await no_barriers_now(page)
    assert (await court.message("entry_check", 2))["speaker"] in ("heard", "echoed")


async def test_light_is_told_in_plain_words_and_a_judge_that_cannot_be_asked_is_in_nobodys_way(
    page: Page, court: FakeCourt
) -> None:
    court.problems["entry-check"] = Problem("overloaded")
    court.checked = {"findings": BACKLIGHT, "holding": []}
    await waits(page, court)
    await asked(page)
    await page.get_by_test_id("check-unheard").press("Enter")
    await expect(page.get_by_test_id("check-words")).to_be_focused()
    await expect(page.get_by_test_id("check-words")).to_have_text(
        "There is light behind you: sit the other way round, facing the window."
    )
    assert (await court.message("entry_check", 2))["speaker"] == "unheard"


async def test_a_court_that_wants_no_check_asks_for_none(page: Page, court: FakeCourt) -> None:
    await waits(page, court, entry_check="off")
    await expect(page.get_by_test_id("entry-check")).to_be_hidden()


async def test_a_camera_that_is_refused_is_told_to_the_court_and_looked_at_again(page: Page, court: FakeCourt) -> None:
    """Once it is allowed, the check is made again by itself."""
    await page.add_init_script("""(() => {
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      window.refused = true;
      mediaDevices.getUserMedia = async (wanted) => {
        if (wanted.video && window.refused) throw new DOMException("no", "NotAllowedError");
        return ask(wanted);
      };
    })()""")
    court.checked = {"findings": {**ALL_GOOD, "camera": {"verdict": "bad", "cause": "denied"}}, "holding": ["camera"]}
    await waits(page, court)
    await asked(page)
    assert (await court.message("entry_check"))["camera"] == "denied"
    await page.get_by_test_id("check-heard").click()
    await court.message("entry_check", 2)
    await expect(page.get_by_test_id("check-again")).to_be_visible()
    await page.evaluate("window.refused = false")
    await page.get_by_test_id("device-again").click()
    assert (await court.message("entry_check", 3))["camera"] == "on"


async def test_who_has_turned_the_microphone_off_is_not_listened_to(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(PLAIN)
    await waits(page, court)
    await page.get_by_test_id("microphone").click()
    assert (await court.message("entry_check"))["microphone"] == "off"
    assert await page.evaluate(NOBODY_LISTENS)
    assert "sound" not in await court.message("samples")


async def test_who_turns_the_microphone_off_while_speaking_is_not_listened_to_any_more(
    page: Page, court: FakeCourt
) -> None:
    await page.add_init_script(PLAIN)
    await waits(page, court)
    await until(page, "window.plain.length > 0")
    await page.get_by_test_id("microphone").click()
    await until(page, NOBODY_LISTENS)
    assert (await court.message("entry_check"))["microphone"] == "off"
    assert "sound" not in await court.message("samples")


async def test_who_only_listens_is_neither_recorded_nor_told_of_camera_and_microphone(
    page: Page, court: FakeCourt
) -> None:
    await page.add_init_script(PLAIN)
    court.checked = {"findings": {**LOUD, "camera": {"verdict": "bad", "cause": "denied"}}, "holding": []}
    await waits(page, court, role="observer")
    await asked(page)
    assert (court.messages("samples"), await page.evaluate("window.plain.length")) == ([], 0)
    await page.get_by_test_id("check-heard").click()
    await expect(page.get_by_test_id("check-words")).to_have_text("Everything is in order. Please wait for the court.")
    await expect(page.get_by_test_id("finding-down")).to_be_visible()
    await expect(page.get_by_test_id("finding-camera")).to_have_count(0)
    await expect(page.get_by_test_id("finding-noise")).to_have_count(0)


async def test_a_measurement_whose_turn_it_is_not_is_asked_for_again_and_the_way_up_is_tried_all_the_same(
    page: Page, court: FakeCourt
) -> None:
    court.problems["measure"] = Problem("slow-down", seconds=0.01)
    await waits(page, court)
    await court.message("link_test")
    assert len(court.messages("measure")) == 3
    assert len(court.messages("publish")) == 3


async def test_nothing_is_sent_of_light_and_noise_before_the_way_up_is_measured(page: Page, court: FakeCourt) -> None:
    """Here it is over HTTP, after the media connections could not be asked."""
    await waits(page, court)
    await court.message("entry_check")
    kinds = [one["type"] for one in court.received if one["type"] in ("measure", "link_test", "samples")]
    assert kinds == ["measure", "link_test", "samples"]


async def court_sees(
    page: Page, court: FakeCourt, findings: dict[str, Any], holding: list[str], role: str = "party"
) -> None:
    checked = {"at": "2026-11-21T09:00:00Z", "findings": findings, "holding": holding}
    court.hearing = snapshot("clerk", state="ready", recording=procedure.OFF)
    court.hearing["you"]["acts"] = ["admit", "refuse"]
    court.hearing["seats"] = [
        person("clerk", "clerk", "Ким"),
        person("party-1", role, "Ахметова", "waiting", entry_check=checked),
    ]
    await enter(page, court, "/staff")
    await open_panel(page)
    await page.get_by_test_id("waiting-party-1").wait_for()


async def test_the_clerk_reads_what_failed_and_admits_all_the_same_with_a_reason(page: Page, court: FakeCourt) -> None:
    court.problems["act"] = Problem("check-failed", seat="party-1", parts=["noise"], paragraph="37")
    await court_sees(page, court, {**LOUD, "light": {"verdict": "poor", "cause": "side-light"}}, ["noise"])
    card = page.get_by_test_id("waiting-party-1")
    await expect(card.get_by_test_id("check-party-1")).to_contain_text("waits until it passes")
    await expect(card.get_by_test_id("finding-noise")).to_have_text("Quiet not in order: too loud around")
    await expect(card.get_by_test_id("finding-light")).to_contain_text("could be better: light from one side")
    await expect(card.get_by_test_id("finding-camera")).to_have_count(0)
    await no_barriers_now(page)
    await page.get_by_test_id("admit-party-1").click()
    await expect(page.locator("dialog")).to_contain_text("Quiet")
    court.problems.clear()
    await page.get_by_test_id("reason").fill("The judge knows her")
    await page.get_by_test_id("reason-confirm").click()
    told = await court.message("act", act="admit", reason="The judge knows her")
    assert told["seat"] == "party-1"


async def test_the_clerk_reads_nothing_of_the_camera_of_who_only_listens(page: Page, court: FakeCourt) -> None:
    findings = {**LOUD, "camera": {"verdict": "bad", "cause": "missing"}}
    await court_sees(page, court, findings, [], "observer")
    await expect(page.get_by_test_id("check-party-1")).to_have_text("Check before entry: in order")
    await expect(page.get_by_test_id("finding-camera")).to_have_count(0)


async def test_the_clerk_sees_that_all_is_in_order(page: Page, court: FakeCourt) -> None:
    await court_sees(page, court, ALL_GOOD, [])
    await expect(page.get_by_test_id("check-party-1")).to_have_text("Check before entry: in order")
    await expect(page.get_by_test_id("admit-party-1")).to_have_text("Admit")


async def module(page: Page, court: FakeCourt, path: str, script: str) -> Any:
    await page.goto("/")
    return await page.evaluate(f"import('/{path}').then(async (m) => {script})")


async def test_the_device_check_before_the_day_tries_the_sound_too(page: Page, court: FakeCourt) -> None:
    await page.goto("/#check")
    await page.get_by_test_id("sound-test").click()
    await expect(page.get_by_test_id("sound-heard")).to_contain_text("Did you hear two short sounds? If not, turn up")
    await no_barriers_now(page)


async def test_a_sound_becomes_a_wav_of_sixteen_bits(page: Page, court: FakeCourt) -> None:
    script = """{
      const blob = m.wav([new Float32Array([0, 1]), new Float32Array([-1, 2])], 16000);
      return [...new Uint8Array(await blob.arrayBuffer())];
    }"""
    data = bytes(await module(page, court, "media/wav.js", script))
    assert (data[:4], data[8:16], len(data)) == (b"RIFF", b"WAVEfmt ", 52)
    assert int.from_bytes(data[24:28], "little") == 16_000
    samples = [int.from_bytes(data[at : at + 2], "little", signed=True) for at in range(44, 52, 2)]
    assert samples == [0, 32_767, -32_767, 32_767]


async def test_a_tone_stands_out_of_what_is_beside_it_and_a_noise_does_not(page: Page, court: FakeCourt) -> None:
    script = """{
      const flat = new Float32Array(2048).fill(-80);
      const tone = flat.slice();
      tone[Math.round(660 / 8000 * 2048)] = -40;
      const loud = flat.slice().fill(-30);
      return [[tone, 660], [tone, 990], [flat, 660], [loud, 660]].map(([all, hz]) => m.stands(all, 16000, hz));
    }"""
    assert await module(page, court, "media/tones.js", script) == [True, False, False, False]


async def test_the_way_down_is_what_arrives_with_its_headers_after_the_first_seconds(
    page: Page, court: FakeCourt
) -> None:
    script = """{
      const bits = m.received([{ type: "transport", bytesReceived: 1000, packetsReceived: 4 }]);
      const bits_at = (at) => at < 2000 ? at * 9000 : 18e6 + (at - 2000) * 700;
      const counts = [0, 1000, 2000, 3000, 4000].map((at) => ({ at, bits: bits_at(at) }));
      return [bits, m.received([{ type: "transport" }]) ?? null, m.rate(counts), m.rate(counts.slice(0, 3)) ?? null];
    }"""
    told = await module(page, court, "media/linkmeasure.js", script)
    assert told == [8 * (1_000 + 4 * 28), None, 700_000, None]


async def test_the_way_up_is_the_mean_of_two_probes_or_the_better_one_and_unknown_where_there_was_none(
    page: Page, court: FakeCourt
) -> None:
    script = """{
      const pair = (availableOutgoingBitrate) => ({ type: "candidate-pair", state: "succeeded", nominated: true,
        availableOutgoingBitrate });
      const pc = (bps) => ({ getStats: async () => new Map([["p", pair(bps)]]) });
      const gone = new AbortController().signal;
      const probed = (...found) => m.measureUp(async () => found.shift() ?? null, gone);
      const checked = [["t", { type: "transport", selectedCandidatePairId: "p" }],
        ["o", { ...pair(1), id: "o" }], ["p", { ...pair(500000), id: "p", state: "in-progress", nominated: false }]];
      if (m.believed(checked.map(([, one]) => one)) !== 500000) return "by its state";
      const spoiled = await probed(pc(855000), pc(291000));
      const varying = await probed(pc(855000), pc(1045000));
      return [spoiled, varying, await probed(null, pc(950000)), (await probed(pc(300000))) ?? null];
    }"""
    assert await module(page, court, "media/linkmeasure.js", script) == [900_000, 1_000_000, 1_000_000, None]


async def test_the_worst_of_what_was_found_comes_first(page: Page, court: FakeCourt) -> None:
    script = """{
      const bad = { verdict: "bad", cause: "" }, poor = { verdict: "poor", cause: "" };
      return [m.worstPart({ light: bad, noise: poor }), m.worstPart({ version: poor }), m.worstPart({})];
    }"""
    assert await module(page, court, "protocol/entrycheck.js", script) == ["light", "version", None]


async def test_a_check_that_is_closed_while_the_microphone_opens_lets_go_of_it(page: Page, court: FakeCourt) -> None:
    script = """{
      const { mediaDevices } = navigator;
      const track = () => ({ getSettings: () => ({}), readyState: "live", stop() { this.readyState = "ended"; } });
      let open;
      const late = track();
      mediaDevices.getUserMedia = () => new Promise((resolve) => (open = () => resolve({ getTracks: () => [late] })));
      const state = { camera: "off", microphone: "on" }, tracks = { microphone: track(), camera: null };
      const local = { state, tracks, on: () => () => {} };
      const check = new m.EntryCheck(() => "", local, async () => ({}));
      const over = check.run();
      check.close();
      open();
      await over;
      return late.readyState;
    }"""
    assert await module(page, court, "media/entrycheck.js", script) == "ended"


async def test_a_check_that_the_court_no_longer_wants_does_not_begin(page: Page, court: FakeCourt) -> None:
    script = """{
      const ran = [];
      const later = window.setTimeout;
      window.setTimeout = (run, ms) => later(() => (ran.push(ms), run()), 0);
      const state = { camera: "off", microphone: "off" }, tracks = { microphone: null, camera: null };
      const local = { state, tracks, on: () => () => {} };
      const check = new m.EntryCheck(() => "", local, async () => ({}));
      check.look();
      check.rest();
      await new Promise((resolve) => later(resolve, 50));
      const rested = ran.length;
      check.look();
      await new Promise((resolve) => later(resolve, 50));
      check.close();
      return [rested, ran[0]];
    }"""
    assert await module(page, court, "media/entrycheck.js", script) == [0, 1_500]


async def test_nothing_is_recorded_for_a_check_that_is_over(page: Page, court: FakeCourt) -> None:
    script = """{
      const context = new AudioContext();
      const stream = context.createMediaStreamDestination().stream;
      const sound = new m.PlainSound(stream);
      sound.close();
      const recorded = await Promise.race([sound.record(6),
        new Promise((resolve) => setTimeout(() => resolve("still recording"), 3000))]);
      return recorded;
    }"""
    assert await module(page, court, "media/plainsound.js", script) is None


async def test_the_check_ends_with_the_admission_and_listens_no_longer(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(PLAIN)
    await waits(page, court)
    await until(page, "window.plain.length === 1")
    await court.push("hearing", hearing=snapshot(recording=procedure.OFF))
    await page.locator("body[data-screen=hearing]").wait_for()
    await until(page, "window.plain[0].readyState === 'ended'")
    assert court.messages("entry_check") == []


LOOKS = """{
  const told = [];
  window.fetch = async (url, { body }) => {
    const said = JSON.parse(body);
    if (url.endsWith("entry-check")) return Response.json({ findings: {}, holding: [] });
    told.push([said.down_bps, said.up_bps]);
    const verdict = Math.min(said.down_bps, said.up_bps) < 1_000_000 ? "bad" : "good";
    return Response.json({ ...said, asked_bps: 1_000_000, verdict });
  };
  const state = { camera: "off", microphone: "off" }, tracks = { microphone: null, camera: null };
  const local = { state, tracks, on: () => () => {} };
  const looks = FOUND;
  const check = new m.EntryCheck(() => "", local, async () => looks.shift() ?? {});
  await check.run();
  await check.answer(false);
  check.close();
  return [told, check.step, check.link.verdict];
}"""


@pytest.mark.parametrize(
    ("found", "told", "verdict"),
    [
        ("[{ down_bps: 1_200_000, up_bps: 900_000 }, { down_bps: 1_000_000, up_bps: 1_200_000 }]",
         [[1_200_000, 900_000], [1_100_000, 1_050_000]], "good"),
        ("[{ down_bps: 1_200_000, up_bps: 900_000 }]", [[1_200_000, 900_000]], "bad"),
        ("[{ down_bps: 1_200_000, up_bps: 790_000 }, { down_bps: 1_200_000, up_bps: 1_300_000 }]",
         [[1_200_000, 790_000]], "bad"),
        ("[{ down_bps: 1_200_000, up_bps: 1_000_000 }, { down_bps: 1_200_000, up_bps: 900_000 }]",
         [[1_200_000, 1_000_000]], "good"),
    ],
)  # fmt: skip
async def test_a_link_with_little_less_than_it_needs_is_measured_once_more(
    page: Page, court: FakeCourt, found: str, told: list[list[int]], verdict: str
) -> None:
    assert await module(page, court, "media/entrycheck.js", LOOKS.replace("FOUND", found)) == [told, "done", verdict]
