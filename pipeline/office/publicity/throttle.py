"""How often one address may report: kept in the memory of the process alone, and for an hour."""

import ipaddress
from collections import deque
from datetime import datetime, timedelta
from threading import Lock

_SPAN = timedelta(hours=1)
_MOST_ADDRESSES = 10_000


class Throttle:
    """Counts what came from each address within the hour; safe for threads, bounded whoever asks."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._came: dict[str, deque[datetime]] = {}

    def admit(self, address: str, now: datetime, most: int) -> bool:
        """Count one more of an address, and tell whether it may be; one that may not is not counted."""
        key = neighbourhood(address)
        with self._lock:
            came = self._came.pop(key, deque())
            while came and came[0] <= now - _SPAN:
                came.popleft()
            may = len(came) < most
            if may:
                came.append(now)
            if came:
                self._came[key] = came  # behind the others: who came last is forgotten last
            while len(self._came) > _MOST_ADDRESSES:
                self._came.pop(next(iter(self._came)))
        return may


def neighbourhood(address: str) -> str:
    """Return what counts as one address: of IPv6 a network of 64 bits, for everybody has that many."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)
