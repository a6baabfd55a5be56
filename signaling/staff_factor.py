"""The second factor of a staff member: set up, checked, renewed."""

from __future__ import annotations

import io

import segno

from hearings.store import Staff, Store
from hearings.store.staff_log import Doing
from hearings.store.staff_totp import matching_step, new_secret, recovery_codes, recovery_hash, uri
from hearings.store.vault import Vault
from hearings.times import iso

_ISSUER = "Courtroom"


class Factors:
    """Times are seconds since the epoch. Whoever asks with a typed code has waited for it (`Tries`)."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def check(self, staff: Staff, typed: str, now: float) -> bool:
        """Whether it is the authenticator's code, or a recovery code; from now on it is neither any more."""
        factor = await self._store.factor(staff.id)
        if factor is None or factor.secret is None:
            return False
        step = matching_step(self._open(staff, factor.secret), typed, now, factor.step)
        if step is not None:
            return await self._store.use_step(staff.id, step)
        return await self._store.use_recovery(staff.court, staff.id, recovery_hash(staff.id, typed), _own(staff, now))

    async def begin(self, staff: Staff) -> str:
        """A new secret, which counts once it is confirmed."""
        secret = new_secret()
        await self._store.keep_pending(staff.court, staff.id, self._vault.seal(secret.encode(), _about(staff)))
        return secret

    async def confirm(self, staff: Staff, typed: str, now: float) -> list[str] | None:
        """The recovery codes, shown this once; None where the code is not the new authenticator's."""
        factor = await self._store.factor(staff.id)
        if factor is None or factor.pending is None:
            return None
        step = matching_step(self._open(staff, factor.pending), typed, now, 0)
        codes = recovery_codes()
        hashes = [recovery_hash(staff.id, code) for code in codes]
        if step is None or not await self._store.confirm_factor(
            staff.court, staff.id, factor.pending, step, hashes, _own(staff, now)
        ):
            return None
        return codes

    async def renew_recovery(self, staff: Staff, now: float) -> list[str]:
        codes = recovery_codes()
        hashes = [recovery_hash(staff.id, code) for code in codes]
        await self._store.renew_recovery(staff.court, staff.id, hashes, _own(staff, now))
        return codes

    def _open(self, staff: Staff, sealed: bytes) -> str:
        return self._vault.unseal(sealed, _about(staff)).decode()


def shown(staff: Staff, secret: str) -> dict[str, str]:
    """The secret as an authenticator takes it: as text, and as a QR code (SVG)."""
    link = uri(secret, staff.name, _ISSUER)
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="svg", xmldecl=False, scale=6, light="#fff")
    return {"secret": secret, "uri": link, "qr": picture.getvalue().decode()}


def _about(staff: Staff) -> str:
    return f"second factor of {staff.id}"


def _own(staff: Staff, now: float) -> Doing:
    return Doing(staff.id, iso(now))
