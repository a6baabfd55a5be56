"""Two courts with their staff, and applications through the interface."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiohttp import FormData
from sqlalchemy import select

from hearings.store.notice_tables import notice
from hearings.store.words import normal_password

JPEG = b"\xff\xd8\xff\xe0 a face"
PDF = b"%PDF-1.7 an identity card"
WORD = "bakidu-motela-47"
DETAILS = {
    "case": "7204-26-00-2/1", "means": "personal_device", "name": "A party", "role": "party",
    "phone": "+7 701 1234567", "reason": "I live 800 km away",
}  # fmt: skip
LATER = (datetime.now(UTC) + timedelta(days=10)).isoformat()
EQUIPMENT = ["camera", "microphone", "loudspeaker", "screen"]
ADDRESSEES = [{"kind": kind, "name": kind} for kind in ("administration", "provider", "provider_administration")]
DATA = {
    "grant": {"presiding": "Judge Ahmetova", "hearing_at": LATER},
    "refuse": {"reason": "In person"},
    "send": {"addressees": ADDRESSEES, "clerk": "Serikov", "organiser": "Omarov"},
    "answer": {"side": "hearing", "feasible": True, "organiser": "Omarov", "clerk": "Serikov"},
    "schedule": {"scheduled_at": LATER},
}
STAFF = {"judge": "Judge Ahmetova", "clerk": "Clerk Serikov", "organiser": "Omarov", "administrator": "Admin"}


class Office:
    """Clients of one court's office; ``other`` is a second court."""

    def __init__(self, http, store, words):
        self.http = http
        self.store = store
        self._words = words
        self._tokens = {}

    async def settle(self):
        self.court = await self.store.ensure_court("The court")
        self.other = await self.store.ensure_court("The other court")
        password = await self._words.hash("a long password", normal_password)
        for role in ("organiser", "administrator"):
            await self.store.add_staff(self.court, STAFF[role], password, [role])
        await self.store.add_staff(self.other, "There", password, ["organiser", "clerk", "judge", "administrator"])
        return self

    async def token(self, role):
        if role not in self._tokens:
            body = {"name": STAFF.get(role, role), "password": "a long password"}
            response = await self.http.post("/api/v1/staff/login", json=body)
            assert response.status == 200, await response.text()
            self._tokens[role] = (await response.json())["token"]
        return self._tokens[role]

    async def get(self, role, path):
        response = await self.http.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {await self.token(role)}"})
        return response.status, await response.json()

    async def post(self, role, path, key=None, /, **body):
        headers = {"Authorization": f"Bearer {await self.token(role)}"} | ({"Idempotency-Key": key} if key else {})
        response = await self.http.post(f"/api/v1{path}", json=body, headers=headers)
        return response.status, await response.json()

    async def apply(self, key=None, **changed):
        form = FormData()
        given = {"court": self.court, "identity": PDF, "photo": JPEG, "code_word": WORD} | DETAILS | changed
        for name, value in given.items():
            if isinstance(value, bytes):
                form.add_field(name, value, filename="../../x.exe", content_type="text/html")
            elif value is not None:
                form.add_field(name, value)
        headers = {"Idempotency-Key": key} if key else {}
        response = await self.http.post("/api/v1/applications", data=form, headers=headers)
        return response.status, await response.json()

    async def applied(self, **changed):
        """The id of a new application, and its receipt."""
        status, answer = await self.apply(**changed)
        assert status == 201, answer
        return await self.store.office_by_key("application", answer["receipt"]), answer["receipt"]

    async def kinds(self, application):
        """Of the notices about an application."""
        async with self.store._engine.connect() as connection:
            rows = await connection.execute(select(notice.c.kind).where(notice.c.application == application))
            return sorted(rows.scalars())

    async def act(self, role, application, act, version, key=None, **data):
        path = f"/office/applications/{application}/acts"
        return await self.post(role, path, key, act=act, version=version, data=DATA.get(act, {}) | data)

    async def room(self, role="organiser", court=None, equipment=EQUIPMENT):
        path = f"/office/courts/{court or self.court}/courtrooms"
        status, answer = await self.post(role, path, number="3", equipment=equipment, endpoints=["codec"])
        assert status == 201, answer
        return answer["courtroom"]

    async def until_feasible(self, **changed):
        application, receipt = await self.applied(**changed)
        for version, (role, act) in enumerate([("judge", "grant"), ("clerk", "send"), ("organiser", "answer")], 1):
            status, answer = await self.act(role, application, act, version)
            assert status == 200, answer
        return application, receipt
