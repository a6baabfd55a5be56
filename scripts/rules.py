"""Show that each paragraph of the Rules is kept by something, and that its tests notice when it is not.

    .venv/bin/python scripts/rules.py [PARAGRAPH …] [--jobs N]

``tests/rules/guards.toml`` names for each paragraph the guard in the code, how to disable it, and the tests that prove
it. In a copy of the project one guard after another is disabled, and all tests named for any paragraph run: exactly
those named for this one must fail. Exits 1 where fewer or others do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
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

    def disable(self, project: Path) -> None:
        path = project / self.file
        source = path.read_text()
        if source.count(self.find) != 1:
            raise SystemExit(f"¶{self.paragraph}: its guard stands {source.count(self.find)} times in {self.file}")
        path.write_text(source.replace(self.find, self.replace))


def guards() -> list[Guard]:
    found = tomllib.loads(GUARDS.read_text())["guard"]
    return [
        Guard(each["paragraph"], each["file"], each["find"], each["replace"], tuple(each["tests"])) for each in found
    ]


def failing(project: Path, tests: Iterable[str]) -> set[str]:
    """Which of ``tests`` fail, by the ids they were asked for; what does not even begin fails."""
    wanted = sorted(set(tests))
    report = project / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *wanted]
    environment = os.environ | {"PYTHONPATH": str(project), "GATEWAY_INTERPRETED": "1"}
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


def check(guard: Guard | None, tests: Sequence[str]) -> set[str]:
    """The tests that fail with ``guard`` disabled; with none, as the project is."""
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        project = copy(Path(folder))
        if guard:
            guard.disable(project)
        return failing(project, tests)


def judge(paragraph: str, expected: set[str], failed: set[str]) -> bool:
    """Tell how it went; whether exactly the expected tests failed."""
    print(
        f"¶{paragraph}: {'kept' if expected == failed else 'NOT SHOWN'}, {len(failed)} of {len(expected)} tests failed"
    )
    for test in sorted(expected - failed):
        print(f"    passes without the guard: {test}")
    for test in sorted(failed - expected):
        print(f"    fails too: {test}")
    return expected == failed


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("paragraph", nargs="*", help="only these, such as 6 28-1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at once (default: %(default)s)")
    options = parser.parse_args(arguments)
    everything = guards()
    tests = sorted({test for guard in everything for test in guard.tests})
    chosen = [guard for guard in everything if not options.paragraph or guard.paragraph in options.paragraph]
    print(f"{len(chosen)} guards, {len(tests)} tests", flush=True)
    if broken := check(None, tests):
        print("These fail with every guard in its place:", *sorted(broken), sep="\n    ")
        return 1
    began, good = time.monotonic(), True
    with ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(check, guard, tests): guard for guard in chosen}
        for done in as_completed(running):
            guard = running[done]
            good &= judge(guard.paragraph, set(guard.tests), done.result())
            sys.stdout.flush()
    print(f"{'All kept' if good else 'Not all shown'}, {time.monotonic() - began:.0f} s")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
