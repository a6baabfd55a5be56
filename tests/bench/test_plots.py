"""Results are kept with what the machine was, and drawn."""

from __future__ import annotations

import pytest

from bench import plots, results

CASE = {"case": "loss20", "saturated": True, "pesq": 4.0, "peer_pesq": 2.5, "up_pesq": 3.5, "gaps_ms": 0, "wer": None}
ROW = {
    "hearings": 1, "packets_s": 3000, "expected": 9, "delivered": 9, "us": 20.0, "peer_us": 40.0, "ratio": 0.5,
    "p50_ms": 0.1, "p99_ms": 1.0, "peer_p50_ms": 0.2, "peer_p99_ms": 2.0, "saturated": False,
}  # fmt: skip


def test_what_is_kept_is_found_again_with_the_machines_facts(tmp_path):
    path = results.save("badlink/loss20", CASE, tmp_path)
    assert results.load("badlink/loss20", tmp_path) == CASE
    assert '"cores"' in path.read_text()
    assert results.load("badlink/dip", tmp_path) is None


def test_tables_mark_what_does_not_count_and_what_is_missing():
    assert "| `loss20*` | listener | 4.0 / 2.5 | – / – |" in plots.cases_table([CASE])
    assert "saturated" not in plots.growth_table([ROW])
    assert "saturated" in plots.growth_table([ROW | {"saturated": True}])


def test_a_block_is_put_between_its_marks_alone():
    text = "a\n<!-- growth -->\nold\n<!-- /growth -->\nb\n<!-- badlink -->\nx\n<!-- /badlink -->\n"
    assert plots.put(text, "growth", "new").startswith("a\n<!-- growth -->\n\nnew\n\n<!-- /growth -->\nb\n<!-- badlink")


def test_all_figures_are_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    (tmp_path / "images").mkdir()
    (tmp_path / "performance.md").write_text("<!-- growth -->\n<!-- /growth -->\n<!-- badlink -->\n<!-- /badlink -->\n")
    results.save("badlink/loss20", CASE, tmp_path)
    results.save("growth", [ROW], tmp_path)
    plots.main(tmp_path, tmp_path)
    drawn = {path.name for path in (tmp_path / "images").iterdir()}
    assert drawn == {"badlink-pesq.svg", "badlink-wer.svg", "badlink-freeze_s.svg", "forwarding-growth.svg"}
    assert "loss20*" in (tmp_path / "performance.md").read_text()
