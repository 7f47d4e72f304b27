"""One-time codes of an application on a phone (RFC 6238: SHA-1, 30 seconds, six digits, as all of them do)."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

_STEP_S = 30
_DIGITS = 6
_AROUND = 1
"""Steps before and behind that count, too: clocks of phones differ."""


def new_key() -> str:
    """Return a key of 160 bits, as people type it where they cannot scan."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(key: str, step: int) -> str:
    """Return the code of a step."""
    digest = hmac.new(base64.b32decode(key), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def step_of(key: str, code: str, now: datetime, newest: int = 0) -> int | None:
    """Return the step whose code was given, None where it is none, or not later than the newest that was used."""
    given = "".join(code.split())
    if len(given) != _DIGITS or not (given.isascii() and given.isdecimal()):
        return None
    current = int(now.timestamp()) // _STEP_S
    for step in range(current - _AROUND, current + _AROUND + 1):
        if step > newest and hmac.compare_digest(code_at(key, step), given):
            return step
    return None


def address_of(key: str, login: str) -> str:
    """Return what the application scans."""
    label = quote(f"巡查:{login}")
    return f"otpauth://totp/{label}?secret={key}&issuer={quote('巡查')}&digits={_DIGITS}&period={_STEP_S}"
