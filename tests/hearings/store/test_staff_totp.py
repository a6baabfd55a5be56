"""Codes of the second factor: RFC 6238's own values, one step of drift, each code once."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.store.staff_totp import (
    PERIOD_S,
    matching_step,
    new_secret,
    recovery_codes,
    recovery_hash,
    uri,
)

SECRET = base64.b32encode(b"12345678901234567890").decode()


# RFC 6238, Appendix B, SHA-1, the last six of the eight digits.
@pytest.mark.parametrize(
    ("now", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_codes_are_those_of_the_standard(now: int, code: str):
    assert matching_step(SECRET, code, now, 0) == now // PERIOD_S


@pytest.mark.parametrize(("late", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(late: int, good: bool):
    assert (matching_step(SECRET, "081804", 1111111109 + late, 0) is not None) == good


def test_a_code_is_good_once():
    step = matching_step(SECRET, "287082", 59, 0)
    assert step == 1
    assert matching_step(SECRET, "287082", 59, step) is None


@given(st.text(max_size=12))
def test_nothing_but_six_digits_is_a_code(typed: str):
    step = matching_step(SECRET, typed, 59, 0)
    assert step is None or len("".join(typed.split())) == 6


def test_a_secret_is_as_long_as_the_hash():
    assert len(base64.b32decode(new_secret())) == 20


def test_an_authenticator_reads_whose_it_is():
    assert uri(SECRET, "A clerk", "Courtroom").startswith("otpauth://totp/Courtroom:A%20clerk?secret=" + SECRET)


def test_there_are_ten_recovery_codes_of_120_bits():
    codes = recovery_codes()
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {24}


def test_a_recovery_code_is_one_persons_however_it_is_typed():
    assert recovery_hash("a", "ABCD efgh") == recovery_hash("a", "abcd-efgh")
    assert recovery_hash("a", "abcd-efgh") != recovery_hash("b", "abcd-efgh")
