"""Times on the wire and in the log: ISO 8601 in UTC with milliseconds, so that their order is the text's order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

# All of Kazakhstan, since 1 March 2024: the days and hours of a court are its own, wherever a server or a device is.
ZONE: Final = timezone(timedelta(hours=5))


def iso(seconds: float) -> str:
    """``2026-11-21T09:00:03.120Z`` for a time in seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(text: str) -> float:
    """Seconds since the epoch; a time without a zone is UTC. Raises ValueError on anything else."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
