"""The patrol store: what a restart or a second patrol would otherwise spend or ask twice (definitions, Stores)."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from connectors.patrolstore.hints import HintStore
from connectors.patrolstore.site_notes import SiteStore
from connectors.sources.kind import Memory, Probe
from events.fields import FieldsError


class PatrolStoreError(FieldsError):
    """The store cannot be used; says what to do."""


class LeaseLostError(PatrolStoreError):
    """Another patrol holds the source by now; whoever sees this stops looking and writes nothing more."""


class Lease(msgspec.Struct, frozen=True):
    """A source that one patrol alone looks at, for a while."""

    source: str
    holder: str
    fence: int  # rises with every new holder; what an older one writes is refused


class BackOff(msgspec.Struct, frozen=True):
    """Looks of an account that failed in a row."""

    failures: int = 0
    until: int = 0  # microseconds; no look before


class Breaker(msgspec.Struct, frozen=True):
    """Looks over a lane that failed in a row."""

    failures: int = 0
    trips: int = 0  # how often it opened since a look last worked
    open_until: int = 0  # microseconds; one probe then


class AccountNote(msgspec.Struct, frozen=True):
    """What is remembered of an account that a source looks at."""

    lane: str = ""
    back_off: BackOff = BackOff()
    looked_at: int = 0  # microseconds, of the last look that worked, whether it became a fact or not; 0: none
    memory: Memory = Memory()


class LastProbe(msgspec.Struct, frozen=True):
    """What a log-in answered when it was last asked."""

    at: int  # microseconds
    probe: Probe


class WatchedSource(msgspec.Struct, frozen=True):
    """A source as its patrol described it: limits and policy as JSON, and when it was last at work."""

    source: str
    rules: bytes
    alive_at: int  # microseconds; when its lease was last taken or renewed
    idle_us: int = 0  # since then, by the clock of the store


class PatrolStore(SiteStore, HintStore, Protocol):
    """Contract of both implementations; every operation is whole or not at all, and raises `PatrolStoreError`.

    What takes a lease raises `LeaseLostError` once another patrol holds the source. The time of leases is that of the
    store: of the database server, or of the machine whose folder it is.
    """

    def lease(self, source: str, holder: str, ttl_s: float) -> Lease | None:
        """Take a source, None while another patrol holds it; a lease that was not renewed in its time has ended."""
        ...

    def renew(self, lease: Lease, ttl_s: float) -> None:
        """Hold a source for longer; one that has ended is renewed as long as nobody else took it."""
        ...

    def release(self, lease: Lease) -> None:
        """Give a source back; one that another patrol holds by now is left to it."""
        ...

    def spend(self, lease: Lease, lane: str, day: int, requests: int = 1, quota: int | None = None) -> bool:
        """Count requests of a Chinese day before they go out; returns False, and counts none, beyond the quota."""
        ...

    def spent(self, source: str, day: int) -> dict[str, int]:
        """Return the requests of a Chinese day by lane."""
        ...

    def keep(
        self,
        lease: Lease,
        accounts: Mapping[str, AccountNote] = {},
        lanes: Mapping[str, Breaker] = {},
    ) -> None:
        """Remember what looks brought about accounts and lanes; the newest note of each counts."""
        ...

    def notes(self, source: str) -> dict[str, AccountNote]:
        """Return what is remembered of the accounts of a source."""
        ...

    def breakers(self, source: str) -> dict[str, Breaker]:
        """Return what is remembered of the lanes of a source."""
        ...

    def watch(self, lease: Lease, rules: bytes, accounts: Mapping[str, str]) -> None:
        """Say by which rules (JSON) a source is looked at, and over which lanes its accounts; others are forgotten."""
        ...

    def watched(self) -> list[WatchedSource]:
        """Return the sources that patrols look at, in the order of their names."""
        ...

    def probed(self, lease: Lease, probe: Probe, at: int) -> None:
        """Remember what a log-in answered."""
        ...

    def last_probe(self, source: str) -> LastProbe | None:
        """Return what a log-in answered last, None where it was never asked."""
        ...

    def forget(self, source: str) -> bool:
        """Forget a source that the settings no longer name, quota and all; returns False while a patrol holds it."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
