"""Which Chromium the tests use."""

from __future__ import annotations

import os
import shutil


def chromium(*, headless: bool = False) -> str | None:
    """The one that CHROMIUM names, or the system's; None for Playwright's own. ``headless``: where it is to be had,
    without a window's trappings, which take a third of the time."""
    names = ["chromium-headless-shell"] * headless + ["chromium", "chromium-browser"]
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
