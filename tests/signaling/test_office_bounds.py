"""What the office refuses, keeps out of sight, and does once only."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import FormData

from hearings.hearing import Event
from hearings.office.application_acts import TABLE
from hearings.office.terms import APPLICANT_ROLES, DOCUMENT_KINDS, MEANS, STATES
from hearings.store.vault import LARGEST, VaultError
from signaling.office_documents import Retention
from signaling.office_submission import NETWORK_AT_ONCE
from tests.signaling.conftest import PHOTO
from tests.signaling.document import codes, rows, section
from tests.signaling.office import JPEG, LATER, PDF, WORD, Office

DAY_S = 86_400


@pytest.fixture
async def office(court, store, words):
    return await Office(court.http, store, words).settle()


@pytest.mark.parametrize(
    ("changed", "field", "paragraph"),
    [
        ({"identity": None}, "identity", "8"),
        ({"photo": None}, "photo", "9"),
        ({"code_word": None}, "code_word", "9"),
        ({"code_word": " - "}, "code_word", "9"),
        ({"role": "representative"}, "authority", "8"),
        ({"means": "other_court", "provider": "X", "receiver": "nowhere"}, "receiver", "12"),
        ({"identity": b"<html>"}, "identity", None),
        ({"photo": PDF}, "photo", None),
        ({"court": "nowhere"}, "court", None),
        ({"name": b"\xff\xff".decode("latin-1") * 400}, "name", "8"),
    ],
)
async def test_a_form_that_lacks_something_is_refused_by_field_and_leaves_no_file(
    office, vault, changed, field, paragraph
):
    status, answer = await office.apply(**changed)
    assert (status, answer["code"], answer["params"]["field"]) == (400, "bad-request", field)
    assert answer["params"].get("paragraph") == paragraph
    assert list(vault._folder.iterdir()) == [vault._folder / "0193aaaa-0000-7000-8000-000000000001"]


async def test_a_file_of_ten_megabytes_is_taken_and_a_larger_one_is_not(office):
    largest = PDF + bytes(LARGEST - len(PDF))
    assert (await office.apply(identity=largest))[0] == 201
    status, answer = await office.apply(identity=largest + b"x")
    assert (status, answer["code"], answer["params"]["field"]) == (413, "too-large", "identity")


@pytest.mark.parametrize("body", [b"", b"{}", b"--x\r\n\r\nno end"])
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x"])
async def test_what_is_no_form_is_a_bad_request(office, body, kind):
    response = await office.http.post("/api/v1/applications", data=body, headers={"Content-Type": kind})
    assert (await response.json())["code"] == "bad-request"


async def test_more_parts_than_a_form_has_are_not_read(office):
    form = FormData()
    for n in range(200):
        form.add_field(f"field-{n}", "x", content_type="text/plain")
    response = await office.http.post("/api/v1/applications", data=form)
    assert response.status == 400


async def test_the_same_form_under_its_key_is_one_application(office, vault):
    answers = await asyncio.gather(*(office.apply(key="k") for _ in range(2)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 201
    assert len((await office.get("judge", "/office/applications"))[1]["applications"]) == 1
    assert len(list(vault._folder.iterdir())) == 3  # the hearing's photo, and two of the application that was kept
    assert (await office.apply(key="k", reason="Another"))[1]["params"] == {"field": "Idempotency-Key"}


async def test_who_applies_again_and_again_waits_longer(office, court):
    court.waits.clear()
    for _ in range(5):
        await office.apply()
    assert court.waits == sorted(court.waits)
    assert court.waits[-1] > court.waits[0]


async def test_few_forms_are_read_at_once_from_one_network(office, monkeypatch):
    waiting, go = [], asyncio.Event()

    async def slow(request):
        waiting.append(request)
        await go.wait()
        return await original(request)

    from signaling import office_submission

    original = office_submission.read_form
    monkeypatch.setattr(office_submission, "read_form", slow)
    tasks = [asyncio.create_task(office.apply()) for _ in range(NETWORK_AT_ONCE)]
    while len(waiting) < NETWORK_AT_ONCE:
        await asyncio.sleep(0)
    assert (await office.apply())[1]["code"] == "slow-down"
    go.set()
    assert [status for status, _ in await asyncio.gather(*tasks)] == [201] * NETWORK_AT_ONCE


@pytest.mark.parametrize(("receipt", "word"), [("A-2026-XXXXXXXX", WORD), (None, "wrong")])
async def test_a_wrong_receipt_or_word_gets_the_one_answer(office, receipt, word):
    _, mine = await office.applied()
    body = {"receipt": receipt or mine, "code_word": word}
    for path in ("state", "withdraw"):
        response = await office.http.post(f"/api/v1/applications/{path}", json=body)
        assert (await response.json())["code"] == "entry-refused"


async def test_the_applicant_withdraws_with_receipt_and_word(office):
    application, receipt = await office.applied()
    body = {"receipt": f" {receipt.lower()} ", "code_word": "Bakidu Motela 47"}
    response = await office.http.post("/api/v1/applications/withdraw", json=body)
    assert await response.json() == {"state": "withdrawn"}
    assert (await office.act("judge", application, "grant", 2))[1]["code"] == "wrong-state"


async def test_the_applicant_reads_why_it_was_refused(office):
    application, receipt = await office.applied()
    await office.act("judge", application, "refuse", 1, reason="In person")
    asked = await office.http.post("/api/v1/applications/state", json={"receipt": receipt, "code_word": WORD})
    assert (await asked.json())["reason"] == "In person"


async def test_the_applicant_reads_the_new_time_of_a_postponed_hearing_once_it_is_set(office):
    application, receipt = await office.until_feasible()
    await office.act("clerk", application, "schedule", 4, room=await office.room())
    (row,) = (await office.get("clerk", f"/office/courts/{office.court}/hearings?search=7204-26"))[1]["hearings"]
    times = []
    for kind, data in [("postponed", {"reason": "ill"}), ("rescheduled", {"scheduled_at": "2027-01-11T05:00:00.000Z"})]:
        hearing = await office.store.load(row["hearing"])
        await office.store.append(hearing.id, hearing.version, [Event(kind, hearing.version + 1, LATER, "judge", data)])
        body = {"receipt": receipt, "code_word": WORD}
        answer = await (await office.http.post("/api/v1/applications/state", json=body)).json()
        times.append(answer["hearing"]["scheduled_at"])
    assert times == [None, "2027-01-11T05:00:00.000Z"]


async def test_a_courts_hearings_are_for_its_judge_and_clerk(office):
    path = f"/office/courts/{office.court}/hearings"
    assert (await office.get("judge", f"{path}?search=nothing"))[1] == {"hearings": []}
    assert [(await office.get(role, path))[0] for role in ("organiser", "administrator", "There")] == [403] * 3


@pytest.mark.parametrize(
    ("role", "act", "paragraph"),
    [("clerk", "grant", "12"), ("judge", "send", "12"), ("judge", "answer", "30"), ("judge", "schedule", "10")],
)
async def test_each_step_belongs_to_its_role_and_the_refusal_names_the_paragraph(office, role, act, paragraph):
    application, _ = await office.applied()
    status, answer = await office.act(role, application, act, 1)
    assert (status, answer["code"], answer["params"]["paragraph"]) == (403, "not-permitted", paragraph)


async def test_no_hearing_is_scheduled_without_an_equipped_courtroom(office):
    application, _ = await office.until_feasible()
    for data in ({}, {"room": await office.room(equipment=["camera"])}):
        status, answer = await office.act("clerk", application, "schedule", 4, **data)
        assert (status, answer["code"], answer["params"]["paragraph"]) == (409, "not-equipped", "5")


@pytest.mark.parametrize("data", [{"number": "7204-25-00-2/15"}, {"scheduled_at": "soon"}, {"hearing": "nowhere"}])
async def test_a_hearing_that_cannot_be_made_leaves_the_application_as_it_was(office, data):
    application, _ = await office.until_feasible()
    status, _ = await office.act("clerk", application, "schedule", 4, room=await office.room(), **data)
    assert status in (400, 404)
    assert (await office.get("clerk", f"/office/applications/{application}"))[1]["state"] == "feasible"


async def test_documents_come_as_attachments_by_their_content_and_the_reading_is_registered(office):
    application, _ = await office.applied()
    path = f"/api/v1/office/applications/{application}/documents"
    headers = {"Authorization": f"Bearer {await office.token('judge')}"}
    response = await office.http.get(f"{path}/identity", headers=headers)
    assert (await response.read(), response.content_type) == (PDF, "application/pdf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="identity.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    (document,) = [one for one in await office.store.documents_of(application) if one.kind == "identity"]
    judge = await office.store.staff_by_name("Judge Ahmetova")
    assert [who for who, _, _ in await office.store.accesses(document.id)] == [judge.id]


async def test_a_look_at_the_photo_in_the_hearing_is_registered_too(office, court):
    judge = await court.opened()
    assert (await office.http.get("/api/v1/hearing/seats/party-1/photo", headers=judge.headers)).status == 200
    person = await office.store.staff_by_name("Judge Ahmetova")
    assert [(who, what) for who, _, what in await office.store.accesses(PHOTO)] == [(person.id, "identification")]


async def test_the_organiser_reads_no_documents(office):
    application, _ = await office.applied()
    status, answer = await office.get("organiser", f"/office/applications/{application}/documents/identity")
    assert (status, answer["params"]) == (403, {"paragraph": "8"})


async def test_documents_go_when_their_term_is_over_and_the_register_keeps_it(office, vault):
    application, receipt = await office.applied()
    documents = await office.store.documents_of(application)
    await office.http.post("/api/v1/applications/withdraw", json={"receipt": receipt, "code_word": WORD})
    now = Retention(office.store, vault)._utc()
    assert await Retention(office.store, vault, lambda: now + 29 * DAY_S).run() == 0
    assert vault.read(documents[0].id)
    assert await Retention(office.store, vault, lambda: now + 31 * DAY_S).run() == len(documents) == 2
    for one in documents:
        with pytest.raises(VaultError):
            vault.read(one.id)
    _, register = await office.get("clerk", f"/office/courts/{office.court}/destructions")
    assert {entry["document"] for entry in register["destructions"]} == {one.id for one in documents}
    assert all(entry["destroyed_at"] for entry in register["destructions"])


async def test_a_destruction_that_was_interrupted_is_finished(office, vault):
    application, _ = await office.applied()
    (document, _) = await office.store.documents_of(application)
    await office.store.decide_destruction(document, LATER[:19] + "Z", "by order")
    assert await Retention(office.store, vault).run() == 1
    assert await Retention(office.store, vault).run() == 0


async def test_the_court_applies_of_itself(office):
    body = {"court": office.court, "case": "7-1", "means": "personal_device", "name": "W", "role": "witness"}
    assert (await office.post("organiser", "/office/applications", **body, reason="r"))[0] == 403
    status, answer = await office.post("clerk", "/office/applications", "k", **body, reason="ill")
    assert status == 201
    assert (await office.post("clerk", "/office/applications", "k", **body, reason="ill"))[1] == answer


async def test_what_the_court_ordered_of_itself_goes_its_way_to_the_registration_data(office):
    body = {"court": office.court, "case": "7-1", "means": "personal_device", "name": "W", "role": "witness"}
    application = (await office.post("judge", "/office/applications", **body, reason="far"))[1]["application"]
    for version, (role, act) in enumerate([("judge", "grant"), ("clerk", "send"), ("organiser", "answer")], 1):
        assert (await office.act(role, application, act, version))[0] == 200
    assert (await office.act("clerk", application, "schedule", 4, room=await office.room()))[0] == 200
    status, given = await office.act("organiser", application, "issue_credentials", 5)
    assert (status, given["seat"], bool(given["code_word"])) == (200, "witness-1", True)


def test_every_step_is_documented_with_those_who_may_take_it():
    documented = {act: set(row[1].split(", ")) for row in rows(section("### An application")) for act in codes(row[0])}
    assert documented == {act: {role for role, _ in rule.who} for act, rule in TABLE.items()}


def test_every_state_and_every_document_is_documented():
    text = section("### An application")
    assert set(STATES) | set(DOCUMENT_KINDS) | set(MEANS) | set(APPLICANT_ROLES) <= set(codes(text))


PATHS = ["courtrooms", "cases", "calendar", "policies", "destructions"]


@pytest.mark.parametrize("path", PATHS)
async def test_what_a_court_keeps_is_not_for_another(office, path):
    assert (await office.get("There", f"/office/courts/{office.court}/{path}"))[0] == 403
    if path != "destructions":
        assert (await office.post("There", f"/office/courts/{office.court}/{path}", version=0))[0] == 403


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/office/courts/{}/cases", ["after"]),
        ("/office/courts/{}/courtrooms", ["after"]),
        ("/office/courts/{}/hearings", ["search"]),
        ("/office/applications", ["after", "state"]),
        ("/documents", ["after", "about"]),
        ("/admin/courts/{}/staff", ["search"]),
        ("/admin/courts/{}/events", ["staff", "before"]),
        ("/feed/hearings", ["since"]),
    ],
)
async def test_what_no_database_can_look_for_is_a_bad_request(office, path, names):
    url = path.format(office.other)
    for name in names:
        status, answer = await office.get("There", f"{url}?{name}=a%00b")
        assert (status, answer["params"]) == (400, {"field": name})


async def test_another_courts_courtroom_is_not_there(office):
    room = await office.room()
    path = f"/office/courts/{office.other}/courtrooms/{room}"
    assert (await office.post("There", path, act="withdraw", version=1, data={"reason": "r"}))[0] == 404


async def test_a_courtroom_is_changed_by_whoever_saw_it_as_it_is(office):
    path = f"/office/courts/{office.court}/courtrooms/{await office.room()}"
    data = {"equipment": ["camera"], "endpoints": [], "reason": "repair"}
    assert await office.post("organiser", path, act="equip", version=1, data=data) == (200, {"version": 2})
    assert (await office.post("administrator", path, act="withdraw", version=1, data=data))[1]["code"] == "changed"
    (room,) = (await office.get("judge", f"/office/courts/{office.court}/courtrooms"))[1]["courtrooms"]
    assert (room["number"], room["equipped"]) == ("3", False)


async def test_a_number_is_given_to_one_courtroom_of_a_court(office):
    await office.room()
    path = f"/office/courts/{office.court}/courtrooms"
    assert (await office.post("organiser", path, number="3"))[1]["params"] == {"field": "number"}


async def test_an_administrator_edits_the_calendar_and_terms_follow(office):
    path = f"/office/courts/{office.court}/calendar"
    application, _ = await office.applied()
    await office.act("judge", application, "grant", 1)
    _, before = await office.get("judge", f"/office/applications/{application}")
    edit = {"day": before["due"], "kind": "off", "name": "Elections", "reason": "decree"}
    assert (await office.post("clerk", path, version=0, **edit))[0] == 403
    assert (await office.post("administrator", path, version=0, **edit))[0] == 200
    assert (await office.post("administrator", path, version=0, **edit))[1]["code"] == "changed"
    other, _ = await office.applied()
    await office.act("judge", other, "grant", 1)
    assert (await office.get("judge", f"/office/applications/{other}"))[1]["due"] > before["due"]
    (entry,) = (await office.get("judge", path))[1]["history"]
    assert (entry["name"], entry["reason"]) == ("Elections", "decree")


async def test_a_policy_has_its_history(office):
    path = f"/office/courts/{office.court}/policies"
    change = {"name": "auto_adjourn", "value": True, "reason": "order"}
    assert (await office.post("administrator", path, version=0, **change))[0] == 200
    _, kept = await office.get("judge", path)
    assert kept["policies"]["auto_adjourn"] is True
    assert [(entry["name"], entry["reason"]) for entry in kept["history"]] == [("auto_adjourn", "order")]


async def test_a_case_is_kept_by_judge_and_clerk(office):
    path = f"/office/courts/{office.court}/cases"
    assert (await office.post("organiser", path, number="7-1", title="A v. B"))[0] == 403
    status, made = await office.post("clerk", path, number="7-1", title="A v. B")
    assert status == 201
    done = await office.post("clerk", f"{path}/{made['case']}", act="close", version=1, data={"reason": "decided"})
    assert done == (200, {"version": 2})


async def test_a_case_tells_who_changed_it_when_and_why(office):
    path = f"/office/courts/{office.court}/cases"
    case = (await office.post("clerk", path, number="7-1", title="A v. B"))[1]["case"]
    await office.post("clerk", path, number="7-3", title="C v. D")
    data = {"number": "7-3", "title": "A v. B", "judge": "Ahmetova", "reason": "misread"}
    taken = await office.post("judge", f"{path}/{case}", act="amend", version=1, data=data)
    assert (taken[0], taken[1]["params"]) == (400, {"field": "number"})
    await office.post("judge", f"{path}/{case}", act="amend", version=1, data=data | {"number": "7-2"})
    _, found = await office.get("organiser", f"{path}/{case}")
    assert (found["number"], found["judge"]) == ("7-2", "Ahmetova")
    told = [(entry["what"], entry["who"], entry.get("reason")) for entry in found["history"]]
    assert told == [("registered", "Clerk Serikov", None), ("amended", "Judge Ahmetova", "misread")]
    assert (await office.get("There", f"/office/courts/{office.other}/cases/{case}"))[0] == 404


async def test_anybody_may_know_to_which_courts_one_applies(office):
    response = await office.http.get("/api/v1/courts")
    names = [court["name"] for court in (await response.json())["courts"]]
    assert sorted(names) == ["The court", "The other court"]


@pytest.mark.parametrize("path", ["/office/applications", "/office/applications/x", "/office/courts/x/policies"])
async def test_without_a_token_nothing_is_shown(office, path):
    assert (await office.http.get(f"/api/v1{path}")).status == 401


async def test_the_photo_of_the_application_is_the_one_beside_the_live_face(office, vault):
    application, _ = await office.until_feasible()
    await office.act("clerk", application, "schedule", 4, room=await office.room())
    hearing = (await office.get("judge", f"/office/applications/{application}"))[1]["appointment"]["hearing"]
    seat = await office.store.seat(hearing, "party-1")
    assert vault.read(seat.photo) == (JPEG, "image/jpeg")
