"""One-time codes of a second factor (RFC 6238) and the recovery codes beside them. Pure: time and randomness are
arguments."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Final

import pyotp

PERIOD_S: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps before and after the present one that count too (RFC 6238 §5.2)."""
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
"""As long as the HMAC's output (RFC 4226 §4, R6)."""
# A secret that is only looked up needs 112 bits to be kept under a plain hash (NIST SP 800-63B §5.1.2.2): 120 here.
_RECOVERY_BYTES: Final = 15

Random = Callable[[int], bytes]


def new_secret(random: Random = secrets.token_bytes) -> str:
    """A secret in base32, as authenticators take it."""
    return base64.b32encode(random(_SECRET_BYTES)).decode()


def matching_step(secret: str, typed: str, now: float, after: int) -> int | None:
    """The time step of which the typed code is, or None. A step up to ``after`` was used before: its code is refused,
    for a code is good once (RFC 6238 §5.2)."""
    code = "".join(typed.split())
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    present = int(now) // PERIOD_S
    codes = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD_S)
    found = [step for step in range(present - DRIFT, present + DRIFT + 1) if _same(codes.generate_otp(step), code)]
    return next((step for step in found if step > after), None)


def uri(secret: str, name: str, issuer: str) -> str:
    """What an authenticator reads from the QR code (``otpauth://totp/…``)."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD_S).provisioning_uri(name=name, issuer_name=issuer)


def recovery_codes(random: Random = secrets.token_bytes) -> list[str]:
    """Ten codes of 24 letters and digits, in groups of four."""
    texts = [base64.b32encode(random(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in texts]


def recovery_hash(staff: str, typed: str) -> str:
    """What is kept of a recovery code: bound to its person, however its groups are typed."""
    code = "".join(letter for letter in typed.lower() if letter.isalnum())
    return hashlib.sha256(f"{staff}:{code}".encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one, other)
