"""Operations of the patrol store in the SQL that SQLite and PostgreSQL share."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from connectors.databases.migrations import Rows, Schema
from connectors.patrolstore.hints import SqlHints
from connectors.patrolstore.port import (
    AccountNote,
    BackOff,
    Breaker,
    LastProbe,
    Lease,
    LeaseLostError,
    PatrolStoreError,
    WatchedSource,
)
from connectors.patrolstore.site_notes import SqlSiteNotes
from connectors.sources.kind import Memory, Probe
from events.instants import SECOND_US, from_micros, to_micros
from events.messages import message

Values = Mapping[str, Any]

SCHEMA = Schema("patrol", message("the patrol store"), PatrolStoreError)

_KEPT_DAYS = 100
_LONGEST = 1000
"""Characters of what a server sent; a longer one is not kept, and the next request is not conditional."""

_NEXT_FENCE = "UPDATE patrol_fence SET newest = newest + 1 RETURNING newest"
_HELD = "SELECT holder, fence, alive_at, until FROM patrol_leases WHERE source = :source"
_TAKE = """
INSERT INTO patrol_leases (source, holder, fence, alive_at, until, rules)
VALUES (:source, :holder, :fence, :now, :until, '')
ON CONFLICT (source) DO UPDATE SET
    holder = excluded.holder, fence = excluded.fence, alive_at = excluded.alive_at, until = excluded.until
"""
_RENEW = "UPDATE patrol_leases SET alive_at = :now, until = :until WHERE source = :source"
_RELEASE = "UPDATE patrol_leases SET holder = '', until = 0 WHERE source = :source AND fence = :fence"
_RULES = "UPDATE patrol_leases SET rules = :rules WHERE source = :source"
_WATCHED = "SELECT source, rules, alive_at FROM patrol_leases ORDER BY source"
_SPEND = """
INSERT INTO patrol_requests (source, lane, day, requests) VALUES (:source, :lane, :day, :requests)
ON CONFLICT (source, lane, day) DO UPDATE SET requests = patrol_requests.requests + excluded.requests
WHERE patrol_requests.requests + excluded.requests <= :quota
RETURNING requests
"""
_SPENT = "SELECT lane, requests FROM patrol_requests WHERE source = :source AND day = :day"
_FORGET_DAYS = "DELETE FROM patrol_requests WHERE day < :oldest"
_KEEP_ACCOUNT = """
INSERT INTO patrol_accounts
    (source, account, lane, failures, not_before, looked_at, etag, modified, full_at, digest)
VALUES (:source, :account, :lane, :failures, :not_before, :looked_at, :etag, :modified, :full_at, :digest)
ON CONFLICT (source, account) DO UPDATE SET
    lane = excluded.lane, failures = excluded.failures, not_before = excluded.not_before,
    looked_at = excluded.looked_at, etag = excluded.etag, modified = excluded.modified,
    full_at = excluded.full_at, digest = excluded.digest
"""
_WATCH_ACCOUNT = """
INSERT INTO patrol_accounts
    (source, account, lane, failures, not_before, looked_at, etag, modified, full_at, digest)
VALUES (:source, :account, :lane, 0, 0, 0, '', '', NULL, '')
ON CONFLICT (source, account) DO UPDATE SET lane = excluded.lane
"""
_ACCOUNTS = "SELECT account, lane FROM patrol_accounts WHERE source = :source"
_DROP_ACCOUNT = "DELETE FROM patrol_accounts WHERE source = :source AND account = :account"
_NOTES = """
SELECT account, lane, failures, not_before, looked_at, etag, modified, full_at, digest
FROM patrol_accounts WHERE source = :source
"""
_KEEP_LANE = """
INSERT INTO patrol_lanes (source, lane, failures, trips, open_until)
VALUES (:source, :lane, :failures, :trips, :open_until)
ON CONFLICT (source, lane) DO UPDATE SET
    failures = excluded.failures, trips = excluded.trips, open_until = excluded.open_until
"""
_LANES = "SELECT lane, failures, trips, open_until FROM patrol_lanes WHERE source = :source"
_KEEP_PROBE = """
INSERT INTO patrol_probes (source, at, works, detail, quota_left)
VALUES (:source, :at, :works, :detail, :quota_left)
ON CONFLICT (source) DO UPDATE SET
    at = excluded.at, works = excluded.works, detail = excluded.detail, quota_left = excluded.quota_left
"""
_PROBE = "SELECT at, works, detail, quota_left FROM patrol_probes WHERE source = :source"
_FORGET = tuple(
    f"DELETE FROM {table} WHERE source = :source"  # noqa: S608 (ours)
    for table in ("patrol_leases", "patrol_requests", "patrol_lanes", "patrol_accounts", "patrol_probes")
)


class SqlPatrolStore(SqlSiteNotes, SqlHints):
    """The operations of `PatrolStore`; an implementation says how a statement runs, and what time it is."""

    locking = ""  # ends a statement that reads what nobody may change before the transaction ends

    @abstractmethod
    def now(self) -> int:
        """Return the time of the store, in microseconds."""

    def lease(self, source: str, holder: str, ttl_s: float) -> Lease | None:
        """See `PatrolStore`. Who asks again under the same name, because no answer came, has it anew."""
        with self.transaction():
            ((fence,),) = self.run(_NEXT_FENCE, {})  # one taker at a time
            now, ttl_us = self.now(), int(ttl_s * SECOND_US)
            if self._holder(source, now) not in ("", holder):
                return None
            values = {"source": source, "holder": holder, "fence": fence, "now": now, "until": now + ttl_us}
            self.run(_TAKE, values)
            self.run(_FORGET_DAYS, {"oldest": now // (86400 * SECOND_US) - _KEPT_DAYS})
        return Lease(source, holder, fence)

    def renew(self, lease: Lease, ttl_s: float) -> None:
        """See `PatrolStore`."""
        with self.transaction():
            self._require(lease)
            now = self.now()
            until = now + int(ttl_s * SECOND_US)
            self.run(_RENEW, {"source": lease.source, "now": now, "until": until})

    def release(self, lease: Lease) -> None:
        """See `PatrolStore`."""
        with self.transaction():
            self.run(_RELEASE, {"source": lease.source, "fence": lease.fence})

    def spend(self, lease: Lease, lane: str, day: int, requests: int = 1, quota: int | None = None) -> bool:
        """See `PatrolStore`."""
        if quota is not None and requests > quota:
            return False
        most = 1 << 62 if quota is None else quota
        values = {"source": lease.source, "lane": lane, "day": day, "requests": requests, "quota": most}
        with self.transaction():
            self._require(lease)
            return bool(self.run(_SPEND, values))

    def spent(self, source: str, day: int) -> dict[str, int]:
        """See `PatrolStore`."""
        with self.snapshot():
            return dict(self.run(_SPENT, {"source": source, "day": day}))

    def keep(
        self,
        lease: Lease,
        accounts: Mapping[str, AccountNote] = {},
        lanes: Mapping[str, Breaker] = {},
    ) -> None:
        """See `PatrolStore`."""
        source = lease.source
        with self.transaction():
            self._require(lease)
            self.run_many(_KEEP_ACCOUNT, [_row(source, account, note) for account, note in accounts.items()])
            self.run_many(
                _KEEP_LANE,
                [
                    {
                        "source": source,
                        "lane": lane,
                        "failures": breaker.failures,
                        "trips": breaker.trips,
                        "open_until": breaker.open_until,
                    }
                    for lane, breaker in lanes.items()
                ],
            )

    def notes(self, source: str) -> dict[str, AccountNote]:
        """See `PatrolStore`."""
        with self.snapshot():
            rows = self.run(_NOTES, {"source": source})
        return {
            account: AccountNote(
                lane,
                BackOff(failures, not_before),
                looked_at,
                Memory(etag, modified, None if full_at is None else from_micros(full_at), digest),
            )
            for account, lane, failures, not_before, looked_at, etag, modified, full_at, digest in rows
        }

    def breakers(self, source: str) -> dict[str, Breaker]:
        """See `PatrolStore`."""
        with self.snapshot():
            return {lane: Breaker(*fields) for lane, *fields in self.run(_LANES, {"source": source})}

    def watch(self, lease: Lease, rules: bytes, accounts: Mapping[str, str]) -> None:
        """See `PatrolStore`."""
        source = lease.source
        with self.transaction():
            self._require(lease)
            self.run(_RULES, {"source": source, "rules": rules.decode()})
            known: dict[str, str] = dict(self.run(_ACCOUNTS, {"source": source}))
            gone = [account for account in known if account not in accounts]
            self.run_many(_DROP_ACCOUNT, [{"source": source, "account": account} for account in gone])
            new = ((account, lane) for account, lane in accounts.items() if known.get(account) != lane)
            self.run_many(
                _WATCH_ACCOUNT,
                [{"source": source, "account": account, "lane": lane} for account, lane in new],
            )

    def watched(self) -> list[WatchedSource]:
        """See `PatrolStore`."""
        with self.snapshot():
            rows, now = self.run(_WATCHED, {}), self.now()
        return [
            WatchedSource(source, rules.encode(), alive_at, max(0, now - alive_at))
            for source, rules, alive_at in rows
        ]

    def probed(self, lease: Lease, probe: Probe, at: int) -> None:
        """See `PatrolStore`."""
        values = {
            "works": int(probe.works),
            "detail": probe.detail[:_LONGEST],
            "quota_left": probe.quota_left,
        }
        with self.transaction():
            self._require(lease)
            self.run(_KEEP_PROBE, {"source": lease.source, "at": at, **values})

    def last_probe(self, source: str) -> LastProbe | None:
        """See `PatrolStore`."""
        with self.snapshot():
            rows = self.run(_PROBE, {"source": source})
        return next((LastProbe(at, Probe(bool(works), *fields)) for at, works, *fields in rows), None)

    def forget(self, source: str) -> bool:
        """See `PatrolStore`."""
        with self.transaction():
            if self._holder(source, self.now()):
                return False
            for statement in _FORGET:
                self.run(statement, {"source": source})
        return True

    def _held(self, source: str) -> Rows:
        return self.run(_HELD + self.locking, {"source": source})

    def _holder(self, source: str, now: int) -> str:
        """Return who holds a source now, empty for nobody; where the clock went far back, the lease has ended, too."""
        for holder, _, alive_at, until in self._held(source):
            ttl_us = until - alive_at
            if alive_at - ttl_us <= now < until:
                return str(holder)
        return ""

    def _require(self, lease: Lease) -> None:
        if [fence for _, fence, _, _ in self._held(lease.source)] != [lease.fence]:
            raise LeaseLostError(
                message(
                    "another patrol looks at the source {source!r} by now; this one stops",
                    source=lease.source,
                )
            )


def _row(source: str, account: str, note: AccountNote) -> dict[str, Any]:
    memory = note.memory
    kept = max(map(len, (memory.etag, memory.modified, memory.digest))) <= _LONGEST
    return {
        "source": source,
        "account": account,
        "lane": note.lane,
        "failures": note.back_off.failures,
        "not_before": note.back_off.until,
        "looked_at": note.looked_at,
        "etag": memory.etag if kept else "",
        "modified": memory.modified if kept else "",
        "full_at": None if memory.full_at is None else to_micros(memory.full_at),
        "digest": memory.digest if kept else "",
    }
