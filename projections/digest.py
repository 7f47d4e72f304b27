"""Digest of a round: one hash over what the verdicts say and rest on, and nothing else (design section 3)."""

import hashlib
from collections.abc import Sequence

import msgspec

from events.facts import VerdictRow
from events.instants import UtcDatetime

_encoder = msgspec.json.Encoder()


def rows_digest(rows: Sequence[VerdictRow]) -> str:
    """Return the SHA-256 over rows sorted by account id.

    In it: account id, verdict, reason, newest post, whole days, points, deductions (clause, count), evidence ids.
    Not in it: K, run id, offsets, wall times, names.
    """
    lines = [
        (
            row.account_id,
            row.verdict,
            row.reason,
            row.newest_post_at,
            row.whole_days_silent,
            row.points,
            [(d.clause, d.count) for d in row.deductions],
            row.evidence,
        )
        for row in sorted(rows, key=lambda r: r.account_id)
    ]
    return hashlib.sha256(_encoder.encode_lines(lines)).hexdigest()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All that a round's verdicts belong to; the same manifest gives the same rows (design promise 3)."""

    check_point: UtcDatetime
    known_at: UtcDatetime
    period: str
    ruleset: str
    ruleset_sha256: str
    population: int
    population_sha256: str  # over the sorted account ids
    sample: str = "all"
    scorer: int
    calendar: str = "Asia/Shanghai"


def manifest_hash(manifest: Manifest) -> str:
    """Return the SHA-256 of a manifest."""
    return hashlib.sha256(_encoder.encode(manifest)).hexdigest()


def population_hash(rows: Sequence[VerdictRow]) -> str:
    """Return the SHA-256 over the sorted account ids of a population."""
    return hashlib.sha256("\n".join(sorted(r.account_id for r in rows)).encode()).hexdigest()


def pass_rate(passed: int, failed: int, digits: int = 1) -> str | None:
    """Return passed / (passed + failed) in percent, rounded half up; None where nothing was judged."""
    judged = passed + failed
    if judged == 0:
        return None
    scale = 10**digits
    scaled = (passed * 100 * scale * 2 + judged) // (2 * judged)
    return f"{scaled // scale}.{scaled % scale:0{digits}d}%"
