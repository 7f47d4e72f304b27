"""TLS sessions that are taken up again: a new connection to a host whose certificate was checked within the hour.

It spares both sides certificates and signatures; with TLS 1.3 the keys are new each time. A server that cannot or will
not take a session up makes a whole handshake, so nobody gets by without the certificate that was checked.
"""

import ssl
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

_HOSTS = 500
"""Whose sessions are kept: some kilobytes each."""

_KEPT_S = 3600.0  # then the certificate is checked again, whatever the other side says of the session


class Sessions:
    """The newest session of each host, by the name that its certificate was checked against."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, ssl.SSLSession]] = OrderedDict()

    def of(self, host: str) -> ssl.SSLSession | None:
        """Return a session to take up with a host, None where there is none that is fresh."""
        kept = self._kept.pop(host, None)  # threads may share a context: none finds half of a step of another
        if kept is None or self._clock() - kept[0] >= _KEPT_S:
            return None
        self._kept[host] = kept
        return kept[1]

    def keep(self, host: str, session: ssl.SSLSession) -> None:
        """Keep a session of a whole handshake."""
        self._kept.pop(host, None)
        self._kept[host] = self._clock(), session
        while len(self._kept) > _HOSTS:
            self._kept.popitem(last=False)


def resuming(context: ssl.SSLContext, sessions: Sessions) -> ssl.SSLContext:
    """Let the connections of a context, which is returned, take up sessions; of two calls the first counts."""
    if context.sslobject_class is ssl.SSLObject:
        context.sslobject_class = type("_ResumingConnection", (_Connection,), {"sessions": sessions})
    return context


class _Connection(ssl.SSLObject):
    """Offers the session of its host, and keeps that of a whole handshake."""

    sessions: Sessions
    _has_begun = _has_read = False

    def do_handshake(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            session = self.sessions.of(self.server_hostname or "")
            if session is not None:
                self.session = session
        super().do_handshake()

    def getpeercert(self, binary_form: bool = False) -> Any:
        """Return nothing: loops have the checked certificate unpacked for whoever may ask for it, and nobody does."""
        del binary_form

    def read(self, *args: Any) -> bytes:
        """Read on; with TLS 1.3 what makes a session comes before the first bytes."""
        got = super().read(*args)
        if not self._has_read:
            self._has_read = True
            session = None if self.session_reused else self.session
            if session is not None and session.has_ticket:
                self.sessions.keep(self.server_hostname or "", session)
        return got
