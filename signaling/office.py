"""The office's part of the interface, wired."""

from __future__ import annotations

from aiohttp import web

from hearings.notices.outbox import Outbox
from hearings.store import Store
from hearings.store.vault import Vault
from hearings.store.words import Words
from signaling.appendix_mail import AppendixMail
from signaling.authority import Authority
from signaling.office_acts import OfficeActs
from signaling.office_api import OfficeApi
from signaling.office_changes import OfficeChanges
from signaling.office_court_api import OfficeCourtApi
from signaling.office_documents import OfficeDocumentsApi
from signaling.office_notices import OfficeNotices
from signaling.office_submission import OfficeSubmission
from signaling.staff_notices import StaffNotices
from signaling.tries import Tries


def routes(
    api: str,
    store: Store,
    outbox: Outbox,
    authority: Authority,
    words: Words,
    tries: Tries,
    vault: Vault,
    proxies: frozenset[str],
    staff: StaffNotices,
    mail: AppendixMail,
) -> list[web.RouteDef]:
    changes = OfficeChanges(store, authority.now)
    acts = OfficeActs(store, words, changes, OfficeNotices(outbox), staff, mail)
    office = OfficeApi(store, authority, acts, changes, mail)
    return [
        *OfficeSubmission(store, words, vault, tries, changes, proxies, mail).routes(api),
        *office.routes(api),
        *OfficeDocumentsApi(store, authority, vault, office, changes).routes(api),
        *OfficeCourtApi(store, authority, changes).routes(api),
    ]
