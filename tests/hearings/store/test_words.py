from __future__ import annotations

import math
import pickle
import random
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from hearings.problems import Refused
from hearings.store import words as module
from hearings.store.words import Words, code_word, normal_password, normal_word, password

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def words(executor: Executor) -> Words:
    return Words(executor, CHEAP)


@pytest.mark.parametrize(
    "typed", ["Bakidu-motela-47", "bakidumotela47", " BAKIDU MOTELA 47 ", "бакиду мотела 47", "bakidu–motela–４７"]
)
async def test_a_code_word_is_right_however_it_is_typed(words: Words, typed: str):
    assert await words.verify(await words.hash("bakidu-motela-47"), typed)


@pytest.mark.parametrize("typed", ["bakidu-motela-48", "", " - ", "bakidu-motela-47" + "-" * 300])
async def test_another_word_is_wrong(words: Words, typed: str):
    assert not await words.verify(await words.hash("bakidu-motela-47"), typed)


async def test_a_seat_that_is_not_there_costs_the_same_work(executor: Executor):
    hasher = Counting()
    words = Words(executor, hasher)
    stored = await words.hash("bakidu")
    for known in (stored, None):
        hasher.verified.clear()
        assert not await words.verify(known, "motela")
        assert [extract_parameters(seen) for seen in hasher.verified] == [extract_parameters(stored)]


async def test_nobody_enters_where_there_is_no_word(words: Words):
    words._nobody = CHEAP.hash("bakidu")
    assert not await words.verify(None, "bakidu")
    assert not await words.verify("not a hash", "bakidu")


@pytest.mark.parametrize("typed", ["", " - ", "x" * 201])
async def test_a_word_that_cannot_be_kept_is_refused(words: Words, typed: str):
    with pytest.raises(Refused):
        await words.hash(typed)


async def test_passwords_keep_their_case_and_hyphens(words: Words):
    stored = await words.hash("Tor-Elik", normal_password)
    assert await words.verify(stored, " Tor-Elik ", normal_password)
    assert not await words.verify(stored, "tor-elik", normal_password)


def test_the_hashes_are_argon2id_with_the_memory_that_the_rfc_asks_for(executor: Executor):
    parameters = extract_parameters(Words(executor)._nobody)
    assert (parameters.type, parameters.memory_cost, parameters.time_cost) == (Type.ID, 64 * 1024, 3)


def test_verifying_can_be_sent_to_another_process():
    verify = pickle.loads(pickle.dumps(module._verify))
    assert verify(pickle.loads(pickle.dumps(CHEAP)), CHEAP.hash("bakidu"), "bakidu")


@given(st.integers())
def test_words_are_easy_to_say_and_stay_what_they_are_when_normalised(seed: int):
    chance = random.Random(seed)
    for made, pattern in ((code_word(chance.choice), 14), (password(chance.choice), 24)):
        assert normal_word(made) == made.replace("-", "")
        assert len(normal_word(made)) == pattern
        assert made.isascii()


def test_a_code_word_has_at_least_40_bits_and_a_password_72():
    syllable = len(set(module._CONSONANTS)) * len(set(module._VOWELS))
    assert 6 * math.log2(syllable) + 2 * math.log2(len(set(module._DIGITS))) >= 40
    assert 12 * math.log2(syllable) >= 72


def test_words_come_from_the_operating_systems_randomness():
    assert len({code_word() for _ in range(100)}) == 100


class Counting(PasswordHasher):
    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.verified.append(str(hash))
        return super().verify(hash, password)
