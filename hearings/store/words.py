"""Code words and passwords: made, normalised, hashed with Argon2id (RFC 9106) and verified.

A **code word** is read aloud over the phone and typed on any keyboard. It is compared after `normal_word`: Unicode
NFKC, case folded, Cyrillic letters turned into the Latin ones of the same sound, everything but letters and digits
dropped. So ``Bakidu-motela-47``, ``bakidu motela 47`` and ``бакиду мотела 47`` are one word. A **password** is
compared after `normal_password`: Unicode NFC, without space at its ends; nothing else changes.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from functools import partial
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from hearings.problems import Refused

# Apart over a bad phone line, and each one letter in Latin and in Cyrillic.
_CONSONANTS: Final = "bdgklmnprstvz"
_VOWELS: Final = "aeiou"
_DIGITS: Final = "23456789"
_SOUNDS: Final = str.maketrans(dict(zip("абвгдезийклмнопрстуфэ", "abvgdeziiklmnoprstufe", strict=True)))
LONGEST: Final = 200
"""Characters of a word or password, at most."""

T = TypeVar("T")
Choice = Callable[[Sequence[str]], str]
Normal = Callable[[str], str]


def code_word(choice: Choice = secrets.choice) -> str:
    """Such as ``bakidu-motela-47``: six syllables of 65 and two digits of 8, 42 bits."""
    syllables = [choice(_CONSONANTS) + choice(_VOWELS) for _ in range(6)]
    return f"{''.join(syllables[:3])}-{''.join(syllables[3:])}-{choice(_DIGITS)}{choice(_DIGITS)}"


def password(choice: Choice = secrets.choice) -> str:
    """Such as ``bakidu-motela-sonavi-pogedu``: twelve syllables, 72 bits, for staff."""
    groups = ["".join(choice(_CONSONANTS) + choice(_VOWELS) for _ in range(3)) for _ in range(4)]
    return "-".join(groups)


def normal_word(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold().translate(_SOUNDS)
    return "".join(letter for letter in folded if letter.isalnum())


def normal_password(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


class Words:
    """Hashes and verifies in ``executor``, never on the event loop; ``normal`` is `normal_word` or `normal_password`.

    Verifying costs the same whether there is a hash or not, so that an answer's time tells nothing about what exists.
    """

    def __init__(self, executor: Executor, hasher: PasswordHasher | None = None) -> None:
        self._executor = executor
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        # Made with the same parameters as the real ones, of a word that nobody knows.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def hash(self, typed: str, normal: Normal = normal_word) -> str:
        """The hash to keep. Raises `Refused` on an empty or overlong word."""
        word = normal(typed)
        if not word or len(typed) > LONGEST:
            raise Refused("bad-request", field="word")
        return await self._run(partial(self._hasher.hash, word))

    async def verify(self, stored: str | None, typed: str, normal: Normal = normal_word) -> bool:
        """Whether it is the word of the hash; with None the same work is done, and the answer is False."""
        job = partial(_verify, self._hasher, stored or self._nobody, normal(typed[:LONGEST]))
        right = await self._run(job)
        return right and stored is not None and len(typed) <= LONGEST

    async def _run(self, job: Callable[[], T]) -> T:
        """Once more where a worker was killed meanwhile, which is nobody's wrong word."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, job)
        except BrokenExecutor:
            return await loop.run_in_executor(self._executor, job)


def _verify(hasher: PasswordHasher, stored: str, word: str) -> bool:
    try:
        return hasher.verify(stored, word)
    except (VerificationError, InvalidHashError):
        return False
