"""What a vendor's answer means: its code is the truth, wherever in HTTP it stands, and never its own words alone."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from connectors.notify.exchange import Answer
from connectors.notify.outcome import AttemptError, judge
from connectors.notify.tokens import TokenGoneError
from events.messages import message

BUSY_S = 2.0
RATE_S = 60.0
"""A vendor that counts by the minute is left alone for one."""

_REVEALING = re.compile(r"[0-9]{6,}|[A-Za-z0-9_\-]{16,}|[^\s@]+@[^\s@]+|https?://\S+")
"""What may be a number, a key, an address: it does not leave the answer."""

_LONGEST_WORDS = 80


class Meaning(msgspec.Struct, frozen=True):
    """What a code of a vendor means; refused for good where it has no wait."""

    words: str
    wait_s: float | None = None  # tried again, after so long
    alone: bool = False  # about this destination alone
    is_token: bool = False  # the token is to be fetched anew
    is_taken: bool = False  # the vendor has it, whatever it calls that


REQUEST = message("the vendor cannot read the request")
TYPE = message("the vendor does not know this kind of message")
LONG = message("the message is too long for the vendor")
BUSY = message("the vendor is busy")
RATE = message("the vendor has had too many messages in a short time")
KEY = message("the vendor does not know the key of the robot: it is wrong, or the robot was removed")
SIGNATURE = message("the signature is wrong: look at the secret, and at the clock of this machine")
NETWORK = message("the vendor takes nothing from the address of this machine: enter it on the vendor's list")
KEYWORD = message("the robot takes only messages with its keyword: choose the signature instead")
STOPPED = message("the robot was stopped")
GROUP = message("the group no longer exists, or the application is not in it")
NOBODY = message("the vendor does not know the recipient, or the application may not write there")
RIGHTS = message("the application lacks a right")
LOGIN = message("the vendor does not take id and secret of the application")
CONTENT = message("the vendor's check of contents refuses the message")
DAILY = message("the vendor takes no more messages for this recipient today")
OLD = message("the vendor no longer lets the message be renewed")
UNDECIDED = message("the vendor does not say whether it was delivered")
TOKEN = message("the token ended")


def judged(
    answer: Answer,
    codes: Mapping[int, Meaning],
    *,
    names: Collection[str],
    hide: Collection[str] = (),
    quotes: bool = True,
) -> dict[str, Any]:
    """Return the fields of an answer that says success; raises `AttemptError` for any other.

    `names` are those that the code goes by, the first that is there counts. A code that nobody knows is tried again,
    for this destination alone, as long as its message may wait: the vendor said no, and did not say for how long. An
    answer without a code after a status of success tells nothing: nobody knows. `hide`: texts that may not stand in a
    reason; without `quotes` none of the vendor's own words does, for they may name the person written to.
    """
    fields = answer.fields() or {}
    code = next((_number(fields[name]) for name in names if name in fields), None)
    if code is None:
        judge(answer.status, answer.headers)
        reason = message("the answer has no code of the vendor: something in between may have given it")
        raise AttemptError(reason, unknown=True)
    meaning = codes.get(code)
    if code == 0 or (meaning is not None and meaning.is_taken):
        return fields
    if meaning is None:
        reason = message("the vendor answers a code that is not known here: {code}", code=code)
        if quotes:
            words = _words(fields, hide)
            reason = message("the vendor says {words!r} (code {code})", words=words, code=code)
        raise AttemptError(reason, wait_s=asked_wait(answer) or RATE_S, alone=True)
    raise failure(meaning, code, asked_wait(answer))


def failure(meaning: Meaning, code: int, asked_s: float | None = None) -> AttemptError:
    """Return the failure that a code stands for; a wait that the vendor asked for comes before ours."""
    if meaning.is_token:
        return TokenGoneError()
    reason = message("{words} (code {code})", words=meaning.words, code=code)
    if meaning.wait_s is None:
        return AttemptError(reason, permanent=True, alone=meaning.alone)
    return AttemptError(reason, wait_s=meaning.wait_s if asked_s is None else asked_s, alone=meaning.alone)


def asked_wait(answer: Answer) -> float | None:
    """Return the seconds after which a vendor wants to be asked again, by whichever header it says so."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    for name in ("x-ogw-ratelimit-reset", "retry-after"):
        value = headers.get(name, "").strip()
        if value.isascii() and value.isdecimal():
            return float(value[:6])
    return None


def _number(value: object) -> int | None:
    """Return a code, which some write as a text."""
    try:
        return int(str(value))
    except ValueError:
        return None


def _words(fields: Mapping[str, Any], hide: Collection[str]) -> str:
    """Return a vendor's own words: short, in one line, and without anything that may tell of somebody."""
    value = next(
        (fields[name] for name in ("errmsg", "msg", "StatusMessage", "message") if name in fields), ""
    )
    text = " ".join(str(value)[:500].split())
    for secret in hide:
        text = text.replace(secret, "…") if secret else text
    text = "".join(c for c in _REVEALING.sub("…", text) if c.isprintable())
    return text[:_LONGEST_WORDS]
