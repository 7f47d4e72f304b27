"""What an error of a request means: why it brought nothing, and whether its whole host is concerned."""

import os

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from connectors.web.bodies import BodyBrokenError, BodyTooLargeError
from connectors.web.egress import EgressError
from connectors.web.page import Failure, Step


class UnconnectedError(Exception):
    """A connection that did not come about: at which step, and the error of the last address that was tried."""

    def __init__(self, step: Step, error: OSError) -> None:
        super().__init__(step)
        self.step: Step = step
        self.error = error


def failure_of(error: Exception) -> Failure:
    """Return the failure of a request that did not come to its end; without address, which may carry a key."""
    if isinstance(error, UnconnectedError):
        return _unconnected(error)
    for kinds, failure in _MEANINGS:
        if isinstance(error, kinds):
            return failure
    return Failure("no_connection", f"the exchange broke off: {type(error).__name__}")


_MEANINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Failure], ...] = (
    (BodyTooLargeError, Failure("too_large", "the body, or what it unpacks to, goes beyond the bound")),
    (BodyBrokenError, Failure("no_feed", "the body is packed in a way that was not asked for, or broken")),
    (HttpProcessingError, Failure("no_connection", "the exchange broke off: ClientResponseError")),
    (ValueError, Failure("refused_address", "the address is no URL that can be called")),
    (TimeoutError, Failure("too_slow", "no answer in time")),
    (aiohttp.ClientPayloadError, Failure("no_feed", "the body broke off")),
)
"""The first that fits holds."""


def _unconnected(unconnected: UnconnectedError) -> Failure:
    error = unconnected.error
    if isinstance(error, EgressError):
        return Failure("refused_address", error.reason)
    return Failure("no_connection", _why(unconnected.step, error), of_lane=True, step=unconnected.step)


def _why(step: Step, error: OSError) -> str:
    if step == "dns":
        return "the name of the host is not found"
    if step == "tls":
        return "no TLS connection; look at the certificate"
    if isinstance(error, TimeoutError) and error.errno is None:
        return "no connection in time"
    number = error.errno or 0
    why = f": {os.strerror(number)}" if number > 0 else ""
    return f"no connection{why}"
