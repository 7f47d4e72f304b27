"""Digest of a round: one hash over what the verdicts say and rest on, and nothing else (design section 3)."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from events.facts import VerdictRow
from events.instants import UtcDatetime
from events.round import Guard, RoundKind
from events.round_plan import SamplePlan
from events.two_persons import TwoPersonRule

WHOLE_POPULATION = "all"
"""What a manifest calls the sample that is none."""

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
            [(d.clause, d.count) for d in row.deductions] if row.deductions else (),
            row.evidence,
        )
        for row in sorted(rows, key=lambda r: r.account_id)
    ]
    return hashlib.sha256(_encoder.encode_lines(lines)).hexdigest()


class DrawnSample(msgspec.Struct, frozen=True, kw_only=True):
    """Where a sample comes from: the plan gives its members again from the facts known when it was drawn."""

    round: str
    kind: RoundKind
    area: str
    drawn_known_at: UtcDatetime
    accounts: int
    plan: SamplePlan
    seed: str | UnsetType = (
        UNSET  # from the log at `drawn_known_at`; left out: that of the plan, or nothing was drawn
    )

    @property
    def seed_by_hand(self) -> int | None:
        """The seed that somebody chose, None where it comes from the log or everybody was taken."""
        if self.plan.everybody or self.seed is not UNSET:
            return None
        return self.plan.seed or 0


class KeptRow(msgspec.Struct, frozen=True):
    """A row that a revision left as it was known before: what made it worse is carried into the next quarter."""

    account: str
    known_at: UtcDatetime


class RuledBy(msgspec.Struct, frozen=True):
    """A ruleset by which some accounts of a run were judged, for a fact named it for them."""

    ruleset: str
    sha256: str
    accounts: int
    accounts_sha256: str  # over their sorted ids


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All that a round's verdicts belong to; the same manifest gives the same rows (design promise 3).

    `drawn` is left out where the whole population was judged, so that the hash of such a run is what it always was.
    """

    check_point: UtcDatetime
    known_at: UtcDatetime
    period: str
    ruleset: str
    ruleset_sha256: str
    population: int
    population_sha256: str  # over the sorted account ids
    sample: str = WHOLE_POPULATION  # or the SHA-256 over the sorted account ids of the sample
    scorer: int
    calendar: str = "Asia/Shanghai"
    drawn: DrawnSample | UnsetType = UNSET
    although: tuple[Guard, ...] | UnsetType = UNSET  # what a freeze went on without; left out: nothing
    kept: tuple[KeptRow, ...] | UnsetType = UNSET  # rows of a revision as known before; left out: none
    one_person: tuple[TwoPersonRule, ...] | UnsetType = UNSET  # rules of two that one kept; left out: none
    ruled_by: tuple[RuledBy, ...] | UnsetType = UNSET  # rulesets of accounts beside `ruleset`; left out: none


def manifest_hash(manifest: Manifest) -> str:
    """Return the SHA-256 of a manifest."""
    return hashlib.sha256(_encoder.encode(manifest)).hexdigest()


def accounts_hash(account_ids: Iterable[str]) -> str:
    """Return the SHA-256 over sorted account ids, of a population or a sample."""
    return hashlib.sha256("\n".join(sorted(account_ids)).encode()).hexdigest()


def pass_rate(passed: int, failed: int, digits: int = 1) -> str | None:
    """Return passed / (passed + failed) in percent, rounded half up; None where nothing was judged."""
    judged = passed + failed
    if judged == 0:
        return None
    scale = 10**digits
    scaled = (passed * 100 * scale * 2 + judged) // (2 * judged)
    return f"{scaled // scale}.{scaled % scale:0{digits}d}%"
