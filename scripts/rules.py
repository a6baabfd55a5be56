"""Show that each paragraph of the Rules is kept by something, and that its tests notice when it is not.

    .venv/bin/python scripts/rules.py [PARAGRAPH …] [--jobs N]

``tests/rules/guards.toml`` names for each paragraph the guards in the code, how to disable each, and the tests that
prove it. In a copy of the project one guard after another is disabled, and all tests named for any of them run: exactly
those named for this one must fail. Exits 1 where fewer or others do.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parent.parent
GUARDS = PROJECT / "tests" / "rules" / "guards.toml"
LEFT_OUT = ("node_modules", ".venv", "build", "data")


@dataclass(frozen=True)
class Guard:
    """``find`` stands once in ``file``; with ``replace`` in its place paragraph ``paragraph`` is kept no longer."""

    paragraph: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"¶{self.paragraph} {self.file}: {self.find.strip().splitlines()[0].strip()[:60]}"

    @contextmanager
    def disabled(self, project: Path) -> Iterator[None]:
        path = project / self.file
        source = path.read_text()
        if source.count(self.find) != 1:
            raise SystemExit(f"{self.name}: stands {source.count(self.find)} times, not once")
        path.write_text(source.replace(self.find, self.replace))
        try:
            yield
        finally:
            path.write_text(source)


def guards() -> list[Guard]:
    found = tomllib.loads(GUARDS.read_text())["guard"]
    return [
        Guard(each["paragraph"], each["file"], each["find"], each["replace"], tuple(each["tests"])) for each in found
    ]


def failing(project: Path, tests: Iterable[str]) -> set[str]:
    """Which of ``tests`` fail, by the ids they were asked for; what does not even begin fails."""
    wanted = sorted(set(tests))
    report = project / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *wanted]
    environment = os.environ | {"PYTHONPATH": str(project), "GATEWAY_INTERPRETED": "1"}
    environment.setdefault("QUALITY_MODELS", str(PROJECT / "build" / "models"))  # which the copy is without
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    if not report.exists():
        raise SystemExit(f"the tests did not run:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    bad = {_id(case) for case in ElementTree.parse(report).iter("testcase") if _failed(case)}
    return {test for test in wanted if any(one == test or one.startswith(f"{test}[") for one in bad)}


def _id(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"


def _failed(case: ElementTree.Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def copy(folder: Path) -> Path:
    """The project's files as they are, without what was made of them."""
    project = folder / "project"
    ignore = shutil.ignore_patterns(*LEFT_OUT, ".*", "__pycache__", "*.egg-info")
    shutil.copytree(PROJECT, project, ignore=ignore)
    return project


def check(guard: Guard, copies: queue.Queue[Path], tests: Sequence[str]) -> set[str]:
    """The tests that fail in one of the copies with ``guard`` disabled."""
    project = copies.get()
    try:
        with guard.disabled(project):
            return failing(project, tests)
    finally:
        copies.put(project)


def judge(guard: Guard, failed: set[str]) -> bool:
    """Tell how it went; whether exactly the expected tests failed."""
    expected = set(guard.tests)
    shown = "shown" if expected == failed else "NOT SHOWN"
    print(f"{shown}: {guard.name} ({len(failed)} of {len(expected)} tests failed)")
    for test in sorted(expected - failed):
        print(f"    passes without the guard: {test}")
    for test in sorted(failed - expected):
        print(f"    fails too: {test}")
    sys.stdout.flush()
    return expected == failed


def check_all(chosen: Sequence[Guard], tests: Sequence[str], folder: Path, jobs: int) -> bool:
    """Whether every guard was shown. The tests must pass with all of them in place."""
    copies: queue.Queue[Path] = queue.Queue()
    for number in range(jobs):
        copies.put(copy(folder / str(number)))
    if broken := failing(copies.queue[0], tests):
        print("These fail with every guard in its place:", *sorted(broken), sep="\n    ")
        return False
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(check, guard, copies, tests): guard for guard in chosen}
        shown = [judge(running[done], done.result()) for done in as_completed(running)]
    return all(shown)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("paragraph", nargs="*", help="only these, such as 6 28-1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at once (default: %(default)s)")
    options = parser.parse_args(arguments)
    everything, began = guards(), time.monotonic()
    tests = sorted({test for guard in everything for test in guard.tests})
    chosen = [guard for guard in everything if not options.paragraph or guard.paragraph in options.paragraph]
    paragraphs = len({guard.paragraph for guard in chosen})
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        good = check_all(chosen, tests, Path(folder), options.jobs)
    told = f"{len(chosen)} guards of {paragraphs} paragraphs, {len(tests)} tests, {time.monotonic() - began:.0f} s"
    print(f"{'All shown' if good else 'NOT all shown'}: {told}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
