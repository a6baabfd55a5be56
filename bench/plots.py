"""Draws what was measured: ``python -m bench.plots`` makes figures of ``bench/results`` in ``docs/images``, and the
tables of ``docs/performance.md`` between their marks. Whatever was not measured is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import results
from bench.badlink.cases import CASES

DOCS = Path(__file__).parents[1] / "docs"
OURS, PEER = "#0072b2", "#e69f00"
"""Okabe and Ito's blue and orange, told apart by all kinds of colour vision; the peer's bars are hatched too."""
SIDES = {"": "listener's link", "up_": "speaker's link"}
FIGURES = {
    "pesq": "PESQ, wideband (higher is better)",
    "wer": "Word error rate, % (lower is better)",
    "freeze_s": "Picture stands still, s (lower is better)",
}
Case = dict[str, Any]
Row = dict[str, Any]


def cases(folder: Path = results.FOLDER) -> list[Case]:
    return [found for name in CASES if (found := results.load(f"badlink/{name}", folder)) is not None]


def figure(name: str, title: str, measured: Sequence[Case]) -> Any:
    """A panel for each link that was shaped, a pair of bars for each case."""
    plt = _pyplot()
    made, panels = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True, layout="constrained")
    for panel, (before, side) in zip(panels, SIDES.items(), strict=True):
        for shift, colour, hatch, key, label in (
            (-0.2, OURS, "", f"{before}{name}", "Courtroom"), (0.2, PEER, "///", f"peer_{before}{name}", "Janus"),
        ):  # fmt: skip
            heights = [case.get(key) or 0 for case in measured]
            places = [number + shift for number in range(len(measured))]
            panel.bar(places, heights, 0.4, color=colour, hatch=hatch, edgecolor="white", label=label)
            for place, case in zip(places, measured, strict=True):
                if case.get(key) is None:  # not measured, or there is nothing to score: no bar of height 0
                    panel.annotate("–", (place, 0), ha="center", va="bottom", fontsize=8, color="#666666")
        panel.set_title(f"The {side} is bad", fontsize=10)
        panel.set_xticks(range(len(measured)), [_marked(case) for case in measured], rotation=40, ha="right")
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel(title, fontsize=9)
    panels[1].legend(frameon=False)
    return made


def growth(rows: Sequence[Row]) -> Any:
    """CPU of a packet by load."""
    plt = _pyplot()
    made, panel = plt.subplots(figsize=(5, 3.2), layout="constrained")
    loads = [row["packets_s"] for row in rows]
    for key, colour, mark, label in (("us", OURS, "o-", "Courtroom"), ("peer_us", PEER, "s--", "Janus")):
        panel.plot(loads, [row[key] for row in rows], mark, color=colour, label=label)
    for row in rows:
        panel.annotate(f"{row['hearings']}{'*' if row['saturated'] else ''}", (row["packets_s"], row["us"]),
                       textcoords="offset points", xytext=(0, -14), ha="center", fontsize=8)  # fmt: skip
    panel.set_xlabel("packets a second delivered (below: hearings, * saturated)", fontsize=9)
    panel.set_ylabel("µs of CPU a packet", fontsize=9)
    panel.set_ylim(bottom=0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(frameon=False)
    return made


def growth_table(rows: Sequence[Row]) -> str:
    head = ["hearings", "packets/s", "delivered of expected", "µs a packet", "Janus's", "ratio", "p50, p99 ms",
            "Janus's", ""]  # fmt: skip
    lines = [
        [row["hearings"], f"{row['packets_s']:,}", f"{row['delivered']:,} of {row['expected']:,}", row["us"],
         row["peer_us"], row["ratio"], f"{row['p50_ms']}, {row['p99_ms']}",
         f"{row['peer_p50_ms']}, {row['peer_p99_ms']}", "saturated" if row["saturated"] else ""]
        for row in rows
    ]  # fmt: skip
    return table(head, lines)


def cases_table(measured: Sequence[Case]) -> str:
    """Ours, then Janus's, with the listener's and then the speaker's link bad."""
    names = ("pesq", "visqol", "plcmos", "wer", "gaps_ms", "freezes", "freeze_s", "longest_freeze_s", "recover_s")
    lines = []
    for case in measured:
        for before, side in SIDES.items():
            if f"{before}gaps_ms" in case:
                cells = [f"{_value(case, before + name)} / {_value(case, f'peer_{before}{name}')}" for name in names]
                lines.append([f"`{_marked(case)}`", side.partition("'")[0], *cells])
    return table(["case", "bad link", *(f"`{name}`" for name in names)], lines)


def table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in [head, ["---"] * len(head), *lines])


def image(name: str, what: str) -> str:
    return f"![{what}; the table has the figures](images/{name}.svg)"


def put(text: str, name: str, block: str) -> str:
    """Between ``<!-- NAME -->`` and ``<!-- /NAME -->``."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{block}\n\n{found[2]}", text)


def _marked(case: Case) -> str:
    return f"{case['case']}{'*' if case['saturated'] else ''}"


def _value(case: Case, name: str) -> str:
    value = case.get(name)
    return "–" if value is None else str(value)


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "courtroom", "svg.fonttype": "none", "font.size": 9})
    import matplotlib.pyplot as plt

    return plt


def main(docs: Path = DOCS, folder: Path = results.FOLDER) -> None:
    page, images = docs / "performance.md", docs / "images"
    text, measured, rows = page.read_text(), cases(folder), results.load("growth", folder)
    if measured:
        for name, title in FIGURES.items():
            figure(name, title, measured).savefig(images / f"badlink-{name}.svg", metadata={"Date": None})
        shown = [image(f"badlink-{name}", f"{title}, ours beside Janus's, by case") for name, title in FIGURES.items()]
        text = put(text, "badlink", "\n\n".join([*shown, cases_table(measured)]))
    if rows:
        growth(rows).savefig(images / "forwarding-growth.svg", metadata={"Date": None})
        shown = [image("forwarding-growth", "CPU of a packet, ours beside Janus's, by packets a second")]
        text = put(text, "growth", "\n\n".join([*shown, growth_table(rows)]))
    page.write_text(text)


if __name__ == "__main__":
    main()
