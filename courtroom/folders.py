"""The data folder and what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from courtroom.errors import Mistake
from hearings.hearing import Hearing

if TYPE_CHECKING:  # a worker need load neither settings nor database
    from courtroom.settings import Settings
    from hearings.store import Row


def prepare(settings: Settings) -> None:
    """The data folder that a server needs. Raises Mistake."""
    data = settings.data
    make_folders(data, settings.control_socket.parent, data / "keys", data / "courts")


def make_folders(*folders: Path) -> None:
    """For this account only. Raises Mistake."""
    for folder in folders:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Mistake(f"{folder} cannot be made or is no folder ({error.strerror})") from None


def hearing_folder(data: Path, hearing: Hearing | Row) -> Path:
    """In it each sitting has its own (ARCHITECTURE.md, "Data folder")."""
    return data / "courts" / hearing.court / hearing.id
