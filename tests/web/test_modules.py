"""The client's pure functions, run in the browser that they are for."""

from __future__ import annotations

import json
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from signaling.link_test import BUDGET
from tests.web.fake_server import FakeCourt

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def opened(page: Page, court: FakeCourt) -> None:
    await page.goto("/")


async def call(page: Page, module: str, expression: str) -> Any:
    return await page.evaluate(f"import('/{module}').then((m) => {expression})")


@pytest.mark.parametrize(
    ("mine", "minimum", "older"),
    [
        ("0.1.0", "0.1.0", False),
        ("0.1.0", "0.1.1", True),
        ("0.9", "0.10", True),
        ("1", "0.9.9", False),
        ("1.0", "1", False),
    ],
)
async def test_versions_are_compared_number_by_number(page: Page, mine: str, minimum: str, older: bool) -> None:
    assert await call(page, "version.js", f"m.isOlder('{mine}', '{minimum}')") is older


@pytest.mark.parametrize(
    ("stored", "wanted", "chosen"),
    [
        ("'ru'", ["kk"], "ru"),
        ("null", ["de-DE", "en-GB", "ru"], "en"),
        ("null", ["de"], "kk"),
        ("'xx'", ["ru-KZ"], "ru"),
    ],
)
async def test_the_language_is_the_stored_or_the_browser_s_or_kazakh(
    page: Page, stored: str, wanted: list[str], chosen: str
) -> None:
    assert await call(page, "i18n.js", f"m.choose({stored}, {wanted})") == chosen


async def test_video_is_offered_as_constrained_baseline_then_vp8(page: Page) -> None:
    codecs = [
        {"mimeType": "video/VP8"},
        {"mimeType": "video/rtx"},
        {"mimeType": "video/VP9"},
        {"mimeType": "video/H264", "sdpFmtpLine": "packetization-mode=1;profile-level-id=640c1f"},
        {"mimeType": "video/H264", "sdpFmtpLine": "packetization-mode=0;profile-level-id=42e01f"},
        {"mimeType": "video/H264", "sdpFmtpLine": "packetization-mode=1;profile-level-id=42e01f"},
    ]
    order = await call(page, "media/codecs.js", f"m.videoOrder({codecs})")
    assert order == [codecs[5], codecs[0], codecs[1]]


async def test_audio_is_offered_as_red_first(page: Page) -> None:
    codecs = [{"mimeType": "audio/opus"}, {"mimeType": "audio/red"}, {"mimeType": "audio/G722"}]
    order = await call(page, "media/codecs.js", f"m.audioOrder({codecs})")
    assert [codec["mimeType"] for codec in order] == ["audio/red", "audio/opus"]


async def looked(page: Page, looks: list[tuple[dict[str, float], int]]) -> list[dict[str, bool]]:
    """What the uplink decides after each look, ``(what is seen, ms)``."""
    given = [[seen, now] for seen, now in looks]
    script = (
        f"(() => {{ const uplink = new m.Uplink(); return {given}.map(([seen, now]) => uplink.look(seen, now)); }})()"
    )
    return await call(page, "media/uplink.js", script)


async def test_redundancy_ends_after_ten_seconds_without_loss_and_comes_back_at_once(page: Page) -> None:
    clean = [({"loss": 0.0}, second * 1000) for second in range(12)]
    found = await looked(page, [*clean, ({"loss": 0.02}, 12_000)])
    assert [manner["redundant"] for manner in found] == [True] * 10 + [False] * 2 + [True]


async def test_sound_does_with_less_where_the_uplink_stays_narrow_until_it_is_wide(page: Page) -> None:
    rates = [200_000, 100_000, 100_000, 100_000, 180_000, 260_000]
    alone = await looked(page, [({"bps": rate, "camera": 0}, second * 1000) for second, rate in enumerate(rates)])
    assert [manner["narrow"] for manner in alone] == [False, False, True, True, True, False]
    lossy = [({"bps": rate, "camera": 0, "loss": 0.2}, second * 1000) for second, rate in enumerate(rates)]
    assert not any(manner["narrow"] for manner in await looked(page, lossy))


async def test_a_browser_that_says_nothing_of_its_uplink_sends_as_on_a_clean_one(page: Page) -> None:
    found = (await looked(page, [({}, 0), ({}, 60_000)]))[-1]
    assert found == {"redundant": False, "narrow": False, "picture": "sent", "low": 150_000, "high": True}


def queued(rates: list[int]) -> list[tuple[dict[str, float], int]]:
    """A look a second, with a queue of a fifth of a second from the second on."""
    return [({"bps": bps, "rtt": 0.28 if at else 0.1}, at * 1000) for at, bps in enumerate(rates)]


async def test_the_lower_layer_leaves_room_for_the_sound(page: Page) -> None:
    rates = [400_000, 200_000, 160_000, 100_000, 155_000, 161_000, 230_000]
    found = await looked(page, [({"bps": rate}, second * 1000) for second, rate in enumerate(rates)])
    assert [manner["low"] for manner in found] == [150_000, 120_000, 90_000, 40_000, 60_000, 90_000, 150_000]


async def test_an_upper_layer_that_the_uplink_does_not_carry_is_tried_ever_less_often(page: Page) -> None:
    found = [manner["high"] for manner in await looked(page, queued([250_000] * 80))]
    assert [at for at in range(1, 80) if found[at] != found[at - 1]] == [6, 16, 22, 42, 48]


async def test_without_a_queue_padding_harms_nothing(page: Page) -> None:
    looks = [({"bps": 250_000, "rtt": 0.1}, at * 1000) for at in range(80)]
    assert all(manner["high"] for manner in await looked(page, looks))


async def test_a_trial_of_the_upper_layer_ends_as_soon_as_the_browser_believes_in_less(page: Page) -> None:
    rates = [250_000] * 18 + [150_000] * 2
    found = [manner["high"] for manner in await looked(page, queued(rates))]
    assert found == [True] * 6 + [False] * 10 + [True] * 2 + [False] * 2


@pytest.mark.parametrize(("height", "least"), [(480, 330_000), (540, 530_000), (720, 780_000), (1080, 780_000)])
async def test_a_larger_camera_s_upper_layer_needs_more(page: Page, height: int, least: int) -> None:
    for bps, stays in ((least, True), (least - 1, False)):
        looks = [({**seen, "height": height}, at) for seen, at in queued([bps] * 8)]
        assert (await looked(page, looks))[-1]["high"] is stays


async def test_while_the_picture_rests_its_upper_layer_does_not_come_back(page: Page) -> None:
    rates = [250_000] * 8 + [80_000] * 40
    found = await looked(page, [({**seen, "rtt": seen["rtt"] + 0.3}, at) for seen, at in queued(rates)])
    assert {manner["picture"] for manner in found[10:]} == {"rests", "tried"}
    assert not any(manner["high"] for manner in found[10:])


async def test_with_a_picture_that_rested_its_upper_layer_does_not_come_back_at_once(page: Page) -> None:
    rates = [80_000] * 8 + [160_000] * 40
    found = await looked(page, [({**seen, "rtt": seen["rtt"] + 0.3}, at) for seen, at in queued(rates)])
    assert [at for at in range(48) if found[at]["picture"] == "sent"] == [0, 1, *range(8, 48)]
    assert [at for at in range(48) if found[at]["high"]] == [0, 1, *range(10, 16), *range(26, 32)]


async def test_a_queue_that_was_seen_once_keeps_no_upper_layer_away(page: Page) -> None:
    looks = [({"bps": 250_000, "rtt": 0.3 if at % 8 == 1 else 0.1}, at * 1000) for at in range(60)]
    assert all(manner["high"] for manner in await looked(page, looks))


async def test_what_was_seen_on_another_way_is_no_queue_on_this_one(page: Page) -> None:
    looks = [(seen | {"way": "b" if seen["rtt"] > 0.1 else "a"}, at) for seen, at in queued([250_000] * 40)]
    assert all(manner["high"] for manner in await looked(page, looks))


async def test_a_way_that_has_become_longer_is_no_queue_for_ever(page: Page) -> None:
    found = await looked(page, queued([900_000] * 600 + [250_000] * 40))
    assert all(manner["high"] for manner in found)


async def test_an_upper_layer_that_the_uplink_carries_again_stays(page: Page) -> None:
    found = [manner["high"] for manner in await looked(page, queued([250_000] * 10 + [900_000] * 50))]
    assert found == [True] * 6 + [False] * 10 + [True] * 44


async def test_what_is_lost_in_a_queue_brings_no_redundancy_and_ends_it(page: Page) -> None:
    waits = [0.1, 0.1, 0.5, *[0.1] * 6]
    looks = [({"loss": 0.1, "bps": 300_000, "rtt": rtt}, at * 1000) for at, rtt in enumerate(waits)]
    assert [manner["redundant"] for manner in await looked(page, looks)] == [True] * 2 + [False] * 5 + [True] * 2
    wide = [({**seen, "bps": 900_000}, at) for seen, at in looks]
    assert {manner["redundant"] for manner in await looked(page, wide)} == {True}


async def test_a_browser_that_suddenly_believes_in_little_sends_no_copies_and_little_sound(page: Page) -> None:
    for bps, before, copies in ((90_000, 0.0, False), (300_000, 0.0, True), (90_000, 0.1, True)):
        found = await looked(page, [({"bps": 900_000, "loss": before}, 0), ({"bps": bps, "loss": 0.1}, 1000)])
        assert [(manner["redundant"], manner["narrow"]) for manner in found] == [(True, False), (copies, not copies)]


async def test_in_a_long_queue_a_picture_rests_at_once(page: Page) -> None:
    looks = [({"bps": bps, "rtt": rtt}, at * 1000) for at, (bps, rtt) in enumerate([(900_000, 0.1), (90_000, 0.9)])]
    assert [manner["picture"] for manner in await looked(page, looks)] == ["sent", "rests"]


async def test_a_picture_that_the_uplink_does_not_carry_rests_and_is_tried_ever_less_often(page: Page) -> None:
    found = [manner["picture"] for manner in await looked(page, [({"bps": 80_000}, half * 500) for half in range(80)])]
    turns = [(at / 2, found[at]) for at in range(1, 80) if found[at] != found[at - 1]]
    assert [at for at, picture in turns if picture == "rests"] == [2, 12, 22, 33]
    assert [at for at, picture in turns if picture == "tried"] == [6, 16, 27]


async def test_a_far_server_keeps_no_picture_from_coming_back(page: Page) -> None:
    looks = [({"bps": 80_000 if second < 6 else 2_000_000, "rtt": 0.6}, second * 1000) for second in range(12)]
    assert [manner["picture"] for manner in await looked(page, looks)][-1] == "sent"


async def test_a_trial_ends_as_soon_as_the_browser_sees_a_queue_and_none_begins_in_one(page: Page) -> None:
    rates = [80_000] * 8 + [60_000] * 6
    waits = [0.1] * 9 + [0.5] * 4 + [0.1]
    looks = [({"bps": bps, **({"rtt": rtt} if at > 2 else {})}, at * 1000)
             for at, (bps, rtt) in enumerate(zip(rates, waits, strict=True))]  # fmt: skip
    found = [manner["picture"] for manner in await looked(page, looks)]
    assert found == ["sent"] * 2 + ["rests"] * 4 + ["tried"] * 2 + ["rests"] * 5 + ["tried"]


async def test_a_picture_that_the_uplink_carries_again_is_sent_as_soon_as_it_is_tried(page: Page) -> None:
    looks = [({"bps": 80_000 if second < 8 else 400_000}, second * 1000) for second in range(60)]
    found = [manner["picture"] for manner in await looked(page, looks)]
    assert found == ["sent"] * 2 + ["rests"] * 4 + ["tried"] * 2 + ["sent"] * 52


async def test_an_uplink_that_carries_sound_and_a_small_picture_keeps_it(page: Page) -> None:
    found = await looked(page, [({"bps": 80_000 if second < 3 else 130_000}, second * 1000) for second in range(60)])
    assert [manner["picture"] for manner in found][8:] == ["sent"] * 52
    assert not found[-1]["narrow"]


async def test_a_browser_that_believes_in_little_without_a_queue_goes_on_with_its_picture(page: Page) -> None:
    found = await looked(page, [({"bps": 50_000, "rtt": 0.1}, second * 1000) for second in range(20)])
    assert {manner["picture"] for manner in found} == {"sent"}
    queued = await looked(page, [({"bps": 50_000, "rtt": 1.0}, second * 1000) for second in range(4)])
    assert queued[-1]["picture"] == "rests"


async def test_without_a_camera_nothing_rests(page: Page) -> None:
    found = await looked(page, [({"bps": 50_000, "camera": 0}, second * 1000) for second in range(10)])
    assert {manner["picture"] for manner in found} == {"sent"}


async def test_what_was_seen_before_a_break_is_forgotten(page: Page) -> None:
    script = """(() => {
      const uplink = new m.Uplink();
      uplink.look({ loss: 0.1, bps: 400000 }, 0);
      uplink.forget();
      return uplink.look({ loss: 0, bps: 80000 }, 30000);
    })()"""
    found = await call(page, "media/uplink.js", script)
    assert found == {"redundant": True, "narrow": False, "picture": "sent", "low": 40_000, "high": True}


async def test_after_a_break_the_upper_layer_is_tried_at_once(page: Page) -> None:
    script = f"""(() => {{
      const uplink = new m.Uplink();
      for (const [seen, now] of {[[*look] for look in queued([250_000] * 10)]}) uplink.look(seen, now);
      uplink.forget();
      return [uplink.manner.high, uplink.look({{ bps: 250000, rtt: 0.1 }}, 11000).high];
    }})()"""
    assert await call(page, "media/uplink.js", script) == [False, True]


async def waited(page: Page, late: list[int], delay: int = 80) -> list[int | None]:
    """What is asked of the browser after each second with so many packets that came too late."""
    script = f"""(() => {{
      const patience = new m.Patience();
      return {late}.map((late, second) => patience.look({{ late, delay: {delay} }}, second * 1000));
    }})()"""
    return await call(page, "media/patience.js", script)


async def test_sound_that_often_comes_too_late_is_held_back_longer_up_to_a_bound(page: Page) -> None:
    assert await waited(page, [0, 1, 0, 1, 0]) == [None, None, None, 140, 140]
    assert (await waited(page, [3] * 20))[-1] == 400


async def test_a_packet_late_now_and_then_makes_nobody_wait(page: Page) -> None:
    assert set(await waited(page, [1, *[0] * 11] * 4)) == {None}


async def test_sound_that_comes_in_time_again_is_held_back_less_and_less(page: Page) -> None:
    found = await waited(page, [2, *[0] * 70])
    assert [found[second] for second in (0, 29, 30, 60)] == [140, 140, 100, None]


async def test_what_is_late_is_told_by_section_since_the_last_look(page: Page) -> None:
    sound = {"type": "inbound-rtp", "kind": "audio", "mid": "a0"}
    before = [{**sound, "packetsDiscarded": 3, "jitterBufferDelay": 10.0, "jitterBufferEmittedCount": 100}]
    now = [{**sound, "packetsDiscarded": 5, "jitterBufferDelay": 28.0, "jitterBufferEmittedCount": 200},
           {"type": "inbound-rtp", "kind": "video", "mid": "v0"}]  # fmt: skip
    script = f"m.between(m.counters({before}).get('a0'), m.counters({now}).get('a0'))"
    assert await call(page, "media/patience.js", script) == {"late": 2, "delay": 180}


async def test_what_is_seen_of_the_uplink_is_the_sound_s_loss_and_the_chosen_pair_s_estimate(page: Page) -> None:
    pair = {"type": "candidate-pair", "nominated": 1, "availableOutgoingBitrate": 400_000, "currentRoundTripTime": 0.2}
    stats = [
        {"type": "remote-inbound-rtp", "kind": "video", "fractionLost": 0.5},
        {"type": "remote-inbound-rtp", "kind": "audio", "fractionLost": 0.1},
        {"type": "candidate-pair", "id": "a", "state": "succeeded", "availableOutgoingBitrate": 1},
        {**pair, "id": "b", "state": "in-progress"},
    ]
    seen = {"loss": 0.1, "bps": 400_000, "rtt": 0.2, "way": "b"}
    assert await call(page, "media/uplink.js", f"m.seen({stats})") == seen
    for report, least in ((0.9, 0.2), (0.1, 0.1)):
        reported = [{**stats[1], "roundTripTime": report}, *stats]
        assert (await call(page, "media/uplink.js", f"m.seen({reported})"))["rtt"] == least
    transport = {"type": "transport", "selectedCandidatePairId": "a"}
    assert (await call(page, "media/uplink.js", f"m.seen({[*stats, transport]})"))["bps"] == 1


async def test_an_uplink_of_which_nothing_is_known_for_a_moment_brings_no_picture_back(page: Page) -> None:
    looks = [
        ({"bps": 50_000}, 0),
        ({"bps": 50_000}, 1000),
        ({"bps": 50_000}, 2000),
        ({}, 7000),
        ({}, 8000),
        ({}, 13_000),
    ]
    found = [manner["picture"] for manner in await looked(page, looks)]
    assert found == ["sent", "sent", "rests", "tried", "tried", "rests"]


AUDIO = ["m=audio 9 UDP/TLS/RTP/SAVPF 63 111 13", "a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2"]
VIDEO = ["m=video 9 UDP/TLS/RTP/SAVPF 63 111", "a=rtpmap:63 VP8/90000", ""]


@pytest.mark.parametrize(("redundant", "order"), [(True, "63 111 13"), (False, "111 63 13")])
async def test_an_answer_s_order_says_whether_sound_goes_with_red(page: Page, redundant: bool, order: str) -> None:
    sdp = "\r\n".join(["v=0", *AUDIO, *VIDEO])
    script = f"m.soundOrder({json.dumps(sdp)}, {json.dumps(redundant)})"
    assert await call(page, "media/codecs.js", script) == sdp.replace("63 111 13", order)


async def test_an_answer_without_red_stays_as_it_is(page: Page) -> None:
    sdp = "\r\n".join(["v=0", AUDIO[0], AUDIO[1], *VIDEO, "a=rtpmap:1 red/48000/2", ""])
    assert await call(page, "media/codecs.js", f"m.soundOrder({json.dumps(sdp)}, false)") == sdp


@pytest.mark.parametrize(("sample", "level"), [(0.0, 0.0), (0.0005, 0.0), (0.1, 2 / 3), (1.0, 1.0)])
async def test_loudness_runs_from_silence_to_full_scale(page: Page, sample: float, level: float) -> None:
    found = await call(page, "media/level.js", f"m.loudness(new Float32Array(100).fill({sample}))")
    assert found == pytest.approx(level, abs=0.01)


@pytest.mark.parametrize(
    ("wishes", "large"),
    [
        ("{pinned: 'clerk', speaker: 'party-1', large: 'judge'}", "clerk"),
        ("{pinned: null, speaker: 'party-1', large: 'judge'}", "party-1"),
        ("{pinned: null, speaker: 'me', large: 'clerk'}", "clerk"),
        ("{pinned: 'gone', speaker: null, large: null}", "judge"),
    ],
)
async def test_the_large_picture_is_the_chosen_the_speaker_s_or_the_judge_s(
    page: Page, wishes: str, large: str
) -> None:
    present = [{"seat": seat, "role": seat.split("-")[0], "connected": True} for seat in ("clerk", "judge", "party-1")]
    js = str(present).replace("True", "true")
    assert await call(page, "views/hearing.js", f"m.pickLarge({js}, {wishes})") == large


async def test_a_report_counts_freezes_per_seat_and_the_share_of_made_up_sound(page: Page) -> None:
    script = """(async () => {
      const reporter = new m.Reporter();
      const sound = { id: "a", type: "inbound-rtp", kind: "audio", mid: "0", timestamp: 1000,
        last: { rtpTimestamp: 48048, timestamp: 990 } };
      const picture = { id: "v", type: "inbound-rtp", kind: "video", mid: "1", timestamp: 1, frameWidth: 640,
        frameHeight: 360, framesPerSecond: 24, freezeCount: 2, totalFreezesDuration: 1.5 };
      const slots = [{ mid: "0", kind: "audio", seat: "judge" }, { mid: "1", kind: "video", seat: "judge" }];
      const looked = (totalSamplesReceived, concealedSamples) => ({
        publisher: null, subscriber: { connection: "down1", slots }, sent: [],
        received: [{ ...sound, totalSamplesReceived, concealedSamples, jitterBufferDelay: totalSamplesReceived / 8,
          jitterBufferEmittedCount: totalSamplesReceived }, picture] });
      reporter.read(looked(48000, 0), {});
      return reporter.read(looked(144000, 4800), { judge: "blocked" });
    })()"""
    report = await call(page, "media/report.js", script)
    assert report["down"] == {
        "connection": "down1", "at": 1, "freezes": 2, "freeze_s": 1.5,
        "seats": {"judge": {
            "width": 640, "height": 360, "fps": 24, "freezes": 2, "freeze_s": 1.5, "concealed": 0.05,
            "played_s": 2.9, "concealed_s": 0.1, "delay_s": 0.125, "playout_ms": 1011,
            "sound": "blocked",
        }},
    }  # fmt: skip


@pytest.mark.parametrize(("last", "told"), [
    ("{ rtpTimestamp: 4800, timestamp: 1000 }", 100), ("{ rtpTimestamp: 4800, timestamp: 400 }", 120),
    ("{ rtpTimestamp: 4800, timestamp: 1050 }", 50), ("{ rtpTimestamp: 4800, timestamp: 1300 }", None),
    ("{ timestamp: 1000 }", None), ("undefined", None),
])  # fmt: skip
async def test_a_report_says_what_was_played_last_when_the_counters_were_read(
    page: Page, last: str, told: int | None
) -> None:
    script = f"""new m.Reporter().down([{{ id: "a", type: "inbound-rtp", kind: "audio", mid: "0", timestamp: 1000,
      last: {last} }}], {{ slots: [{{ mid: "0", seat: "judge" }}] }}, {{}})"""
    assert (await call(page, "media/report.js", script))["seats"]["judge"].get("playout_ms") == told


@pytest.mark.parametrize(("looks", "holes"), [
    ("[[0, 0], [100, 4800], [200, 9600]]", []),
    ("[[0, 0], [100, 6240], [200, 11040]]", []),  # faster
    ("[[0, 0], [100, 4800], [200, 4800], [300, 4800], [400, 19200]]", [[120, 400]]),
    ("[[0, 0], [100, 24000]]", [[20, 500]]),  # passed over
    ("[[0, 4294965296], [100, 30000]]", [[89478464, 89479110]]),  # RTP time began anew, at 2**32
    ("[[0, 9600], [100, 4800]]", []),
    ("[[0, 0], [1900, 96000]]", None),  # a page that was hidden
    ("[[0, undefined], [100, undefined], [200, 96000]]", [[20, 2000]]),  # silent for long
])  # fmt: skip
async def test_playing_that_passes_something_over_is_a_hole(
    page: Page, looks: str, holes: list[list[int]] | None
) -> None:
    script = f"""(() => {{
      const [playout, looks] = [new m.Playout(), {looks}];
      for (let at = -3000; at < 0; at += 100) playout.look(0, at);
      for (const [at, rtp] of looks) playout.look(rtp, at);
      return playout.told(looks.at(-1)[0], 2000) ?? null;
    }})()"""
    assert await call(page, "media/playout.js", script) == holes


async def test_of_more_holes_than_are_kept_nothing_is_told(page: Page) -> None:
    script = """(() => {
      const playout = new m.Playout();
      for (let at = 0; at <= 8_000; at += 100) playout.look(48 * 10 * at, at);
      return [playout.told(8_000, 3_000)?.length, playout.told(8_000, 20_000)];
    })()"""
    assert await call(page, "media/playout.js", script) == [30, None]


async def test_a_report_tells_all_holes_once_and_again_where_it_may_have_been_lost(page: Page) -> None:
    script = """(() => {
      const reporter = new m.Reporter();
      const spans = [];
      const playout = { told: (at, span) => (spans.push(span), playout.holes) };
      const stat = { id: "a", type: "inbound-rtp", kind: "audio", mid: "0", timestamp: 1000 };
      const last = { rtpTimestamp: 4800, timestamp: 1000 };
      const slots = [{ mid: "0", seat: "judge" }];
      const down = (found) => reporter.down([{ ...stat, ...found, playout }], { slots }, {});
      const told = [down({}), down({ last })];
      playout.holes = [[20, 60]];
      told.push(down({ last }), down({ last }));
      reporter.again();
      told.push(down({ last }));
      return [spans, told.map(({ seats }) => seats.judge.holes ?? null)];
    })()"""
    hole = [[20, 60]]
    assert await call(page, "media/report.js", script) == [
        [30_000, 30_000, 3_000, 30_000],
        [None, None, hole, hole, hole],
    ]


async def test_a_receiver_that_does_not_say_what_it_plays_costs_no_other(page: Page) -> None:
    script = """(() => {
      const says = (getSynchronizationSources) => ({ getSynchronizationSources });
      const [silent, speaks] = [says(() => { throw new Error(); }), says(() => [{ rtpTimestamp: 7 }])];
      const receivers = [silent, speaks, speaks].map((receiver, at) => ({ mid: String(at), receiver }));
      const pc = { getTransceivers: () => receivers };
      const found = new m.Playouts().look(pc, new Set(["0", "1"]));
      return [...found].map(([mid, { last }]) => [mid, last?.rtpTimestamp ?? null]);
    })()"""
    assert await call(page, "media/playout.js", script) == [["0", None], ["1", 7]]


async def test_holes_of_which_a_report_may_have_been_lost_are_told_again(page: Page) -> None:
    script = """(() => {
      const playout = new m.Playout();
      for (let at = 0; at <= 20_000; at += 100) playout.look(48 * (at < 1_000 ? at : at + 500), at);
      return [playout.told(20_000, 3_000), playout.told(20_000, m.KEPT_MS)];
    })()"""
    assert await call(page, "media/playout.js", script) == [[], [[920, 1500]]]


async def link_tested(page: Page, link: str, limits: str = "m.LIMITS") -> dict[str, Any]:
    """What a device tells of a made link, and how many bytes it asked for. `now` is the page's clock, in ms."""
    script = """(async () => {
      let [now, asked, told] = [0, 0, null];
      const never = (signal) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)));
      const body = (pull) => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
      const link = LINK;
      const [{ fetch }, clock] = [window, performance.now];
      performance.now = () => now;
      window.fetch = async (url, init) => {
        if (init.method === "PUT") return link.put?.() ?? ((told = JSON.parse(init.body)), Response.json(told));
        const size = init.method ? init.body.length : Number(url.split("=")[1]);
        asked += size;
        return init.method ? link.up(size, init.signal) : link.down(size, init.signal);
      };
      try {
        await m.linkTest("token", new AbortController().signal, LIMITS);
      } catch (error) {
        told = error.code;
      }
      [window.fetch, performance.now] = [fetch, clock];
      return { told, asked };
    })()"""
    return await call(page, "protocol/linktest.js", script.replace("LINK", link, 1).replace("LIMITS", limits))


STEADY = """{
  down: (size) => ((now += 600), body((to) => {
    if (!size) return to.close();
    const piece = Math.min(size, 16384);
    [now, size] = [now + piece * 8 / 500, size - piece];
    to.enqueue(new Uint8Array(piece));
  })),
  up: (size) => ((now += 600 + size * 8 / 300), Response.json({ bytes: size })),
}"""


async def test_the_way_there_and_back_makes_no_link_look_slow(page: Page) -> None:
    told = (await link_tested(page, STEADY))["told"]
    assert told["down_bps"] == 500_000
    assert told["up_bps"] == pytest.approx(300_000, rel=0.01)


async def test_three_link_tests_stay_within_what_a_session_may_take(page: Page) -> None:
    assert (await link_tested(page, STEADY))["asked"] <= BUDGET // 3


async def test_a_link_on_which_nothing_comes_to_its_end_is_told_as_it_is(page: Page) -> None:
    stuck = """{
      down: (_, signal) => body((to) => now ? never(signal).catch((error) => to.error(error))
        : ((now = 1000), to.enqueue(new Uint8Array(1000)))),
      up: (_, signal) => never(signal),
    }"""
    told = (await link_tested(page, stuck, "{ lasts: 1, first: 1 }"))["told"]
    assert (told["down_bps"], told["up_bps"]) == (8_000, 0)


async def test_a_link_test_that_is_told_to_slow_down_comes_back_once(page: Page) -> None:
    slow = """Response.json({ code: "slow-down", params: { seconds: 0.001 } }, { status: 429 })"""
    once = STEADY.replace("down:", f"put: () => (put => put ? {slow} : null)(!link.told++), told: 0, down:", 1)
    assert (await link_tested(page, once))["told"]["down_bps"] == 500_000
    again = STEADY.replace("down:", f"put: () => {slow}, down:", 1)
    assert (await link_tested(page, again))["told"] == "slow-down"


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([{"servers": [], "expires_in": 600}], 1),  # both connections at once, and the next soon afterwards
        ([{"servers": [], "expires_in": 0}, {"servers": [], "expires_in": 600}], 2),  # too old for the next
        ([None, {"servers": [], "expires_in": 600}], 2),  # the first was not answered
    ],
)
async def test_relays_are_asked_for_once_and_again_before_their_time_is_up(
    page: Page, answers: list[Any], asked: int
) -> None:
    script = """(async () => {
      const answers = %s, given = [];
      let asked = 0;
      const relays = new m.Relays(async () => answers[asked++] ?? Promise.reject(new Error("no answer")));
      const pc = { setConfiguration: (configuration) => given.push(configuration) };
      await relays.prepare(pc);
      if (asked + given.length > 0) return "asked though there are none";
      relays.offered = true;
      await Promise.allSettled([relays.prepare(pc), relays.prepare(pc)]);
      await relays.prepare(pc);
      return { asked, bundled: given.every((one) => one.bundlePolicy === "max-bundle") };
    })()"""
    found = await call(page, "media/relays.js", script % json.dumps(answers))
    assert found == {"asked": asked, "bundled": True}


@pytest.mark.parametrize(
    ("missing", "verdict"),
    [
        ("", "ok"),
        ("RTCPeerConnection", "unsupported"),
        ("HTMLDialogElement", "unsupported"),
        ("isSecureContext", "insecure"),
    ],
)
async def test_the_browser_is_tried_before_anything_else(page: Page, missing: str, verdict: str) -> None:
    window = f"new Proxy(window, {{ get: (w, name) => name === '{missing}' ? undefined : w[name] }})"
    assert await call(page, "support.js", f"m.support({window})") == verdict
