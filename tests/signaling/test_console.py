"""The technician's console: who may see it, what it shows, words to participants, alerts (Rules ¶27)."""

from __future__ import annotations

import pytest

from hearings.staff_roles import STAFF_ROLES
from hearings.store.words import normal_password
from signaling.app import SITUATION
from signaling.situation import phase, today
from tests.signaling.conftest import NUMBER, Clock
from tests.signaling.document import examples

GOOD = {"kbps": 900.0, "audio_kbps": 40.0, "loss": 0.1, "jitter_ms": 5.0, "rtt_ms": 40.0, "layers": ["low"]}
LOSSY = {**GOOD, "loss": 20.0}
DOWN = {"kbps": 900.0, "loss": 0.0, "jitter_ms": 5.0, "rtt_ms": 40.0, "estimate_kbps": 4000.0, "layers": {}}


class Console:
    """A technician's requests, and the seconds that pass."""

    def __init__(self, court, token):
        self.court = court
        self.headers = {"Authorization": f"Bearer {token}"}
        self.clock = Clock(court.hub)
        self.situation = court.http.server.app[SITUATION]
        self.situation._read_at = None

    async def ask(self, method, path, **fields):
        response = await self.court.http.request(
            method, f"/api/v1/technician/{path}", headers=self.headers, **({"json": fields} if fields else {})
        )
        return response.status, await response.json()

    async def get(self, path="hearings"):
        status, answer = await self.ask("GET", path)
        assert status == 200, answer
        return answer

    async def one(self, span="minute"):
        return await self.get(f"hearings/{self.court.hearing}?span={span}")

    async def seconds(self, count, device, **links):
        """So many seconds with these figures; the device's `links` message says that the app has them."""
        for _ in range(count):
            self.clock.s += 1
            if links:
                self.court.media.emit("links", hearing=self.court.hearing, seats=links)
                await device.expect("links")
            await self.situation.second()


@pytest.fixture(autouse=True)
def no_second_passes_by_itself(monkeypatch):
    monkeypatch.setattr("signaling.situation.LOOK_S", 3600)


@pytest.fixture
async def console(court):
    return Console(court, await court.login("Technician Li"))


async def in_session(court):
    judge = await court.opened(start=True)
    party = await court.admitted(judge)
    await judge.connect()
    await party.connect()
    for device, seat in ((judge, "judge"), (party, "party-1")):
        court.media.emit(
            "connection", hearing=court.hearing, seat=seat, direction="publish", state="connected",
            connection=f"{(await court.seat(seat)).attendance}.1",
        )  # fmt: skip
        await device.expect("hearing", lambda m, seat=seat: any(
            one["seat"] == seat and one["connected"] for one in m["hearing"]["seats"]))  # fmt: skip
    return judge, party


@pytest.mark.parametrize("role", sorted({*STAFF_ROLES} - {"technician"}))
async def test_no_other_role_sees_any_of_it(court, role):
    password = await court.words.hash("a long password", normal_password)
    await court.store.add_staff(await court.store.ensure_court("The court"), "Somebody", password, [role])
    headers = {"Authorization": f"Bearer {await court.login('Somebody')}"}
    for method, path in (
        ("GET", "links"), ("GET", "hearings"), ("GET", f"hearings/{court.hearing}"),
        ("POST", f"hearings/{court.hearing}/message"), ("POST", "alerts/one/take"), ("POST", "alerts/one/release"),
    ):  # fmt: skip
        response = await court.http.request(method, f"/api/v1/technician/{path}", json={"text": "a"}, headers=headers)
        assert (response.status, (await response.json())["code"]) == (403, "not-permitted"), path


@pytest.mark.parametrize("seat", ["judge", "technician"])
async def test_a_seat_in_the_hearing_opens_no_console(court, seat):
    device = await court.staff(seat)
    for path in ("hearings", f"hearings/{court.hearing}"):
        response = await court.http.get(f"/api/v1/technician/{path}", headers=device.headers)
        assert (response.status, (await response.json())["code"]) == (403, "not-permitted")


async def test_another_courts_technician_sees_nothing_of_it(court, console):
    elsewhere = await court.store.ensure_court("Another court")
    password = await court.words.hash("a long password", normal_password)
    await court.store.add_staff(elsewhere, "Technician Kim", password, ["technician"])
    _, party = await in_session(court)
    await console.seconds(13, party, **{"party-1": {"up": LOSSY, "down": DOWN}})
    (alert,) = (await console.get())["alerts"]
    theirs = Console(court, await court.login("Technician Kim"))
    assert ((await theirs.get())["hearings"], (await theirs.get())["alerts"]) == ([], [])
    for method, path in (
        ("GET", f"hearings/{court.hearing}"), ("POST", f"hearings/{court.hearing}/message"),
        ("POST", f"alerts/{alert['alert']}/take"), ("POST", f"alerts/{alert['alert']}/release"),
    ):  # fmt: skip
        status, problem = await theirs.ask(method, path, text="Hello")
        assert (status, problem["code"]) == (404, "not-found"), path


async def test_a_bad_uplink_is_told_with_its_cause_and_raises_an_alert_after_ten_seconds(court, console):
    _, party = await in_session(court)
    fine = {"judge": {"up": GOOD, "down": DOWN}}
    await console.seconds(2, party, **fine, **{"party-1": {"up": LOSSY, "down": DOWN}})
    (standing,) = (await console.get())["hearings"]
    assert (standing["phase"], standing["verdict"], standing["cause"], standing["bad"]) == (
        "running",
        "bad",
        "loss-up",
        1,
    )
    assert set(standing) == set(examples("### The console")[0])
    assert (await console.get())["alerts"] == []
    await console.seconds(10, party, **fine, **{"party-1": {"up": LOSSY, "down": DOWN}})
    (alert,) = (await console.get())["alerts"]
    assert {name: alert[name] for name in ("kind", "seat", "direction", "cause", "taken")} == {
        "kind": "link", "seat": "party-1", "direction": "up", "cause": "loss-up", "taken": None,
    }  # fmt: skip
    await console.seconds(41, party, **fine, **{"party-1": {"up": GOOD, "down": DOWN}})
    assert (await console.get())["alerts"][0]["ended"] is not None


async def test_participant_and_court_are_told_the_consoles_verdict_and_what_lasts(court, console):
    judge, party = await in_session(court)
    necessary = (await court.seat("party-1")).necessary

    async def after(seconds, device):
        for _ in range(seconds):
            console.clock.s += 1
            court.media.emit("links", hearing=court.hearing, seats={"party-1": {"up": LOSSY, "down": DOWN}})
            told = (await device.expect("links"))["seats"]["party-1"]
        assert told["down"]["verdict"] == "good"
        return told["up"]["verdict"], told["up"]["cause"], told["up"]["lasting"], told["up"]["adjourn"]

    assert (await after(1, party))[0] == "good"  # one second alone is no verdict
    assert await after(1, party) == ("bad", "loss-up", False, False)
    assert await after(10, party) == ("bad", "loss-up", True, False)
    assert await after(20, party) == ("bad", "loss-up", True, necessary)
    assert (await after(32, judge))[1:3] == ("loss-up", True)


async def test_a_hearing_shows_each_seat_the_worst_first_with_its_last_minute_and_no_name(court, console):
    _, party = await in_session(court)
    seats = {"judge": {"up": GOOD, "down": DOWN}, "party-1": {"up": LOSSY, "down": DOWN}}
    await console.seconds(3, party, **seats)
    answer = await console.one()
    assert [(one["seat"], one["up"]["verdict"]) for one in answer["seats"]] == [("party-1", "bad"), ("judge", "good")]
    series = answer["seats"][0]["up"]["series"]
    assert (series["loss"], series["level"]) == ([20.0] * 3, [0, 2, 2])
    assert answer["seats"][0]["up"]["since_s"] == 0
    whole = (await console.one("whole"))["seats"][0]["up"]["series"]
    assert whole["kbps"] == {"min": [900] * 3, "mean": [900] * 3, "max": [900] * 3}
    assert "Person" not in str(answer)
    assert "Ahmetova" not in str(answer)
    status, problem = await console.ask("GET", f"hearings/{court.hearing}?span=year")
    assert (status, problem["params"]["field"]) == (400, "span")


async def test_who_is_gone_from_the_network_is_away_and_raises_an_alert(court, console):
    judge, party = await in_session(court)
    seats = {"judge": {"up": GOOD, "down": DOWN}, "party-1": {"up": GOOD, "down": DOWN}}
    await console.seconds(2, judge, **seats)
    name = f"{(await court.seat('party-1')).attendance}.1"
    court.media.emit(
        "connection", hearing=court.hearing, seat="party-1", direction="publish", connection=name, state="lost"
    )
    await judge.expect("hearing")
    await party.drop()
    await console.seconds(18, judge, judge=seats["judge"])
    (seat,) = [one for one in (await console.one())["seats"] if one["seat"] == "party-1"]
    assert (seat["up"]["cause"], seat["down"]["cause"], seat["tried"]["interruptions"]) == ("away", "away", 1)
    assert seat["silent_s"] >= 15
    assert [(one["kind"], one["seat"]) for one in (await console.get())["alerts"]] == [("lost", "party-1")]


async def test_who_has_a_seat_and_never_any_media_is_called_silent(court, console):
    judge, _ = await in_session(court)
    fine = {"judge": {"up": GOOD, "down": DOWN}}
    await console.seconds(11, judge, **fine)
    assert (await console.get())["hearings"][0]["verdict"] == "good"
    await console.seconds(14, judge, **fine)
    (seat,) = [one for one in (await console.one())["seats"] if one["seat"] == "party-1"]
    assert (seat["up"], seat["down"]["cause"]) == (None, "silent")
    assert [(one["kind"], one["seat"]) for one in (await console.get())["alerts"]] == [("link", "party-1")]


async def test_while_media_is_down_no_link_is_to_blame(court, console):
    judge, _ = await in_session(court)
    seats = {"judge": {"up": GOOD, "down": DOWN}, "party-1": {"up": GOOD, "down": DOWN}}
    await console.seconds(2, judge, **seats)
    await court.media.stop()
    await judge.expect("media", lambda m: m["state"] == "down")
    await console.seconds(20, judge)
    answer = await console.get()
    assert (answer["media"], answer["hearings"][0]["verdict"], answer["alerts"]) == (False, "good", [])


async def test_who_is_shut_out_of_a_closed_session_is_not_called_away(court, console):
    judge, party = await in_session(court)
    seats = {"judge": {"up": GOOD, "down": DOWN}, "party-1": {"up": GOOD, "down": DOWN}}
    await console.seconds(2, judge, **seats)
    assert (await judge.act("close_session", reason="A trade secret"))[0] == 200
    await party.expect("hearing", lambda m: m["hearing"]["state"] == "closed_session")
    await console.seconds(20, judge, judge=seats["judge"])
    assert ([one["seat"] for one in (await console.one())["seats"]], (await console.get())["alerts"]) == (["judge"], [])


async def test_a_camera_that_rests_and_a_picture_that_is_paused_are_named(court, console):
    judge, party = await in_session(court)
    await party.send("device", microphone="on", camera="resting")
    await judge.expect("devices")
    down = {**DOWN, "layers": {"judge": "paused"}, "redundancy": 2}
    await console.seconds(1, party, **{"party-1": {"up": GOOD, "down": down}})
    (seat,) = [one for one in (await console.one())["seats"] if one["seat"] == "party-1"]
    assert (seat["up"]["cause"], seat["down"]["cause"]) == ("resting", "resting")
    tried = seat["tried"]
    assert (tried["resting"], tried["paused"], tried["redundancy"]) == (True, ["judge"], 2)


@pytest.mark.parametrize(
    ("limited", "high", "cause"),
    [("bandwidth", True, "narrow-up"), ("none", True, "none"), ("bandwidth", False, "none")],
)
async def test_an_uplink_is_narrow_only_where_it_and_not_the_others_limit_it(court, console, limited, high, cause):
    _, party = await in_session(court)
    name = f"{(await court.seat('party-1')).attendance}.1"
    court.media.emit("layers", hearing=court.hearing, seat="party-1", connection=name, high=high)
    await party.expect("layers")
    seats = {"party-1": {"up": {**GOOD, "kbps": 300.0}, "down": DOWN}}
    await console.seconds(6, party, **seats)
    await party.send("report", up={"connection": name, "kbps": 300, "layers": [{"limited": limited}], "way": "relay"})
    await court.media.wait_for("report")
    await console.seconds(1, party, **seats)
    (seat,) = [one for one in (await console.one())["seats"] if one["seat"] == "party-1"]
    assert (seat["up"]["cause"], seat["tried"]["relay"], seat["tried"]["upper_off"]) == (cause, True, not high)


async def test_an_uplink_whose_upper_layer_is_wanted_again_is_not_called_narrow_while_it_rises(court, console):
    _, party = await in_session(court)
    name = f"{(await court.seat('party-1')).attendance}.1"
    seats = {"party-1": {"up": {**GOOD, "kbps": 300.0}, "down": DOWN}}
    causes = []
    for high, seconds in ((False, 6), (True, 7)):
        court.media.emit("layers", hearing=court.hearing, seat="party-1", connection=name, high=high)
        await party.expect("layers")
        for _ in range(seconds):
            await party.send("report", up={"connection": name, "kbps": 300, "layers": [{"limited": "bandwidth"}]})
            await court.media.wait_for("report")
            await console.seconds(1, party, **seats)
            (seat,) = [one for one in (await console.one())["seats"] if one["seat"] == "party-1"]
            causes.append(seat["up"]["cause"])
    assert (set(causes[:10]), causes[-1]) == ({"none"}, "narrow-up")


@pytest.mark.parametrize("direction", ["publish", "subscribe"])
async def test_a_connection_that_was_just_made_anew_is_not_called_narrow(court, console, direction):
    _, party = await in_session(court)
    name = f"{(await court.seat('party-1')).attendance}.1"
    down = {**DOWN, "estimate_kbps": 300.0}
    seats = {"party-1": {"up": {**GOOD, "kbps": 300.0}, "down": down if direction == "subscribe" else DOWN}}
    await console.seconds(6, party, **{"party-1": {"up": GOOD, "down": DOWN}})
    court.media.emit(
        "connection", hearing=court.hearing, seat="party-1", direction=direction, state="connected", connection=name
    )
    if direction == "publish":
        await party.send("report", up={"connection": name, "kbps": 300, "layers": [{"limited": "bandwidth"}]})
        await court.media.wait_for("report")
    causes = []
    for _ in range(7):
        await console.seconds(1, party, **seats)
        (seat,) = [one for one in (await console.one())["seats"] if one["seat"] == "party-1"]
        causes.append(seat["up" if direction == "publish" else "down"]["cause"])
    narrow = f"narrow-{'up' if direction == 'publish' else 'down'}"
    assert narrow not in causes[:5]
    assert direction == "publish" or narrow in causes


async def test_words_reach_the_participant_quietly_are_kept_and_called_understood(court, console):
    _, party = await in_session(court)
    status, answer = await console.ask(
        "POST", f"hearings/{court.hearing}/message", text=" Move closer to the router. ", to="party-1"
    )
    assert status == 200
    told = await party.expect("message")
    assert (told["role"], told["text"], told["message"]) == (
        "technician",
        "Move closer to the router.",
        answer["version"],
    )
    kept = (await court.store.events_after(court.hearing, answer["version"] - 1))[0].event
    assert (kept.kind, kept.data["to"], kept.data["role"]) == ("message_sent", "party-1", "technician")
    await party.send("understood", message=told["message"])
    await party.send("ping")
    await party.expect("pong")
    (note,) = (await console.one())["messages"]
    assert (note["text"], list(note["read"])) == ("Move closer to the router.", ["party-1"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": ""}, (400, "bad-request")), ({"text": "x" * 501}, (400, "bad-request")), ({}, (400, "bad-request")),
        ({"text": "a", "to": "nobody"}, (404, "not-found")), ({"text": "a", "to": "party-2"}, (409, "changed")),
        ({"text": "a", "to": 7}, (400, "bad-request")),
    ],
)  # fmt: skip
async def test_words_to_nobody_or_none_are_refused(court, console, fields, expected):
    await in_session(court)
    status, problem = await console.ask("POST", f"hearings/{court.hearing}/message", **(fields or {"other": 1}))
    assert (status, problem["code"]) == expected


async def test_a_device_that_only_claims_the_seat_says_nothing_of_it(court, console):
    await in_session(court)
    _, answer = await console.ask("POST", f"hearings/{court.hearing}/message", text="Hello", to="party-1")
    second = await court.enter()
    await second.connect()
    name = f"{(await court.seat('party-1')).claim}.1"
    await second.send("report", up={"connection": name, "layers": [{"limited": "bandwidth"}], "way": "relay"})
    await court.media.wait_for("report")
    await second.send("understood", message=answer["version"])
    await second.send("ping")
    await second.expect("pong")
    (room,) = court.hub.rooms()
    watch = room.watch.seat("party-1")
    assert (watch.limited_at, watch.tried.relay, room.watch.notes[0].read) == (None, None, {})


async def test_more_than_ten_messages_a_minute_are_too_many(court, console):
    await in_session(court)
    answers = [await console.ask("POST", f"hearings/{court.hearing}/message", text="Hello") for _ in range(11)]
    assert [status for status, _ in answers] == [200] * 10 + [429]
    console.clock.s += 60
    assert (await console.ask("POST", f"hearings/{court.hearing}/message", text="Hello"))[0] == 200


async def test_an_alert_is_taken_by_one_and_given_back(court, console):
    _, party = await in_session(court)
    await console.seconds(13, party, **{"party-1": {"up": LOSSY, "down": DOWN}})
    (alert,) = (await console.get())["alerts"]
    status, taken = await console.ask("POST", f"alerts/{alert['alert']}/take")
    assert (status, taken["taken"]["name"], taken["taken"]["you"]) == (200, "Technician Li", True)
    assert (await console.get())["hearings"][0]["untaken"] == 0
    status, back = await console.ask("POST", f"alerts/{alert['alert']}/release")
    assert (status, back["taken"]) == (200, None)
    assert (await console.ask("POST", "alerts/none/take"))[0] == 404


async def test_a_hearing_that_has_not_begun_is_late(court, console):
    court.media.emit(
        "recording", hearing=court.hearing, on=True, seats=[], seconds={}, received_seconds={}, failed=None
    )
    await console.situation.second()
    answer = await console.get()
    assert answer["hearings"] == []  # it is neither today's nor has anybody come
    await court.opened()
    await console.situation.second()
    (standing,) = (await console.get())["hearings"]
    assert (standing["number"], standing["phase"]) == (NUMBER, "late")
    assert [one["kind"] for one in (await console.get())["alerts"]] == ["late"]
    assert (await console.get())["counts"]["late"] == 1


async def test_a_recording_that_failed_is_told_at_once(court, console):
    judge, _ = await in_session(court)
    court.media.emit(
        "recording", hearing=court.hearing, on=True, seats=["judge"], seconds={"judge": 3.0},
        received_seconds={"judge": 10.0}, failed="disk-full",
    )  # fmt: skip
    await judge.expect("hearing", lambda m: m["hearing"]["recording"]["failed"])
    await console.situation.second()
    answer = await console.get()
    assert (answer["hearings"][0]["phase"], answer["alerts"][0]["kind"], answer["alerts"][0]["cause"]) == (
        "failed", "recording", "disk-full",
    )  # fmt: skip
    assert console.situation.recording_gap_s() == 7.0


async def test_figures_that_stop_are_told_as_old(court, console):
    _, party = await in_session(court)
    await console.seconds(2, party, **{"party-1": {"up": GOOD, "down": DOWN}})
    await console.seconds(5, party)
    assert (await console.one())["stale_s"] == 5.0


@pytest.mark.parametrize(
    ("state", "scheduled", "failed", "expected"),
    [
        ("in_session", "2026-01-01", True, "failed"), ("recess", "2026-01-01", False, "paused"),
        ("ready", "2026-01-03", False, "coming"), ("ready", "2026-01-01", False, "late"),
        ("test_session", "2026-01-03", True, "coming"), ("concluded", "2026-01-01", True, "over"),
    ],
)  # fmt: skip
def test_how_a_hearing_stands(state, scheduled, failed, expected):
    assert phase(state, f"{scheduled}T09:00:00.000Z", "2026-01-02T09:00:00.000Z", failed) == expected


def test_today_is_the_courts_day():
    assert today(0.0) == ("1969-12-31T19:00:00.000Z", "1970-01-01T19:00:00.000Z")
