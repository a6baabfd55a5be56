"""The domain's database adapter, the vault of photos, and code words. `Store` is the database's whole interface."""

from hearings.store.events import Changed, Remember, Repeated, Stored
from hearings.store.register import Entry, NewSeatRow, Row
from hearings.store.sessions import Session
from hearings.store.staff import Staff
from hearings.store.store import Store, open_store

__all__ = [
    "Changed",
    "Entry",
    "NewSeatRow",
    "Remember",
    "Repeated",
    "Row",
    "Session",
    "Staff",
    "Store",
    "Stored",
    "open_store",
]
