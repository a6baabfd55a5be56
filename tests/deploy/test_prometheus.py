"""The rules, the settings and the dashboard's questions in deploy/, held against the real promtool."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.deploy.promtool import needs_promtool, promtool

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
RAISED = Path(__file__).with_name("alerts.yml")

pytestmark = needs_promtool


def test_the_rules_are_rules() -> None:
    promtool("check", "rules", "--lint-fatal", ALERTS)


def test_each_alert_is_raised_when_it_should_be_and_not_before() -> None:
    promtool("test", "rules", RAISED)


def test_no_alert_is_left_untried() -> None:
    tried = re.findall(r"alertname: (\w+)\n", RAISED.read_text())
    assert set(tried) == set(re.findall(r"alert: (\w+)", ALERTS.read_text()))


def test_a_test_of_the_alerts_can_fail(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    tried = shutil.copy(RAISED, tmp_path / "a" / "b")
    promtool("test", "rules", tried)
    rules = tmp_path / "deploy" / "prometheus" / "alerts.yml"
    rules.write_text(rules.read_text().replace("> 0.05", "> 0.07"))
    with pytest.raises(AssertionError, match="CourtroomMediaLate"):
        promtool("test", "rules", tried)


def test_prometheus_takes_its_settings(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "prometheus", tmp_path, dirs_exist_ok=True)
    (tmp_path / "courtroom.token").write_text("a token")
    promtool("check", "config", tmp_path / "prometheus.yml")


def test_prometheus_understands_every_question_of_the_dashboard(tmp_path: Path) -> None:
    board = json.loads((DEPLOY / "grafana" / "courtroom.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    rules = [{"record": f"asked:{number}", "expr": text} for number, text in enumerate(asked)]
    (tmp_path / "asked.yml").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", tmp_path / "asked.yml")
