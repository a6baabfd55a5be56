"""Every link of the hearings of a technician's courts (Rules ¶27)."""

from __future__ import annotations

from aiohttp import web

from signaling.authority import Authority
from signaling.hub import Hub
from signaling.problems import Problem


class TechnicianApi:
    def __init__(self, hub: Hub, authority: Authority) -> None:
        self._hub = hub
        self._authority = authority

    async def links(self, request: web.Request) -> web.Response:
        staff = await self._authority.staff(request)
        courts = {court for court, role in staff.roles if role == "technician"}
        if not courts:
            raise Problem("not-permitted")
        rooms = [room for room in self._hub.rooms() if room.hearing.court in courts]
        return web.json_response({"hearings": [
            {"number": room.hearing.number, "state": room.hearing.state, "seats": room.links} for room in rooms
        ]})  # fmt: skip
