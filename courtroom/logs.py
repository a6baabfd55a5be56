"""Logging: structlog, one line an event, and nothing personal in it.

Deny by default: a value passes only if it is a number or has the shape of an identifier (`party-1`, a UUID, an error
code). Names, photos, code words, tokens, addresses and free text do not have that shape, or stand under a key that says
what they are, and are replaced by a mark. An exception is logged as its type and where it came from, without its
message. So no caller has to remember anything, and packages that know nothing of this module are held to it too.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from courtroom.settings import Log

REDACTED = "[redacted]"

_PERSONAL_KEY = re.compile(
    r"(^|_)(name|title|photo|word|password|secret|token|key|authorization|cookie|address|ip|remote|peer|host|sdp|reason|"
    r"phone|email|body|headers|user_agent|text|message|detail)s?(_|$)"
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:+-]{0,79}")
_EVENT = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*")
_OWN = {"event", "level", "timestamp", "logger", "exception"}


def without_personal_data(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """structlog processor: what is not plainly an identifier or a number is replaced."""
    clean = {name: value for name, value in event.items() if name in _OWN}
    if not _EVENT.fullmatch(str(clean.get("event", ""))):
        clean["event"] = REDACTED
    clean.update(_permitted({name: value for name, value in event.items() if name not in _OWN}))
    return clean


def exception_without_message(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """structlog processor: the exception's type and frames; its message may quote what a person wrote."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = " <- ".join([type(error).__name__, *reversed(_frames(error))])
    return event


def configure(log: Log, stream: TextIO | None = None) -> None:
    """Send structlog's events and the standard library's to `stream` (standard error), through the same processors."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper("iso", utc=True),
        exception_without_message,
        without_personal_data,
    ]
    as_json = log.format == "json" or (log.format == "auto" and not stream.isatty())
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    threshold = logging.getLevelNamesMapping()[log.level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_library_record, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)
    logging.captureWarnings(True)


def _library_record(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A library's text may hold anything; its place in the library's code says which text it was."""
    record: logging.LogRecord = event["_record"]
    event.update(event="library.message", logger=record.name, at=f"{record.module}:{record.lineno}")
    return event


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).stem}:{frame.lineno}:{frame.name}" for frame in frames]


def _permitted(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {_shaped_key(name): _shaped(value, personal=_is_personal(name)) for name, value in values.items()}


def _shaped_key(name: Any) -> str:
    own_of_structlog = isinstance(name, str) and name in {"_record", "_from_structlog"}
    return name if own_of_structlog else str(_shaped(name))


def _is_personal(name: Any) -> bool:
    return not isinstance(name, str) or bool(_PERSONAL_KEY.search(name))


def _shaped(value: Any, personal: bool = False) -> Any:
    if value is None or isinstance(value, bool | logging.LogRecord):  # the record is taken out before rendering
        return value
    if personal:
        return REDACTED
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return value if _IDENTIFIER.fullmatch(value) and not _has_address(value) else REDACTED
    if isinstance(value, Mapping):
        return _permitted(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_shaped(one) for one in value]
    return REDACTED


def _has_address(value: str) -> bool:
    for part in (value, value.rsplit(":", 1)[0], *value.split("/")):
        with contextlib.suppress(ValueError):
            ipaddress.ip_address(part)
            return True
    return bool(re.search(r"\d{1,3}(\.\d{1,3}){3}", value))
