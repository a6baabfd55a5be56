"""What a person is called, looks like, says or types never reaches a log."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from courtroom import logs
from courtroom.settings import Log

PERSONAL = [
    "Айгерим Сәрсенова",
    "Ann Smith",
    "192.0.2.44",
    "192.0.2.44:50123",
    "2001:db8::17",
    "candidate:1 1 udp 2130706431 192.0.2.44 50000 typ host",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJ4In0" * 8 + ".c2lnbmF0dXJl",
    "Bearer abc",
    "a@b.example",
]


@pytest.fixture
def lines() -> Any:
    stream = io.StringIO()
    logs.configure(Log(level="debug", format="json"), stream)
    yield stream.getvalue
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


@pytest.mark.parametrize("value", PERSONAL)
def test_personal_values_are_redacted_wherever_they_stand(value: str, lines: Any) -> None:
    log = structlog.get_logger()
    log.info("seat.entered", seat=value, nested={"list": [value], value: 1}, raw=value.encode())
    log.info(f"entered {value}")
    log.info("seat.entered", **{value: 1})
    try:
        raise ValueError(value)
    except ValueError:
        log.exception("seat.failed")
    logging.getLogger("aiohttp").error("from %s", value)
    logging.getLogger("asyncio").error(f"Task exception: {value}", exc_info=ValueError(value))
    assert value not in (written := lines())
    assert written.count("\n") == 6


@pytest.mark.parametrize("key", ["name", "code_word", "photo", "token", "remote_address", "password", "sdp", "reason"])
def test_a_key_that_says_what_it_holds_is_enough(key: str, lines: Any) -> None:
    structlog.get_logger().info("seat.entered", **{key: "sunflower"})
    assert "sunflower" not in lines()


def test_events_identifiers_and_numbers_pass(lines: Any) -> None:
    seen = {"hearing": "0193b6a0-7e1c-7000-8000-0123456789ab", "seat": "party-1", "code": "hearing-full", "ms": 1.5}
    structlog.get_logger().warning("seat.entered", **seen, layers=["h", "l"], on=True)
    assert json.loads(lines()).items() >= (seen | {"on": True, "layers": ["h", "l"], "event": "seat.entered"}).items()


def test_an_exception_is_its_type_and_place(lines: Any) -> None:
    try:
        raise LookupError("party-1 is Ann Smith")
    except LookupError:
        structlog.get_logger().exception("loop.failed")
    assert "LookupError <- test_logs:" in json.loads(lines())["exception"]


@given(st.text(min_size=1).filter(lambda text: not text.isascii()))
def test_no_text_outside_ascii_passes(text: str) -> None:
    event = logs.without_personal_data(None, "info", {"event": text, "seat": text, text: text})
    assert text not in json.dumps({key: value for key, value in event.items() if key != text}, ensure_ascii=False)
