from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from signaling.relays import Relays, load_secret

CONF = Path(__file__).parents[2] / "deploy" / "coturn.conf"
SECRET = "0123456789abcdef" * 4
URLS = ("turn:turn.court.example:3478", "turns:turn.court.example:443?transport=tcp")
RELAYS = Relays(URLS, SECRET, 600)


def test_the_password_is_what_the_relay_makes_of_the_name_with_the_same_secret():
    (server,) = RELAYS.servers("hearing", "party-1", 1_000_000.9)
    ends, _, user = server["username"].partition(":")
    assert int(ends) == 1_000_600
    assert user.isalnum()
    digest = hmac.new(SECRET.encode(), server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == digest
    assert server["urls"] == list(URLS)


def test_the_name_is_the_same_for_a_seat_each_time_and_another_for_another():
    def name(hearing, seat, now=0.0):
        return RELAYS.servers(hearing, seat, now)[0]["username"].partition(":")[2]

    assert name("h", "party-1") == name("h", "party-1", 500.0)
    assert len({name("h", "party-1"), name("h", "party-2"), name("g", "party-1")}) == 3


def test_the_secret_does_not_show():
    assert SECRET not in repr(RELAYS)


@pytest.mark.parametrize("text", ["", "\n", "short", "a b" * 20, f"{SECRET}\nshort", "ұзын" * 20])
def test_a_secret_that_the_relay_would_read_otherwise_is_refused(tmp_path, text):
    file = tmp_path / "turn.key"
    file.write_text(text)
    with pytest.raises(ValueError):
        load_secret(file)


def test_the_first_secret_counts(tmp_path):
    file = tmp_path / "turn.key"
    file.write_text(f"\n{SECRET}\n{'f' * 64}\n")
    assert load_secret(file) == SECRET


async def test_who_may_have_media_gets_credentials_and_they_are_in_no_log(start):
    court = await start(relays=RELAYS)
    with capture_logs() as logs:
        judge = await court.opened()
        assert (await judge.connect())["relays"] is True
        answer = await judge.request("relays")
        party = await court.enter()
        await party.connect()
        waiting = await party.request("relays")
    assert answer["expires_in"] == 600
    ((one,), (other,)) = answer["servers"], waiting["servers"]
    assert one["urls"] == list(URLS)
    assert one["username"] != other["username"]
    assert [word for word in (SECRET, one["credential"], other["credential"]) if word in repr(logs)] == []


async def test_who_may_have_no_media_gets_none(start):
    court = await start(relays=RELAYS)
    judge = await court.opened(start=True)
    party = await court.admitted(judge)
    await party.connect()
    claiming = await court.enter()
    await claiming.connect()
    assert (await claiming.request("relays"))["problem"]["code"] == "not-permitted"
    await judge.act("close_session", reason="The ruling")
    assert (await party.request("relays"))["problem"]["code"] == "closed-session"


async def test_without_a_relay_there_are_none(court):
    judge = await court.opened()
    assert (await judge.connect())["relays"] is False
    assert (await judge.request("relays"))["servers"] == []


def test_the_shipped_relay_reaches_one_address_and_serves_nobody_without_credentials():
    lines = [line for line in CONF.read_text().splitlines() if line and not line.startswith("#")]
    needed = {
        "use-auth-secret",
        "denied-peer-ip=0.0.0.0-255.255.255.255",
        "no-tcp-relay",
        "no-multicast-peers",
        "no-cli",
    }
    assert needed <= set(lines)
    assert len([line for line in lines if line.startswith("denied-peer-ip=::")]) == 1
    assert len([line for line in lines if line.startswith("allowed-peer-ip=")]) == 1
    assert not {"allow-loopback-peers", "no-auth", "server-relay", "verbose", "Verbose"} & set(lines)
