"""What a check found, and what becomes of one that cannot be done."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Literal, ParamSpec

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.storage import of_history
from events.fields import marked

P = ParamSpec("P")
State = Literal["ok", "warning", "wrong"]
Clock = Callable[[], datetime]

_LONGEST = 500


class Finding(msgspec.Struct, frozen=True):
    """The answer of one check."""

    state: State
    found: str  # may name fields, as `advice` may
    advice: str = ""  # what to do, empty where nothing is
    name: str = ""  # given by `check`


def ok(found: str) -> Finding:
    return Finding("ok", found)


def warning(found: str, advice: str) -> Finding:
    return Finding("warning", found, advice)


def wrong(found: str, advice: str) -> Finding:
    return Finding("wrong", found, advice)


def check(name: str, advice: str) -> Callable[[Callable[P, Finding]], Callable[P, Finding]]:
    """Name a check; one that raises found something wrong: the reason, with `advice` what to do about it."""

    def named(look: Callable[P, Finding]) -> Callable[P, Finding]:
        @wraps(look)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Finding:
            try:
                finding = look(*args, **kwargs)
            except Exception as e:  # noqa: BLE001 # whatever it is, the other checks go on
                finding = wrong(reason_of(e), advice)
            return msgspec.structs.replace(finding, name=name)

        return checked

    return named


def reason_of(error: Exception) -> str:
    """Return the first line of an error's message, its kind where there is none."""
    text = of_history(error, "the history") if isinstance(error, ClickHouseError) else None
    told = text or marked(error)
    lines = told.strip().splitlines()
    if lines == [told] and len(told) <= _LONGEST:
        return told  # whole, it can be told in another language
    return lines[0][:_LONGEST] if lines else type(error).__name__
