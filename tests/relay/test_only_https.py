"""A participant whose network lets nothing but TCP to port 443 through, with a real Chromium and a real coturn."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.async_api import async_playwright

from tests.client.court import free_port
from tests.e2e.headless import presiding, talk
from tests.e2e.people import chromium, person
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


async def test_with_only_tcp_443_a_participant_joins_through_tls_and_sees_and_is_seen(tmp_path, monkeypatch):
    secret = tmp_path / "turn.key"
    secret.write_text(SECRET)
    plain, tls = free_port(), free_port()
    urls = [f"turn:{NOWHERE}:3478", f"turn:{NOWHERE}:3478?transport=tcp", f"turns:{RELAY}:443?transport=tcp"]
    settings = {"turn": {"urls": urls, "secret_file": str(secret)}}
    async with (
        stage(tmp_path, ("judge", "party-1"), **settings) as court,
        coturn(tmp_path, "127.0.0.1", "127.0.0.1", "allow-loopback-peers", ports=(plain, tls)),
        only_https({PAGE: int(court.url.rpartition(":")[2]), RELAY: tls}) as within,
        presiding(court, talk()) as judge,
        async_playwright() as playwright,
    ):
        origin = f"http://{PAGE}:443"
        browser = tmp_path / "chromium"
        browser.write_text(
            f"#!/bin/sh\nexec {' '.join(within)} {chromium()} --ignore-certificate-errors"
            f' --unsafely-treat-insecure-origin-as-secure={origin} "$@"\n'
        )
        browser.chmod(0o755)
        monkeypatch.setenv("CHROMIUM", str(browser))
        there = dataclasses.replace(court, url=origin)
        async with person(playwright, there, "party-1", tmp_path) as party:
            await party.enter()
            await party.connected()
            await judge.api.act("admit", "party-1")
            await party.on("hearing")
            assert await party.page.evaluate(WAYS) == {"publish": ["relay", "tls"], "subscribe": ["relay", "tls"]}
            await party.page.wait_for_function(SEEN)
            assert party.errors == []
