from __future__ import annotations

from structlog.testing import capture_logs

from tests.signaling.conftest import WORDS


async def test_no_name_word_token_address_or_reason_is_ever_logged(court):
    with capture_logs() as logs:
        judge = await court.opened(start=True)
        await court.try_word(word="a wrong word")
        party = await court.admitted(judge)
        await party.connect()
        await party.request("publish", sdp="v=0 secret-fingerprint")
        await party.request("publish", sdp="nonsense")
        await party.request("dance")
        await judge.act("remove", seat="party-1", reason="Disorder in court")
        await party.expect("bye")
        await court.media.stop()
        await judge.connect()
    text = repr(logs)
    secrets = [WORDS["party-1"], "a wrong word", "a long password", judge.token, party.token, "Person of party-1",
               "Ahmetova", "Disorder", "127.0.0.1", "secret-fingerprint", "nonsense", "A v. B"]  # fmt: skip
    assert logs
    assert [secret for secret in secrets if secret in text] == []


async def test_our_own_mistake_is_logged_by_type_and_place_only(court, monkeypatch):
    async def fail(*_):
        raise RuntimeError("the word was bakidu-motela-47")

    monkeypatch.setattr(court.store, "entry", fail)
    with capture_logs() as logs:
        await court.try_word(word=WORDS["party-1"])
    (line,) = [one for one in logs if one["event"] == "request_failed"]
    assert line["error"] == "RuntimeError"
    assert "bakidu" not in repr(line)
