"""Outcomes of one attempt to post: taken, refused, to be tried again, or not known."""

import os
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import aiohttp

from connectors.notify.channel import DeliveryError
from connectors.web.egress import EgressError
from events.messages import message

_TRANSIENT = frozenset({408, 425, 429})
_GATEWAY = frozenset({502, 504})
"""A gateway lost the answer of the endpoint behind it, which may have taken the message."""


class AttemptError(DeliveryError):
    """How one attempt failed."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        wait_s: float | None = None,
        alone: bool = False,
    ) -> None:
        super().__init__(reason, permanent=permanent, unknown=unknown, wait_s=wait_s, alone=alone)


def judge(status: int, headers: Mapping[str, str]) -> None:
    """Take a status as the outcome; raises `AttemptError` unless it is 2xx."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        reason = message(
            "the endpoint answered {status}, a redirect, which is not followed; configure the final address",
            status=status,
        )
        raise AttemptError(reason, permanent=True)
    transient = status in _TRANSIENT or status >= 500
    raise AttemptError(
        message("the endpoint answered {status}", status=status),
        permanent=not transient,
        unknown=status in _GATEWAY,
        wait_s=_asked_wait(headers) if transient else None,
    )


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of `Retry-After`; a date counts from the answer's own `Date`, not from our clock."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        asked, answered = parsedate_to_datetime(text), parsedate_to_datetime(headers.get("Date", ""))
        return max((asked - answered).total_seconds(), 0.0)
    except (ValueError, TypeError):  # no date, or one of the two without a zone
        return None


def failure_of(error: Exception) -> AttemptError:
    """Tell what a broken exchange means.

    Before the connection stands nothing was sent; after that nobody knows what the endpoint took.
    """
    match error:
        case aiohttp.ConnectionTimeoutError():
            return AttemptError(message("no connection to the endpoint in time"))
        case aiohttp.ClientConnectorError():
            return _unconnected(error)
        case aiohttp.InvalidURL():
            return AttemptError(message("the address is no URL that can be called"), permanent=True)
        case TimeoutError():
            return AttemptError(message("the endpoint did not answer in time"), unknown=True)
    reason = message("the exchange broke off: {kind}", kind=type(error).__name__)
    return AttemptError(reason, unknown=True)


def _unconnected(error: aiohttp.ClientConnectorError) -> AttemptError:
    match error:
        case aiohttp.ClientConnectorError(os_error=EgressError() as refused):
            return AttemptError(refused.reason, permanent=True)
        case aiohttp.ClientConnectorDNSError():
            return AttemptError(message("the name of the endpoint's host is not found"))
        case aiohttp.ClientSSLError():
            return AttemptError(message("no TLS connection to the endpoint; look at its certificate"))
    number = error.errno or 0  # the look-up of names has negative ones
    if number <= 0:
        return AttemptError(message("no connection to the endpoint"))
    return AttemptError(message("no connection to the endpoint: {why}", why=os.strerror(number)))
