"""What an error of a request means: why it brought nothing, and whether its whole host is concerned."""

import os

import aiohttp

from connectors.web.bodies import BodyBrokenError, BodyTooLargeError
from connectors.web.egress import EgressError
from connectors.web.page import Failure


def failure_of(error: Exception) -> Failure:
    """Return the failure of a request that did not come to its end; without address, which may carry a key."""
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, TimeoutError):
        return _unconnected(error)
    for kinds, failure in _MEANINGS:
        if isinstance(error, kinds):
            return failure
    return Failure("no_connection", f"the exchange broke off: {type(error).__name__}")


_MEANINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Failure], ...] = (
    (BodyTooLargeError, Failure("too_large", "the body, or what it unpacks to, goes beyond the bound")),
    (BodyBrokenError, Failure("no_feed", "the body is packed in a way that was not asked for, or broken")),
    (
        aiohttp.ConnectionTimeoutError,
        Failure("no_connection", "no connection in time", of_lane=True, step="connect"),
    ),
    (
        (aiohttp.InvalidURL, ValueError),
        Failure("refused_address", "the address is no URL that can be called"),
    ),
    (TimeoutError, Failure("too_slow", "no answer in time")),
    (aiohttp.ClientPayloadError, Failure("no_feed", "the body broke off")),
)
"""The first that fits holds."""


def _unconnected(error: aiohttp.ClientConnectorError) -> Failure:
    match error:
        case aiohttp.ClientConnectorError(os_error=EgressError() as refused):
            return Failure("refused_address", refused.reason)
        case aiohttp.ClientConnectorDNSError():
            return Failure("no_connection", "the name of the host is not found", of_lane=True, step="dns")
        case aiohttp.ClientSSLError():
            return Failure(
                "no_connection", "no TLS connection; look at the certificate", of_lane=True, step="tls"
            )
    number = error.errno or 0  # the look-up of names has negative ones
    why = f": {os.strerror(number)}" if number > 0 else ""
    return Failure("no_connection", f"no connection{why}", of_lane=True, step="connect")
