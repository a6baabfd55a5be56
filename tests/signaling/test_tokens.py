from __future__ import annotations

import stat

import jwt
import pytest

from signaling.problems import Problem
from signaling.tokens import Token, Tokens, load_keys

KEY = b"k" * 32
NOW = 1_800_000_000.0


def code(text, now=NOW, keys=(KEY,)):
    with pytest.raises(Problem) as caught:
        Tokens(list(keys)).read(text, now)
    return caught.value.code


def test_a_token_says_what_it_was_issued_for():
    text = Tokens([KEY], 300).issue("seat", "session-1", "attendance-1", NOW)
    assert Tokens([KEY]).read(text, NOW + 299) == Token("seat", "session-1", "attendance-1", NOW + 300)


def test_a_token_expires_by_the_callers_clock():
    text = Tokens([KEY], 300).issue("seat", "session-1", "attendance-1", NOW)
    assert code(text, NOW + 300) == "token-expired"


def test_a_token_signed_by_another_key_is_not_ours():
    assert code(Tokens([b"x" * 32]).issue("seat", "s", "a", NOW)) == "token-revoked"


@pytest.mark.parametrize("claims", [{}, {"iss": "courtroom", "kind": "seat", "sid": "s", "sub": "a"}])
def test_a_token_without_all_its_claims_is_not_ours(claims):
    assert code(jwt.encode(claims, KEY, algorithm="HS256")) == "token-revoked"


def test_an_unsigned_token_is_not_ours():
    claims = {"iss": "courtroom", "kind": "seat", "sid": "s", "sub": "a", "exp": int(NOW) + 300}
    assert code(jwt.encode(claims, "", algorithm="none")) == "token-revoked"


def test_after_a_turn_of_keys_older_tokens_are_still_believed():
    older = Tokens([KEY]).issue("staff", "s", "a", NOW)
    assert Tokens([b"n" * 32, KEY]).read(older, NOW).kind == "staff"


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "token.key"
    keys = load_keys(path)
    assert load_keys(path) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_kill_while_the_key_is_made_leaves_no_half_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        load_keys(tmp_path / "token.key")
    assert not (tmp_path / "token.key").exists()


def test_a_short_key_is_refused():
    with pytest.raises(ValueError):
        Tokens([b"short"])
