"""What a court keeps about itself: courtrooms (Rules ¶5), cases, the calendar of working days, policies, registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web

from hearings.hearing import Event
from hearings.office import calendar, cases, courtrooms, policies
from hearings.office.kazakhstan import DAYS_OFF
from hearings.store import Staff, Store
from hearings.store.base import new_id
from hearings.store.office import Stream
from signaling.authority import Authority
from signaling.office_changes import CALENDAR, CASE, COURTROOM, POLICIES, Kind, OfficeChanges
from signaling.office_requests import decided, fields, once, require_role, version_of
from signaling.problems import Problem
from signaling.security import json_body, query_text, text

_STAFF: Final = ("judge", "panel", "clerk", "organiser", "site_clerk", "technician", "administrator")
_CASES: Final = ("judge", "clerk")
_ROOMS: Final = ("administrator", "organiser")
_CASE_ACTS: Final = {"amend": cases.amend, "close": cases.close, "reopen": cases.reopen}
_ROOM_ACTS: Final = {"equip": courtrooms.equip, "withdraw": courtrooms.withdraw}
Act = Callable[..., list[Event]]


class OfficeCourtApi:
    def __init__(self, store: Store, authority: Authority, changes: OfficeChanges) -> None:
        self._store = store
        self._authority = authority
        self._changes = changes

    def routes(self, api: str) -> list[web.RouteDef]:
        court = f"{api}/office/courts/{{court}}"
        register = partial(self._register, CASE, _CASES, cases.register)
        equip = partial(self._register, COURTROOM, _ROOMS, courtrooms.register)
        return [
            web.get(f"{api}/courts", self.courts),
            web.get(f"{court}/courtrooms", partial(self._list, COURTROOM)),
            web.post(f"{court}/courtrooms", equip),
            web.post(f"{court}/courtrooms/{{id}}", partial(self._act, COURTROOM, _ROOMS, _ROOM_ACTS)),
            web.get(f"{court}/cases", partial(self._list, CASE)),
            web.post(f"{court}/cases", register),
            web.get(f"{court}/cases/{{id}}", self.case),
            web.post(f"{court}/cases/{{id}}", partial(self._act, CASE, _CASES, _CASE_ACTS)),
            web.get(f"{court}/hearings", self.hearings),
            web.get(f"{court}/calendar", self.calendar),
            web.post(f"{court}/calendar", self.set_day),
            web.get(f"{court}/policies", self.policies),
            web.post(f"{court}/policies", self.set_policy),
            web.get(f"{court}/destructions", self.destructions),
        ]

    async def courts(self, request: web.Request) -> web.Response:
        """For whoever applies: to which courts one can."""
        names = await self._store.courts()
        return web.json_response({"courts": [{"court": court, "name": name} for court, name in names.items()]})

    async def case(self, request: web.Request) -> web.Response:
        """One case, with its history."""
        _, court = await self._who(request, *_STAFF)
        stream, found = await self._changes.find(CASE, request.match_info["id"])
        if stream.court != court:
            raise Problem("not-found")
        history = await self._changes.history(CASE, court, stream.id)
        return web.json_response({**cases.view(found), "history": history})

    async def hearings(self, request: web.Request) -> web.Response:
        """Of which papers are drawn up: those that are over too."""
        _, court = await self._who(request, *_CASES)
        rows = await self._store.latest_hearings(court, query_text(request, "search"))
        return web.json_response({"hearings": [
            {
                "hearing": row.id, "number": row.number, "title": row.title, "state": row.state,
                "scheduled_at": row.scheduled_at,
            }
            for row in rows
        ]})  # fmt: skip

    async def calendar(self, request: web.Request) -> web.Response:
        _, court = await self._who(request, *_STAFF)
        kept = await self._changes.of_court(CALENDAR, court)
        return web.json_response({
            "version": kept.version,
            "edits": {day.isoformat(): {"kind": edit.kind, "name": edit.name} for day, edit in kept.edits.items()},
            "days_off": {day.isoformat(): name for day, name in DAYS_OFF.items()},
            "history": await self._changes.history(CALENDAR, court),
        })  # fmt: skip

    async def set_day(self, request: web.Request) -> web.Response:
        return await self._set(request, CALENDAR, calendar.set_day)

    async def policies(self, request: web.Request) -> web.Response:
        _, court = await self._who(request, *_STAFF)
        kept = await self._changes.of_court(POLICIES, court)
        history = await self._changes.history(POLICIES, court)
        return web.json_response({"version": kept.version, "policies": kept.view(), "history": history})

    async def set_policy(self, request: web.Request) -> web.Response:
        return await self._set(request, POLICIES, policies.set_policy)

    async def destructions(self, request: web.Request) -> web.Response:
        _, court = await self._who(request, "administrator", "judge", "clerk")
        return web.json_response({"destructions": await self._store.destructions(court)})

    async def _who(self, request: web.Request, *roles: str) -> tuple[Staff, str]:
        staff, court = await self._authority.staff(request), request.match_info["court"]
        require_role(staff, court, *roles)
        return staff, court

    async def _list(self, kind: Kind[Any], request: web.Request) -> web.Response:
        _, court = await self._who(request, *_STAFF)
        after = query_text(request, "after")
        rows = await self._store.list_office(kind.name, [court], after=after, newest_first=kind is CASE)
        return web.json_response({f"{kind.name}s": rows})

    async def _register(self, kind: Kind[Any], roles: tuple[str, ...], act: Act, request: web.Request) -> web.Response:
        """A new one, with an id of its own."""
        staff, court = await self._who(request, *roles)
        data, made = await json_body(request), new_id()
        key = once(request, staff.id, data)
        if known := await self._changes.done_before(key):
            return web.json_response(known, status=201)
        events = decided(lambda: act(made, court, data, staff.id, self._changes.at()))
        stream = Stream(court, kind.name, made)
        answer = await self._changes.append(kind, stream, None, 0, events, key, answer={kind.name: made})
        return web.json_response(answer, status=201)

    async def _act(
        self, kind: Kind[Any], roles: tuple[str, ...], acts: Mapping[str, Act], request: web.Request
    ) -> web.Response:
        staff, court = await self._who(request, *roles)
        body = await json_body(request)
        act, seen, data = acts.get(text(body, "act")), version_of(body), fields(body)
        if act is None:
            raise Problem("bad-request", field="act")
        key = once(request, staff.id, body)
        if known := await self._changes.done_before(key):
            return web.json_response(known)
        stream, before = await self._changes.find(kind, request.match_info["id"])
        if stream.court != court:
            raise Problem("not-found")
        events = decided(lambda: act(before, data, staff.id, self._changes.at(), seen=seen))
        return web.json_response(await self._changes.append(kind, stream, before, before.version, events, key))

    async def _set(self, request: web.Request, kind: Kind[Any], act: Act) -> web.Response:
        """A change of what the court has one of, by an administrator who saw its ``version``."""
        staff, court = await self._who(request, "administrator")
        body = await json_body(request)
        seen, key = version_of(body), once(request, staff.id, body)
        if known := await self._changes.done_before(key):
            return web.json_response(known)
        before = await self._changes.of_court(kind, court)
        events = decided(lambda: act(before, body, staff.id, self._changes.at(), seen=seen))
        stream = Stream(court, kind.name, court)
        return web.json_response(await self._changes.append(kind, stream, before, seen, events, key))
