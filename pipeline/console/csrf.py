"""The token of a session in the forms of its pages.

Answers are compressed, and a page shows what its address asks for, so a token that stood in two answers alike could be
guessed byte by byte from their lengths (BREACH). Each answer therefore bears the token under a fresh pad.
"""

import base64
import binascii
import hmac
import secrets

_MASKED = "m."
_MOST = 512  # of a sent token; ours have less


def masked(token: str) -> str:
    """Return a token as one answer bears it; no two are alike."""
    plain = token.encode()
    pad = secrets.token_bytes(len(plain))
    return _MASKED + base64.urlsafe_b64encode(pad + _crossed(plain, pad)).decode()


def same_token(sent: str, token: str) -> bool:
    """Tell whether what a form sent is the token of its session, masked or plain (as programs send it)."""
    return hmac.compare_digest(_unmasked(sent[:_MOST]), token.encode())


def _unmasked(sent: str) -> bytes:
    if not sent.startswith(_MASKED):
        return sent.encode()
    try:
        both = base64.urlsafe_b64decode(sent.removeprefix(_MASKED))
    except (binascii.Error, ValueError):
        return b""
    half = len(both) // 2
    return _crossed(both[:half], both[half:])


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
