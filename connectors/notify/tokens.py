"""Tokens of an application: fetched once, kept while the vendor takes them, fetched anew when it does not."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec

from connectors.notify.outcome import AttemptError
from events.messages import message

EARLY_S = 300.0
"""A token is fetched anew so long before it ends, or after half its life where that is shorter."""

_AGAIN_S = 60.0

_T = TypeVar("_T")


class TokenGoneError(AttemptError):
    """The vendor does not take the token any more, whatever its stored expiry says."""

    def __init__(self) -> None:
        super().__init__(message("the vendor does not take a token that it has just given"), permanent=True)


class Fetched(NamedTuple):
    """A token as the vendor gave it."""

    token: str
    lives_s: float


def fetched(fields: dict[str, Any], token_name: str, lives_name: str) -> Fetched:
    """Return the token of an answer; raises `AttemptError` for one that says success and has none."""
    try:
        return msgspec.convert((fields[token_name], fields[lives_name]), Fetched)
    except (KeyError, msgspec.ValidationError):
        reason = message("the vendor's answer to a request for a token has none")
        raise AttemptError(reason, wait_s=_AGAIN_S) from None


class Tokens:
    """The token of one application in this process; a vendor gives the same one to all who ask while it lives."""

    def __init__(self, fetch: Callable[[], Fetched]) -> None:
        """Take what fetches a token; it raises `AttemptError`."""
        self._fetch = fetch
        self._token = ""
        self._until = 0.0  # as `time.monotonic` tells time

    def use(self, call: Callable[[str], _T]) -> _T:
        """Call with a token, and once more with a new one where the vendor takes the first no more."""
        try:
            return call(self._current())
        except TokenGoneError:
            self._token = ""
        return call(self._current())

    def _current(self) -> str:
        if not self._token or time.monotonic() >= self._until:
            given = self._fetch()
            self._token = given.token
            self._until = time.monotonic() + given.lives_s - min(EARLY_S, given.lives_s / 2)
        return self._token
