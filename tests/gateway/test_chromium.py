"""What a real Chromium sends and takes, without app or client: the facts that the gateway is built on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.gateway.rooms import Hearing, MemoryRecorder

pytestmark = pytest.mark.browser

FLAGS = [
    "--allow-loopback-in-peer-connection", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip

OFFER = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
  const paint = canvas.getContext("2d");
  let frame = 0;
  setInterval(() => {
    paint.fillStyle = `hsl(${frame * 7 % 360} 80% 50%)`;
    paint.fillRect(0, 0, 640, 360);
    paint.fillStyle = "white";
    paint.fillRect(frame++ * 5 % 600, 100, 40, 160);
  }, 66);
  const audio = new AudioContext(), tone = audio.createOscillator(), out = audio.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const pc = window.up = new RTCPeerConnection({bundlePolicy: "max-bundle"});
  const sound = pc.addTransceiver(out.stream.getAudioTracks()[0], {direction: "sendonly"});
  const codecs = RTCRtpSender.getCapabilities("audio").codecs;
  const named = (name) => codecs.filter((c) => c.mimeType === name);
  sound.setCodecPreferences([...named("audio/red"), ...named("audio/opus")]);
  pc.addTransceiver(canvas.captureStream(15).getVideoTracks()[0], {direction: "sendonly", sendEncodings: [
    {rid: "l", scaleResolutionDownBy: 2, maxBitrate: 150000}, {rid: "h", maxBitrate: 600000}]});
  await pc.setLocalDescription(await pc.createOffer());
  return pc.localDescription.sdp;
}"""
ANSWER = """async (sdp) => {
  const pc = window.down = new RTCPeerConnection({bundlePolicy: "max-bundle"});
  await pc.setRemoteDescription({type: "offer", sdp});
  await pc.setLocalDescription(await pc.createAnswer());
  return pc.localDescription.sdp;
}"""
DECODED = """() => new Promise((done) => setInterval(async () => {
  const reports = [...(await window.down.getStats()).values()].filter((r) => r.type === "inbound-rtp");
  const picture = reports.find((r) => r.kind === "video" && r.framesDecoded > 20);
  const sound = reports.find((r) => r.kind === "audio" && r.packetsReceived > 50);
  if (picture && sound) done({height: picture.frameHeight, lost: picture.packetsLost});
}, 100))"""

MEDIA = Path(__file__).parents[2] / "static" / "media"
CODECS = (MEDIA / "codecs.js").read_text()
RATES = """async (module) => {
  const { LAYERS } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
  const paint = canvas.getContext("2d");
  let frame = 0;
  setInterval(() => paint.fillRect(frame++ * 5 % 600, 100, 40, 160), 40);
  const [up, down] = [new RTCPeerConnection(), new RTCPeerConnection()];
  up.onicecandidate = ({ candidate }) => down.addIceCandidate(candidate);
  down.onicecandidate = ({ candidate }) => up.addIceCandidate(candidate);
  up.addTransceiver(canvas.captureStream(25).getVideoTracks()[0], {direction: "sendonly", sendEncodings: LAYERS});
  await up.setLocalDescription();
  await down.setRemoteDescription(up.localDescription);
  await down.setLocalDescription();
  const plain = down.localDescription.sdp.replace(/a=(rid|simulcast):.*\\r\\n/g, "");
  const layers = "a=rid:l recv\\r\\na=rid:h recv\\r\\na=simulcast:recv l;h\\r\\n";
  await up.setRemoteDescription({type: "answer", sdp: plain + layers});
  const sent = {};
  for (;;) {
    await new Promise((done) => setTimeout(done, 100));
    for (const stat of (await up.getStats()).values()) {
      if (stat.type === "outbound-rtp") sent[stat.rid] = stat.framesSent;
    }
    if (sent.h >= 60) return sent;
  }
}"""
SIZES = """async (codecs) => {
  const { soundOrder } = await import(`data:text/javascript,${encodeURIComponent(codecs)}`);
  const pc = window.up;
  const sound = (report) => report.type === "outbound-rtp" && report.kind === "audio";
  const sent = async () => [...(await pc.getStats()).values()].find(sound);
  const size = async () => {
    const before = await sent();
    for (;;) {
      await new Promise((done) => setTimeout(done, 50));
      const now = await sent(), packets = now.packetsSent - before.packetsSent;
      if (packets >= 50) return (now.bytesSent - before.bytesSent) / packets;
    }
  };
  const order = async (redundant) => {
    await pc.setLocalDescription(await pc.createOffer());
    await pc.setRemoteDescription({type: "answer", sdp: soundOrder(pc.remoteDescription.sdp, redundant)});
  };
  const sizes = [await size()];
  for (const redundant of [false, true]) {
    await order(redundant);
    sizes.push(await size());
  }
  return sizes;
}"""


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield await browser.new_page()
        await browser.close()


async def publish(hearing: Hearing, page: Page, seat: str) -> None:
    answer = await hearing.ask("publish", hearing="h", seat=seat, connection=seat, sdp=await page.evaluate(OFFER))
    await page.evaluate("(sdp) => window.up.setRemoteDescription({type: 'answer', sdp})", answer["sdp"])
    await hearing.until(connection=seat, state="connected")


async def test_both_layers_sound_without_its_red_and_levels_come_and_the_upper_layer_is_recorded(
    page: Page, tmp_path: Path
) -> None:
    recorder = MemoryRecorder()
    async with Hearing(["judge", "party-1"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["judge"])
        await publish(hearing, page, "judge")
        link = await hearing.until_link("judge", lambda link: link["up"].get("layers") == ["low", "high"])
        assert link["up"]["loss"] == 0
        sound, picture = recorder.sinks["judge", "audio"][0], recorder.sinks["judge", "video"][0]
        publisher = hearing.server.rooms["h"].members["judge"].publisher
        assert publisher is not None
        upper = publisher.tracks["video"].layers["h"].ssrc
        await hearing.until_link("judge", lambda _: picture.packets[-1].ssrc == upper)
        red = next(s.red for s in publisher.streams.values() if s.kind == "audio")
        assert red is not None
        assert all(p.payload_type != red for p in sound.packets)
        assert min(p.level for p in sound.packets[50:]) < 30
        first = next(p for p in picture.packets if p.ssrc == upper)
        assert first.keyframe


async def test_what_it_sends_it_decodes_when_it_comes_back_from_the_server(page: Page, tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        await publish(hearing, page, "judge")
        offer: dict[str, Any] = await hearing.ask("subscribe", hearing="h", seat="party-1", connection="d")
        await hearing.ask("subscribed", connection="d", sdp=await page.evaluate(ANSWER, offer["sdp"]))
        async with asyncio.timeout(30):
            seen = await page.evaluate(DECODED)
        assert seen["height"] in (180, 360)
        assert seen["lost"] == 0


async def test_its_sound_goes_with_red_or_without_by_the_order_of_the_answer_alone(page: Page, tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        await publish(hearing, page, "judge")
        first, without, again = await page.evaluate(SIZES, CODECS)
    assert without < 0.7 * first
    assert again > 1.5 * without


async def test_the_lower_layer_has_fewer_pictures_a_second_and_the_upper_all_of_them(page: Page) -> None:
    async with asyncio.timeout(30):
        sent = await page.evaluate(RATES, (MEDIA / "layers.js").read_text())
    assert 0 < sent["l"] < 0.85 * sent["h"]
