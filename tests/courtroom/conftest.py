from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def no_log_outlives_its_test() -> Iterator[None]:
    """What is run here as a program logs to a stream that pytest closes."""
    yield
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
