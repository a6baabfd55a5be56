"""Applications for the court's staff: inboxes, the judge's resolution, Appendix 1 and 2, the schedule (Rules ¶7-¶15,
¶20-¶21, ¶30)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hearings.office.application import Application
from hearings.office.procedure import Actor, out_late
from hearings.office.submission import Enclosed, receipt, submit
from hearings.office.views import HERE, READERS, THERE, for_staff, is_turn, positions, positions_in
from hearings.store import Staff, Store
from hearings.store.base import new_id
from hearings.store.office import Stream
from signaling.appendix_mail import AppendixMail
from signaling.authority import Authority
from signaling.office_acts import Asked, OfficeActs
from signaling.office_changes import APPLICATION, OfficeChanges
from signaling.office_requests import decided, fields, once, require_role, version_of
from signaling.problems import Problem
from signaling.security import json_body, optional_text, query_text, text


class OfficeApi:
    def __init__(
        self, store: Store, authority: Authority, acts: OfficeActs, changes: OfficeChanges, mail: AppendixMail
    ) -> None:
        self._store = store
        self._authority = authority
        self._acts = acts
        self._changes = changes
        self._mail = mail

    def routes(self, api: str) -> list[web.RouteDef]:
        applications = f"{api}/office/applications"
        return [
            web.get(applications, self.inbox),
            web.post(applications, self.submit),
            web.get(f"{applications}/{{application}}", self.get),
            web.post(f"{applications}/{{application}}/acts", self.act),
        ]

    async def inbox(self, request: web.Request) -> web.Response:
        """What the caller's courts have before them, and what others have sent to them."""
        staff = await self._authority.staff(request)
        here = [court for court, role in staff.roles if role in HERE]
        there = [court for court, role in staff.roles if role in THERE]
        state, after = query_text(request, "state"), query_text(request, "after")
        rows = await self._store.list_office(APPLICATION.name, here, there, state, after=after)
        for row in rows:
            row["yours"] = is_turn(row["state"], positions_in(row["court"], row["receiver"], staff.roles))
        return web.json_response({"applications": rows})

    async def get(self, request: web.Request) -> web.Response:
        staff = await self._authority.staff(request)
        _, application, actor = await self.found(request, staff)
        sent_to = await self._mail.told(application) if READERS & actor.positions else []
        late = out_late(application, await self._mail.signed_at(application), self._changes.at())
        return web.json_response(for_staff(application, actor.positions, late=late) | {"sent_to": sent_to})

    async def submit(self, request: web.Request) -> web.Response:
        """At the court's own initiative (Rules ¶7)."""
        staff, body = await self._authority.staff(request), await json_body(request)
        court = text(body, "court", 36)
        require_role(staff, court, "judge", "clerk")
        await require_receiver(self._store, body)
        key = once(request, staff.id, body)
        if known := await self._changes.done_before(key):
            return web.json_response(known, status=201)
        made, given = new_id(), receipt(time.gmtime().tm_year, secrets.token_bytes(8))
        stream, nothing = Stream(court, APPLICATION.name, made), Enclosed({}, None)
        events = decided(lambda: submit(made, court, given, body, nothing, staff.id, self._changes.at(), "court"))
        named = {"application": made, "receipt": given}
        answer = await self._changes.append(APPLICATION, stream, None, 0, events, key, answer=named)
        return web.json_response(answer, status=201)

    async def act(self, request: web.Request) -> web.Response:
        staff, body = await self._authority.staff(request), await json_body(request)
        stream, application, actor = await self.found(request, staff)
        act, seen, data = text(body, "act"), version_of(body), fields(body)
        key = once(request, staff.id, body)
        if known := await self._changes.done_before(key):
            return web.json_response(known)
        asked = Asked(act, actor, data, seen)
        return web.json_response(await self._acts.do(stream, application, asked, key))

    async def found(self, request: web.Request, staff: Staff) -> tuple[Stream, Application, Actor]:
        """The application of the path, and as what the caller meets it. To strangers it is not there."""
        stream, application = await self._changes.find(APPLICATION, request.match_info["application"])
        whose = positions(application, staff.roles)
        if not whose:
            raise Problem("not-found")
        return stream, application, Actor(staff.id, whose)


async def require_receiver(store: Store, data: Mapping[str, Any]) -> None:
    """The court that is to provide the link is one of this system, where it is named by an id."""
    receiver = optional_text(data, "receiver", 36)
    if receiver and receiver not in await store.courts():
        raise Problem("bad-request", field="receiver", paragraph="12")
