"""PDF files of pages: PDF/A-2a, which is for archives, tagged for readers of screens, its fonts inside.

WeasyPrint computes for seconds: `pdf` belongs into a worker process, of whose main thread it takes the alarm.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

SECONDS: Final = 120.0
"""How long one file may take."""
LARGEST: Final = 4_000_000
"""Characters of a page, at most: markup and style come to the text's."""


class TooLarge(Exception):
    """More than a paper has, or than can be set in time."""


def pdf(html: str, limit: float = SECONDS) -> bytes:
    """The PDF file of a page, the same bytes for the same page. Raises `TooLarge` after ``limit`` seconds, too."""
    if len(html) > LARGEST:
        raise TooLarge
    with _at_most(limit):
        return _typeset(html)


def _typeset(html: str) -> bytes:
    from weasyprint import HTML  # it loads Pango, which only a worker process needs
    from weasyprint.urls import URLFetcher

    # A paper is complete in itself: nothing that somebody typed makes the server open an address.
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()), base_url=None)
    made: bytes = document.write_pdf(pdf_variant="pdf/a-2a")
    return made


@contextmanager
def _at_most(limit: float) -> Iterator[None]:
    def too_late(*_: Any) -> None:
        raise TooLarge

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
