"""Papers over HTTP: who draws them up, edits, signs and reads them."""

from __future__ import annotations

import hashlib

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from courtroom.workers import Workers
from hearings.documents import drafts
from hearings.documents.fill import fill
from hearings.hearing import Event
from hearings.notices.outbox import Outbox
from hearings.office.views import projection
from hearings.store import NewSeatRow
from hearings.store.office import Stream
from signaling.appendix_mail import AppendixMail
from signaling.authority import Authority
from signaling.document_sources import nobody_listened
from signaling.documents_api import DocumentsApi
from signaling.paper_log import STREAM, PaperLog
from signaling.papers import Papers
from signaling.problems import problem_middleware
from signaling.tokens import Tokens
from tests.hearings.documents.examples import ACT, MINUTES
from tests.hearings.office import build
from tests.hearings.office.build import ANSWER, AT, CLERK, DETAILS, ENCLOSED, GRANT, JUDGE, ORGANISER, SEND

URL = "/api/v1/documents"
SEATS = [NewSeatRow("judge", "judge", "A judge"), NewSeatRow("party-1", "party", "A party")]
ROLES = ("judge", "clerk", "organiser", "technician", "administrator")


class Office:
    """A court's staff, each with a token, and an application whose link is feasible."""

    def __init__(self, http, store, court, tokens):
        self.http = http
        self.store = store
        self.court = court
        self.tokens = tokens

    async def ask(self, who, method, path="", **body):
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        response = await self.http.request(method, f"{URL}{path}", headers=headers, json=body or None)
        return response.status, await response.json()

    async def act(self, who, document, act, **body):
        return await self.ask(who, "POST", f"/{document}/acts", act=act, **body)

    async def bytes(self, role, path):
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        response = await self.http.get(f"{URL}{path}", headers=headers)
        return response.status, await response.read()

    async def drawn_up(self, role="clerk", **body):
        asked = {"kind": "application", "language": "kk", "application": "id"} | body
        status, answer = await self.ask(role, "POST", **asked)
        assert status == 201, answer
        return answer["document"]

    async def written(self, paper, kind, document="0193aaaa-0000-7000-8000-00000000000a"):
        """A paper that was drawn up otherwise than from an application."""
        events = drafts.draw_up(document, self.court, kind, "ru", fill(paper, "ru"), AT, "system")
        await self.store.append_office(
            Stream(self.court, STREAM, document), 0, events, drafts.projection(drafts.fold(events))
        )
        return document


async def an_application(store, court):
    log = [*build.submit("id", court, "A-2026-1", DETAILS, ENCLOSED, "applicant", AT, "participant")]
    for act, actor, data in [("grant", JUDGE, GRANT), ("send", CLERK, SEND), ("answer", ORGANISER, ANSWER)]:
        log += build.events(build.fold(log), act, actor, data)
    await store.append_office(Stream(court, "application", "id"), 0, log, projection(build.fold(log)))


@pytest.fixture
async def office(store, vault):
    court, other = await store.ensure_court("The court"), await store.ensure_court("Another court")
    authority = Authority(store, Tokens([b"k" * 32], 300))
    tokens = {}
    for role, of in [*((role, court) for role in ROLES), ("stranger", other)]:
        person = await store.add_staff(of, f"The {role}", "", ["clerk" if role == "stranger" else role])
        session = await store.create_session("staff", of, authority.now(), authority.expires(), subject=person)
        tokens[role] = authority.issue(session)
    await an_application(store, court)
    app = web.Application(middlewares=[problem_middleware], client_max_size=64 * 1024)
    with Workers(1) as workers:
        papers = Papers(workers, vault)
        log = PaperLog(store, papers, authority.now)
        mail = AppendixMail(store, Outbox(store, vault), log, authority.now)
        app.add_routes(DocumentsApi(store, authority, papers, log, mail, nobody_listened).routes("/api/v1"))
        async with TestClient(TestServer(app)) as http:
            yield Office(http, store, court, tokens)


async def test_the_clerk_draws_up_appendix_1_of_an_application(office):
    document = await office.drawn_up()
    status, view = await office.ask("clerk", "GET", f"/{document}")
    assert (status, view["kind"], view["state"]) == (200, "application", "draft")
    assert view["sections"]["judge"] == "Judge Ahmetova"
    assert view["acts"] == ["edit", "sign"]


async def test_the_organiser_draws_up_appendix_2(office):
    document = await office.drawn_up("organiser", kind="answer", side="hearing")
    assert (await office.ask("organiser", "GET", f"/{document}"))[1]["sections"]["organiser"].startswith("Omarov")


@pytest.mark.parametrize("role", [role for role in (*ROLES, "stranger") if role != "clerk"])
async def test_nobody_else_draws_up_appendix_1(office, role):
    status, problem = await office.ask(role, "POST", kind="application", language="kk", application="id")
    assert (status, problem["code"]) == (403, "not-permitted")


async def test_who_has_nothing_to_do_with_a_paper_does_not_learn_that_it_is_there(office):
    document = await office.drawn_up()
    for role in ("technician", "stranger"):
        for path in ("", "/page", "/file"):
            assert (await office.ask(role, "GET", f"/{document}{path}"))[0] == 404
        assert (await office.ask(role, "GET"))[1] == {"documents": []}


async def test_the_list_shows_the_papers_of_the_court(office):
    document = await office.drawn_up()
    _, answer = await office.ask("judge", "GET")
    assert [row["document"] for row in answer["documents"]] == [document]


async def test_the_papers_of_one_application_are_asked_for(office):
    document = await office.drawn_up()
    await office.written(ACT, "act")
    _, answer = await office.ask("clerk", "GET", "?about=id")
    assert [(row["document"], row["about"]) for row in answer["documents"]] == [(document, "id")]
    assert (await office.ask("clerk", "GET", "?about=another"))[1]["documents"] == []


async def test_an_edit_keeps_what_the_data_said(office):
    document = await office.drawn_up()
    status, view = await office.act("clerk", document, "edit", version=1, sections={"action": "Басқа әрекет"})
    assert (status, view["version"], view["edited"]) == (200, 2, ["action"])
    assert view["original"]["action"] != view["sections"]["action"] == "Басқа әрекет"


async def test_the_second_of_two_who_edit_at_once_is_told(office):
    document = await office.drawn_up()
    await office.act("clerk", document, "edit", version=1, sections={"action": "1"})
    status, problem = await office.act("clerk", document, "edit", version=1, sections={"action": "2"})
    assert (status, problem["code"]) == (409, "changed")


async def test_the_judge_reads_and_does_not_edit(office):
    document = await office.drawn_up()
    assert (await office.bytes("judge", f"/{document}/page"))[0] == 200
    assert (await office.act("judge", document, "edit", version=1, sections={"action": "1"}))[0] == 403


async def test_long_minutes_can_be_edited(office):
    document = await office.written(MINUTES, "minutes")
    entries = [["10:00:00", "", "Сөз " * 200]] * 100
    status, view = await office.act("clerk", document, "edit", version=1, sections={"entries": entries})
    assert (status, len(view["sections"]["entries"])) == (200, 100)


async def test_the_act_is_signed_off_by_both_and_its_file_is_kept(office):
    document = await office.written(ACT, "act")
    status, view = await office.act("clerk", document, "sign", version=1, role="clerk")
    assert (status, view["state"], view["sha256"]) == (200, "signed", None)
    status, view = await office.act("administrator", document, "sign", version=2, role="administrator")
    assert (status, view["state"]) == (200, "signed_off")
    assert [each["name"] for each in view["signatures"]] == ["The clerk", "The administrator"]
    status, made = await office.bytes("clerk", f"/{document}/file")
    assert made.startswith(b"%PDF-")
    assert hashlib.sha256(made).hexdigest() == view["sha256"]


async def test_what_was_signed_off_is_kept_also_where_the_program_ended_before(office):
    document = await office.written(ACT, "act")
    before = drafts.fold(await office.store.office_events(STREAM, document))
    for role in ("clerk", "administrator"):
        events = drafts.sign(before, role, role, before.version, AT, role)
        after = drafts.fold(events, before)
        stream = Stream(office.court, STREAM, document)
        await office.store.append_office(stream, before.version, events, drafts.projection(after))
        before = after
    _, made = await office.bytes("clerk", f"/{document}/file")
    _, view = await office.ask("clerk", "GET", f"/{document}")
    assert hashlib.sha256(made).hexdigest() == view["sha256"]


async def test_nobody_signs_in_a_role_that_they_do_not_hold(office):
    document = await office.written(ACT, "act")
    status, problem = await office.act("clerk", document, "sign", version=1, role="administrator")
    assert (status, problem["code"]) == (403, "not-permitted")


@pytest.mark.parametrize("role", ["organiser", "technician", "judge"])
async def test_who_is_not_the_head_of_the_administrator_does_not_sign_the_act(office, role):
    """The organiser is an employee of that office, and the head the one who appoints (Rules ¶2, ¶18)."""
    document = await office.written(ACT, "act")
    for named in (role, "administrator"):
        status, problem = await office.act(role, document, "sign", version=1, role=named)
        assert (status, problem["code"]) == ((403, "not-permitted") if role == "judge" else (404, "not-found"))


async def test_a_signature_is_taken_back(office):
    document = await office.written(ACT, "act")
    await office.act("clerk", document, "sign", version=1, role="clerk")
    assert (await office.act("clerk", document, "withdraw", version=2))[1]["state"] == "draft"


async def test_after_the_first_signature_nothing_is_edited(office):
    document = await office.written(ACT, "act")
    await office.act("clerk", document, "sign", version=1, role="clerk")
    status, problem = await office.act("clerk", document, "edit", version=2, sections={"decision": "2"})
    assert (status, problem["code"], problem["params"]["paragraph"]) == (409, "signed-off", "18")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "letter"}, {"language": "fr"}, {"application": 7}, {"kind": "minutes"},
    ],
)  # fmt: skip
async def test_a_request_that_is_not_right_is_refused(office, body):
    asked = {"kind": "application", "language": "kk", "application": "id"} | body
    status, problem = await office.ask("clerk", "POST", **asked)
    assert (status, problem["code"]) == (400, "bad-request")


async def test_an_application_that_is_not_there_is_not_found(office):
    assert (await office.ask("clerk", "POST", kind="application", language="kk", application="x"))[0] == 404


async def test_papers_go_on_where_the_known_ones_end_the_newest_first(office):
    first, second = await office.drawn_up(), await office.drawn_up()
    for query, known in [("", [second, first]), (f"?after={second}", [first])]:
        _, answer = await office.ask("clerk", "GET", query)
        assert [row["document"] for row in answer["documents"]] == known


async def test_a_hearing_that_was_not_held_has_no_minutes(office):
    made = await office.store.create_hearing(office.court, "7204-25-00-2/15", "A v. B", AT, SEATS, AT)
    status, problem = await office.ask("clerk", "POST", kind="minutes", language="ru", hearing=made.id)
    assert (status, problem["code"], problem["params"]["paragraph"]) == (409, "not-held", "32")


async def test_the_clerk_draws_up_the_act_of_a_hearing_with_a_problem(office):
    made = await office.store.create_hearing(office.court, "7204-25-00-2/15", "A v. B", AT, SEATS, AT)
    body = {"kind": "act", "language": "ru", "hearing": made.id, "courtroom": "3"}
    status, problem = await office.ask("clerk", "POST", **body)
    assert (status, problem["code"], problem["params"]["paragraph"]) == (409, "no-problem-reported", "18")
    # Whose paper it is not learns nothing of the hearing.
    assert (await office.ask("organiser", "POST", **body))[1]["code"] == "not-permitted"
    data = {"problem": 1, "seat": "party-1", "problem_kind": "sound", "text": "Звука нет", "link": None}
    await office.store.append(made.id, made.version, [Event("problem_reported", made.version + 1, AT, "party-1", data)])
    status, view = await office.ask("clerk", "POST", **body)
    assert (status, view["sections"]["courtroom"]) == (201, "3")
    assert view["sections"]["problems"][0][1] == "A party"
