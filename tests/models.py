"""Tests that need a model of `quality` are skipped where it was not fetched; in CI they are not."""

from __future__ import annotations

import os

import pytest

from quality.models import Model, read


def needs(model: Model) -> pytest.MarkDecorator:
    absent = read(model) is None and os.environ.get("CI", "").lower() not in ("true", "1")
    return pytest.mark.skipif(absent, reason=f"scripts/models fetches {model.name}")
