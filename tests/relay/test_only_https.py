"""A participant whose network lets nothing but TCP to port 443 through, with a real Chromium and a real coturn."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest
from playwright.async_api import async_playwright

from tests.chromium import chromium
from tests.e2e.headless import presiding, talk
from tests.e2e.people import person
from tests.e2e.stage import stage
from tests.relay.coturn import SECRET, coturn, turnserver
from tests.relay.only_https import can_make, only_https

pytestmark = [
    pytest.mark.browser,
    pytest.mark.root,
    pytest.mark.skipif(turnserver() is None, reason="no coturn on this machine"),
    pytest.mark.skipif(not can_make(), reason="network namespaces need root, and /dev/net/tun"),
]

PAGE, RELAY, NOWHERE = "10.77.0.1", "10.77.0.2", "10.77.0.3"
WAYS = """async () => Object.fromEntries(await Promise.all(["publish", "subscribe"].map(async (name) => {
  const stats = [...(await window.courtroomDebug[name].getStats()).values()];
  const pair = stats.find(({id}) => id === stats.find(({type}) => type === "transport").selectedCandidatePairId);
  const {candidateType, relayProtocol} = stats.find(({id}) => id === pair.localCandidateId);
  return [name, [candidateType, relayProtocol]];
})))"""
SEEN = """async () => {
  const all = [...(await window.courtroomDebug.subscribe.getStats()).values()];
  const stats = all.filter((s) => s.type === "inbound-rtp");
  return stats.some((s) => s.framesDecoded > 10) && stats.some((s) => s.kind === "audio" && s.packetsReceived > 50);
}"""


@contextlib.asynccontextmanager
async def hearing(folder, *urls):
    """A judge who talks, at a court with a relay at these addresses, and coturn's port for TLS."""
    secret = folder / "turn.key"
    secret.write_text(SECRET)
    async with (
        coturn(folder, "127.0.0.1", "127.0.0.1", "allow-loopback-peers") as relay,
        stage(
            folder,
            ("judge", "party-1"),
            turn={"urls": [url.format(relay=relay) for url in urls], "secret_file": str(secret)},
        ) as court,
        presiding(court, talk()) as judge,
    ):
        yield court, relay, judge


async def ways(court, judge, folder):
    """By which the party's browser, once admitted, hears and sees the judge and is seen."""
    async with async_playwright() as playwright, person(playwright, court, "party-1", folder) as party:
        await party.enter()
        await party.connected()
        await judge.api.act("admit", "party-1")
        await party.on("hearing")
        await party.page.wait_for_function(SEEN)
        await judge.hears("party-1", "video", 20, timeout=20)
        assert party.errors == []
        return await party.page.evaluate(WAYS)


async def test_with_only_tcp_443_a_participant_joins_through_tls_and_sees_and_is_seen(tmp_path, monkeypatch):
    urls = (f"turn:{NOWHERE}:3478", f"turn:{NOWHERE}:3478?transport=tcp", f"turns:{RELAY}:443?transport=tcp")
    async with (
        hearing(tmp_path, *urls) as (court, relay, judge),
        only_https({PAGE: int(court.url.rpartition(":")[2]), RELAY: relay.tls_port}) as within,
    ):
        page = f"http://{PAGE}:443"
        flags = f"--ignore-certificate-errors --unsafely-treat-insecure-origin-as-secure={page}"
        browser = tmp_path / "chromium"
        browser.write_text(f'#!/bin/sh\nexec {" ".join(within)} {chromium()} {flags} "$@"\n')
        browser.chmod(0o755)
        monkeypatch.setenv("CHROMIUM", str(browser))
        found = await ways(dataclasses.replace(court, url=page), judge, tmp_path)
        assert found == {"publish": ["relay", "tls"], "subscribe": ["relay", "tls"]}


@pytest.mark.soak
async def test_where_udp_gets_through_the_relay_is_left_aside(tmp_path):
    async with hearing(tmp_path, "turn:{relay.address}:{relay.port}") as (court, _, judge):
        found = await ways(court, judge, tmp_path)
        assert {way for way, _ in found.values()} <= {"host", "prflx"}
