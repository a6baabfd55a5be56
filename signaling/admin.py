"""An administrator's requests: about the staff of the one court that the path names, and of no other."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hearings.problems import Refused
from hearings.store import Session, Staff, Store
from hearings.store.staff_acts import administers, may_do
from hearings.store.staff_log import Doing, StaffEvent
from hearings.times import iso
from signaling.admin_acts import REASON, AdminActs
from signaling.authority import Authority
from signaling.problems import Problem
from signaling.security import json_body, optional_number, query_text, text


class AdminApi:
    def __init__(self, store: Store, authority: Authority, acts: AdminActs) -> None:
        self._store = store
        self._authority = authority
        self._acts = acts

    def routes(self, api: str) -> list[web.RouteDef]:
        court = f"{api}/admin/courts/{{court}}"
        return [
            web.get(f"{api}/admin/courts", self.courts),
            web.put(f"{court}/second-factor", self.policy),
            web.get(f"{court}/staff", self.list),
            web.post(f"{court}/staff", self.add),
            web.get(f"{court}/staff/{{staff}}", self.get),
            web.post(f"{court}/staff/{{staff}}/acts", self.act),
            web.get(f"{court}/events", self.events),
        ]

    async def courts(self, request: web.Request) -> web.Response:
        """Those that the caller administers; none is an answer too."""
        administrator = await self._authority.staff(request)
        names, policies = await self._store.courts(), await self._store.factor_policies()
        return web.json_response({"courts": [
            {"court": court, "name": names[court], "second_factor": policies.get(court, False)}
            for court in sorted(administrator.courts, key=names.__getitem__) if administers(administrator, court)
        ]})  # fmt: skip

    async def policy(self, request: web.Request) -> web.Response:
        administrator, court = await self._administrator(request)
        body = await json_body(request)
        required = body.get("required")
        if type(required) is not bool:
            raise Problem("bad-request", field="required")
        await self._store.set_factor_policy(court, required, self._doing(administrator, body))
        return web.Response(status=204)

    async def list(self, request: web.Request) -> web.Response:
        _, court = await self._administrator(request)
        found = await self._store.staff_of_court(court, query_text(request, "search"))
        return web.json_response({"staff": [_shown(person, court) for person in found]})

    async def add(self, request: web.Request) -> web.Response:
        """The person sets a password by the code, which is shown this once."""
        administrator, court = await self._administrator(request)
        body = await json_body(request)
        name, doing = text(body, "name", 300), self._doing(administrator, body)
        return web.json_response(await self._acts.add(court, name, body.get("roles"), doing), status=201)

    async def get(self, request: web.Request) -> web.Response:
        administrator, court = await self._administrator(request)
        person = await self._person(request, court)
        answer = _shown(person, court)
        if person.court == court:
            sessions = await self._store.sessions_of(person.id, self._authority.now())
            answer["sessions"] = [_session(session) for session in sessions]
            answer["single_sign_on"] = await self._store.is_linked(person.id)
        return web.json_response({**answer, "acts": may_do(administrator, court, person)})

    async def act(self, request: web.Request) -> web.Response:
        administrator, court = await self._administrator(request)
        body = await json_body(request)
        person, doing = await self._person(request, court), self._doing(administrator, body)
        version = optional_number(body, "version")
        try:
            answer = await self._acts.do(administrator, court, person, text(body, "act"), body, doing, version)
        except Refused as refused:
            raise Problem(refused.code, **refused.params) from None
        now = await self._store.staff_by_id(person.id)
        return web.json_response({"version": now.version if now else person.version, **answer})

    async def events(self, request: web.Request) -> web.Response:
        """Of the whole court, or of one person; a page, the newest first."""
        _, court = await self._administrator(request)
        staff, before = query_text(request, "staff"), query_text(request, "before")
        found = await self._store.staff_events(court, staff or None, before or None)
        names = {person.id: person.name for person in await self._store.staff_of_court(court)}
        return web.json_response({"events": [_event(event, names) for event in found]})

    async def _administrator(self, request: web.Request) -> tuple[Staff, str]:
        """Deny by default: whoever does not administer this court learns nothing of it, not even whether it is."""
        administrator, court = await self._authority.staff(request), request.match_info["court"]
        if not administers(administrator, court):
            raise Problem("not-permitted")
        return administrator, court

    async def _person(self, request: web.Request, court: str) -> Staff:
        person = await self._store.staff_by_id(request.match_info["staff"])
        if person is None or court not in person.courts:
            raise Problem("not-found")
        return person

    def _doing(self, administrator: Staff, body: dict[str, Any]) -> Doing:
        return Doing(administrator.id, iso(self._authority.now()), text(body, "reason", REASON))


def _shown(person: Staff, court: str) -> dict[str, Any]:
    """Of a guest, whom another court employs, only what they are in this one."""
    shown: dict[str, Any] = {
        "staff": person.id, "name": person.name, "employed": person.court == court, "version": person.version,
        "roles": sorted(role for of, role in person.roles if of == court), "disabled": person.disabled,
    }  # fmt: skip
    if person.court == court:
        shown["second_factor"] = {"on": person.has_factor, "required": person.must_factor}
        shown["email"] = person.email
    return shown


def _session(session: Session) -> dict[str, Any]:
    head = {"session": session.id, "kind": session.kind, "seat": session.seat}
    return {**head, "since": iso(session.created), "expires": iso(session.expires)}


def _event(event: StaffEvent, names: dict[str, str]) -> dict[str, Any]:
    return {
        "event": event.id, "at": event.at, "kind": event.kind, "staff": event.staff, "reason": event.reason,
        "name": names.get(event.staff or ""), "actor": event.actor, "by": names.get(event.actor),
        "data": dict(event.data),
    }  # fmt: skip
