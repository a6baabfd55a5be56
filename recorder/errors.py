"""What can go wrong with a record, in words for a technician."""

from __future__ import annotations


class RecordError(Exception):
    """A record cannot be written, read or built; the text says why and holds no personal data."""
