"""Metrics: counts without names, and everything that the dashboard and the rules in deploy/ ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from quality.cause import CAUSES
from signaling.alerts import KINDS
from signaling.situation import PHASES
from tests.deploy.promtool import needs_promtool, promtool

DEPLOY = Path(__file__).parents[2] / "deploy"
LINK = {
    "up": {
        "layers": ["low", "high"],
        "kbps": 910.0,
        "audio_kbps": 40.0,
        "loss": 20.0,
        "jitter_ms": 5.0,
        "rtt_ms": 41.0,
        "nacks": 1,
    }
}
DOWN = {
    "kbps": 2400.0,
    "loss": 0.0,
    "jitter_ms": 5.0,
    "rtt_ms": 41.0,
    "estimate_kbps": 5000.0,
    "freezes": 3,
    "freeze_s": 1,
    "layers": {"party-1": "high", "party-2": "high", "witness-1": "off"},
}


LOOKOUT = {"cpu": 0.03, "look_s": 1.0, "thrifty": False, "participants": 1, "left_out": 0, "sampled": True}


async def scraped(court):
    """Of a court with everything there: links, load, the worker that looks, and a request."""
    judge = await court.opened()
    await judge.connect()
    for _ in range(2):
        court.media.emit("links", hearing=court.hearing, seats={"judge": {**LINK, "down": DOWN}})
        await judge.expect("links")
    court.media.emit("load", cpu=0.5, lag_ms=1.0, packets=12000, connections=40, overloaded=False)
    court.hub.lookout_status(LOOKOUT)
    court.media.emit("speaker", hearing=court.hearing, seat="judge")
    await judge.expect("speaker", lambda m: m["seat"] == "judge")
    return await (await court.http.get("/metrics")).text()


async def families(court):
    """By name."""
    return {family.name: family for family in text_string_to_metric_families(await scraped(court))}


def asked():
    """Every metric that the dashboard and the rules name, with the labels that they choose by."""
    board = json.loads((DEPLOY / "grafana" / "courtroom.json").read_text())
    rules = (DEPLOY / "prometheus" / "alerts.yml").read_text()
    texts = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    texts += re.findall(r"^ +expr: (.+)$", rules, re.MULTILINE)
    return [found for text in texts for found in re.findall(r"(courtroom_\w+)(?:\{([^}]*)\})?", text)]


async def test_everything_that_the_dashboard_and_the_rules_name_is_there(court):
    there = {sample.name: family for family in (await families(court)).values() for sample in family.samples}
    assert len(asked()) > 20
    for name, labels in asked():
        assert name in there, name
        for label, value in re.findall(r'(\w+)="([^"]*)"', labels):
            assert value in {sample.labels.get(label) for sample in there[name].samples}, (name, label)


async def test_pictures_are_counted_by_layer(court):
    found = (await families(court))["courtroom_link_pictures"]
    assert {(one.labels["direction"], one.labels["layer"]): one.value for one in found.samples} == {
        ("up", "low"): 1, ("up", "high"): 1, ("down", "high"): 2, ("down", "off"): 1,
    }  # fmt: skip


@needs_promtool
async def test_prometheus_finds_no_fault_with_the_metrics(court):
    promtool("check", "metrics", given=await scraped(court))


async def test_counts_have_every_word_of_their_tables_and_no_other(court):
    found = await families(court)

    def values(name, label):
        return {sample.labels[label] for sample in found[name].samples}

    assert values("courtroom_hearings", "phase") == set(PHASES)
    assert values("courtroom_links", "verdict") == {"good", "poor", "bad"}
    assert values("courtroom_link_causes", "cause") == set(CAUSES) - {"none"}
    assert values("courtroom_alerts", "kind") == set(KINDS)
    assert {tuple(sample.labels) for sample in found["courtroom_links"].samples} == {("direction", "verdict")}


async def test_a_lossy_uplink_is_counted_with_its_cause(court):
    found = await families(court)

    def value(name, **labels):
        (sample,) = [one for one in found[name].samples if one.labels == labels]
        return sample.value

    assert value("courtroom_links", direction="up", verdict="bad") == 1
    assert value("courtroom_links", direction="down", verdict="good") == 1
    assert value("courtroom_link_causes", cause="loss-up") == 1
    assert value("courtroom_hearings", phase="late") == 1


async def test_times_are_in_seconds(court):
    found = await families(court)
    (lag,) = found["courtroom_media_loop_lag_seconds"].samples
    rtt = {sample.labels["direction"]: sample.value for sample in found["courtroom_link_rtt_seconds"].samples}
    assert (lag.value, rtt) == (0.001, {"up": 0.041, "down": 0.041})
