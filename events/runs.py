"""A scored round: what was asked, how many passed, and what proves it."""

from uuid import UUID

import msgspec

from events.instants import UtcDatetime


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A scored round as stored."""

    run_id: UUID
    scored_at: UtcDatetime
    check_point: UtcDatetime
    known_at: UtcDatetime
    quarter: str
    ruleset: str
    checked: int
    passed: int
    failed: int
    unknown: int
    digest: str
    manifest_hash: str
    manifest: str  # JSON
