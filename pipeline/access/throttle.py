"""How long somebody waits who failed to sign in: longer with each failure, and never for good.

What is counted is a login from an address, an address, and a login from wherever. The last one holds up nobody who
signed in from the same address before, so that a stranger who tries a name for ever does not keep its owner out.
"""

import ipaddress
from datetime import datetime
from typing import NamedTuple

from connectors.signin.port import Failures
from events.instants import SECOND_US, to_micros
from pipeline.access.secrets import hashed
from pipeline.access.store import Store

_FIRST_WAIT_S = 5
_KEPT_US = 2 * 24 * 3600 * SECOND_US


class Limit(NamedTuple):
    """How a count turns into a wait."""

    free: int  # failures without a wait
    most_s: int  # the longest wait
    leak_s: int  # after so long one failure is forgotten

    def left(self, failed: Failures, now_us: int) -> int:
        """Return how many failures are not forgotten yet."""
        return max(0, failed.failures - max(0, now_us - failed.at) // (self.leak_s * SECOND_US))

    def wait_s(self, failed: Failures, now_us: int) -> int:
        """Return how many seconds are still to be waited."""
        beyond = self.left(failed, now_us) - self.free
        if beyond < 0:
            return 0
        whole = min(self.most_s, _FIRST_WAIT_S << min(beyond, 20))
        passed = max(0, now_us - failed.at)
        return max(0, -(-(whole * SECOND_US - passed) // SECOND_US))


PAIR = Limit(free=5, most_s=900, leak_s=900)
ADDRESS = Limit(free=30, most_s=300, leak_s=30)
LOGIN = Limit(free=50, most_s=60, leak_s=60)


class WaitError(Exception):
    """Somebody has to wait before they try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def limits_of(login: str, address: str, *, known: bool) -> dict[str, Limit]:
    """Return what is counted of an attempt, by key; `known`: the login has signed in from this address before."""
    of_address = address_key(address)
    limits = {_key("pair", login, of_address): PAIR, _key("address", of_address): ADDRESS}
    return limits if known else {**limits, _key("login", login): LOGIN}


def limits_of_act(kind: str, who: str) -> dict[str, Limit]:
    """Return what is counted of something else that may be guessed: a code, a password asked again."""
    return {_key(kind, who): PAIR}


def attempt(store: Store, limits: dict[str, Limit], now: datetime) -> None:
    """Count an attempt as a failure before it is judged, so that many at once are no way around; within a transaction.

    Raises `WaitError` where a former one has to be waited for.
    """
    now_us = to_micros(now)
    failed = store.failures(list(limits))
    if wait := max((limits[key].wait_s(one, now_us) for key, one in failed.items()), default=0):
        raise WaitError(wait)
    for key, limit in limits.items():
        store.fail(key, Failures(limit.left(failed.get(key, Failures(0, now_us)), now_us) + 1, now_us))


def succeeded(store: Store, limits: dict[str, Limit], now: datetime) -> None:
    """Forget the failures of who succeeded; of an address only this attempt, for others may try there."""
    store.forget_failures(
        [key for key, limit in limits.items() if limit is not ADDRESS], to_micros(now) - _KEPT_US
    )
    of_address = [key for key, limit in limits.items() if limit is ADDRESS]
    for key, one in store.failures(of_address).items():
        store.fail(key, Failures(max(0, one.failures - 1), one.at))


def address_key(address: str) -> str:
    """Return whom an address stands for: of IPv6 a network, for one machine has many of it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _key(*parts: str) -> str:
    return hashed("\0".join(parts))
