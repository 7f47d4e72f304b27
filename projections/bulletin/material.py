"""What a bulletin is made of: the rows of a run and the facts that stand behind them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.facts import FindingFact, RegistryEntry, Verdict, VerdictRow
from events.figures import Provenance
from projections.rules.rulesets import Ruleset


class BulletinRound(msgspec.Struct, frozen=True, kw_only=True):
    """The round that a bulletin tells of."""

    name: str
    title: str
    area: str
    quarter: str  # 2023Q1
    period_start: datetime
    check_point: datetime
    known_at: datetime
    run_id: UUID
    digest: str
    basis: tuple[str, ...] = ()
    tiers_whole: tuple[str, ...] | None = None  # tiers checked as a whole; None: every account
    seed_by_hand: int | None = None  # of its sample; None: it comes from the log, or nobody was drawn


class ScoredRound(msgspec.Struct, frozen=True, kw_only=True):
    """Another round of the same area, as stored."""

    name: str
    quarter: str
    check_point: datetime
    full_points: int | None  # None: red lines only
    rows: tuple[VerdictRow, ...]

    def count(self, verdict: Verdict) -> int:
        """Count the rows of a verdict."""
        return sum(row.verdict is verdict for row in self.rows)


class Remark(msgspec.Struct, frozen=True, gc=False):
    """What a finding says for the internal version."""

    finder: str
    note: str


class OutsideAccount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account outside the population with findings of the period: unfiled, or closed and still posting."""

    account_id: str
    name: str
    platform: str
    unit: str
    unfiled: bool = False
    findings: tuple[FindingFact, ...] = ()
    problem: str = ""  # worded by the office where there are no findings
    veto: bool = False


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """All that the figures of a bulletin are derived from, as known at the run's moment of knowledge."""

    round: BulletinRound
    ruleset: Ruleset
    population: Mapping[str, RegistryEntry]  # at the check point
    rows: tuple[VerdictRow, ...]  # of the run, sorted by account id
    findings: Mapping[str, tuple[FindingFact, ...]] = {}  # of the period, by account
    remarks: Mapping[UUID, Remark] = {}
    focus: frozenset[str] = frozenset()  # the focus list at the check point
    outside: tuple[OutsideAccount, ...] = ()
    past: tuple[ScoredRound, ...] = ()  # by check point; none later than this round
    areas: tuple[str, ...] = ()  # in the order in which the registry got them; lines, where it is put by line
    by_line: bool = False  # the same rows, split by lines of ministries and not by areas

    def branch_of(self, row: VerdictRow) -> str:
        """Return the area of a row, or the line of its account; empty for none."""
        if not self.by_line:
            return row.area
        entry = self.population.get(row.account_id)
        return entry.line if entry is not None else ""

    @property
    def provenance(self) -> Provenance:
        """Return what every figure of this bulletin belongs to."""
        r = self.round
        return Provenance(
            round=r.name,
            run_id=r.run_id,
            ruleset=self.ruleset.label,
            ruleset_title=self.ruleset.title,
            documents=self.ruleset.documents,
            check_point=r.check_point,
            known_at=r.known_at,
            digest=r.digest,
            seed_by_hand=r.seed_by_hand,
        )


def put_by_line(material: Material) -> Material:
    """Return the same material, to be split by line: each account counts once there, too."""
    lines = sorted({entry.line for entry in material.population.values()} - {""})
    return replace(material, areas=tuple(lines), by_line=True)
