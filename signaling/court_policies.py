"""Each court's own policies, as they were at the last look; whoever changed them, in whichever process."""

from __future__ import annotations

from hearings.office import policies
from hearings.office.policies import Policies
from hearings.store import Store
from signaling.office_changes import POLICIES
from signaling.problems import unexpected

_UNCHANGED = Policies()


class CourtPolicies:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Policies] = {}

    def of(self, court: str) -> Policies:
        """The defaults before the first look."""
        return self._known.get(court, _UNCHANGED)

    async def renew(self, court: str) -> bool:
        """Look what is new; whether anything is. Where they cannot be read, those that were known hold."""
        try:
            return await self._read_on(court)
        except Exception as error:
            unexpected(error, "policies_unreadable")
            return False

    async def _read_on(self, court: str) -> bool:
        known = self.of(court)
        changes = await self._store.office_events(POLICIES.name, court, known.version)
        newer = policies.fold(changes, known)
        if newer.version <= self.of(court).version:  # another look was quicker
            return False
        self._known[court] = newer
        return True
