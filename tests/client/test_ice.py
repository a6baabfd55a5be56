from __future__ import annotations

import itertools

from aioice import stun

from tests.client.ice import CONSENT_INTERVAL, CONSENT_TIMEOUT, ControllingAgent

OURS, THEIRS = ("ours", "our-password-of-some-length"), ("theirs", "their-password-of-some-length")
SOURCE = ("127.0.0.1", 4000)


def lite_answer(request: bytes, password: str = THEIRS[1]) -> bytes:
    message = stun.parse_message(request)
    response = stun.Message(message.message_method, stun.Class.RESPONSE, message.transaction_id)
    response.attributes["XOR-MAPPED-ADDRESS"] = SOURCE
    response.add_message_integrity(password.encode())
    return bytes(response)


def agent() -> ControllingAgent:
    return ControllingAgent(OURS, THEIRS)


def test_a_check_is_authenticated_with_the_servers_password_and_nominates():
    request = agent().poll(0.0)
    assert request is not None
    message = stun.parse_message(request)
    assert message.check_message_integrity(THEIRS[1].encode())
    assert message.attributes["USERNAME"] == "theirs:ours"
    assert {"USE-CANDIDATE", "ICE-CONTROLLING", "PRIORITY", "FINGERPRINT"} <= set(message.attributes)


def test_the_answer_nominates_the_pair_and_tells_the_round_trip():
    ours = agent()
    request = ours.poll(1.0)
    assert request is not None
    assert not ours.nominated
    assert ours.receive(lite_answer(request), SOURCE, 1.03) is None
    assert ours.nominated
    assert ours.round_trip is not None
    assert abs(ours.round_trip - 0.03) < 1e-9


def test_an_answer_with_another_password_is_nothing():
    ours = agent()
    request = ours.poll(0.0)
    assert request is not None
    ours.receive(lite_answer(request, "guessed"), SOURCE, 0.01)
    assert not ours.nominated


def test_an_answer_to_what_was_never_asked_is_nothing():
    ours, other = agent(), agent()
    request = other.poll(0.0)
    assert request is not None
    ours.receive(lite_answer(request), SOURCE, 0.01)
    assert not ours.nominated


def test_rubbish_that_looks_like_stun_is_nothing():
    ours = agent()
    assert ours.receive(b"\0\1\0\0" + bytes(20), SOURCE, 0.0) is None
    assert ours.receive(b"", SOURCE, 0.0) is None


def test_unanswered_checks_are_repeated_ever_more_slowly():
    ours, times, now = agent(), [], 0.0
    while now < 10:
        if ours.poll(now):
            times.append(now)
        now += 0.01
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert all(b >= a - 0.02 for a, b in itertools.pairwise(gaps))
    assert max(gaps) <= CONSENT_INTERVAL + 0.02


def test_consent_is_kept_fresh_and_lost_after_thirty_seconds_of_silence():
    ours = agent()
    request = ours.poll(0.0)
    assert request is not None
    ours.receive(lite_answer(request), SOURCE, 0.0)
    assert ours.poll(CONSENT_INTERVAL / 2) is None
    assert ours.poll(CONSENT_INTERVAL) is not None
    assert not ours.expired(CONSENT_TIMEOUT)
    assert ours.expired(CONSENT_TIMEOUT + 0.1)


def test_a_servers_own_check_is_answered_with_our_password():
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": "ours:theirs"})
    request.add_message_integrity(OURS[1].encode())
    answer = agent().receive(bytes(request), SOURCE, 0.0)
    assert answer is not None
    message = stun.parse_message(answer)
    assert message.message_class == stun.Class.RESPONSE
    assert message.attributes["XOR-MAPPED-ADDRESS"] == SOURCE
    assert message.check_message_integrity(OURS[1].encode())
