"""The judge of websites: facts at (check point, known at) in, one row a site out; pure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from events.site_check import SiteCharge, SiteRow, SiteVerdict
from projections.rules.measures import Case, NotJudged, outcome_of
from projections.rules.period import quarter_of
from projections.sites.ages import State
from projections.sites.facts import SiteFacts
from projections.sites.measures import MEASURES, ChargeOfSite, column_state
from projections.sites.rules import SiteRule, SiteRuleset


class Judged(msgspec.Struct, frozen=True):
    """What came out for a site, with what keeps rules from being judged."""

    row: SiteRow
    missing: dict[str, tuple[str, ...]]  # by rule: what would settle it
    evidence: dict[str, ChargeOfSite]  # by rule


def judge_site(facts: SiteFacts, ruleset: SiteRuleset, t: datetime) -> Judged:
    """Judge one site at T.

    A rule that fails it fails it whatever else is open. Else the site is unknown while a rule that could fail it is not
    judged, or while deductions that are not judged could bring it below the pass mark.
    """
    charges: list[SiteCharge] = []
    missing: dict[str, tuple[str, ...]] = {}
    evidence: dict[str, ChargeOfSite] = {}
    period = quarter_of(t)
    for rule in ruleset.rules:
        outcome = outcome_of(Case(facts, rule, ruleset, period), MEASURES)
        if isinstance(outcome, ChargeOfSite):
            evidence[rule.code] = outcome
            charges.append(_charged(rule, outcome))
        elif isinstance(outcome, NotJudged):
            missing[rule.code] = outcome.missing
    states = [(one.column.name, column_state(one, ruleset, t)) for one in facts.columns]
    site = facts.site
    row = SiteRow(
        site=site.subject,
        name=site.name,
        kind=site.kind,
        unit=site.unit,
        verdict=_verdict(charges, missing, ruleset),
        tier=site.tier,
        area=site.area,
        charges=tuple(charges),
        not_judged=tuple(sorted(missing)),
        overdue=tuple(name for name, state in states if state is State.OVERDUE),
        empty=tuple(name for name, state in states if state is State.EMPTY),
    )
    return Judged(row, missing, evidence)


def judge_sites(facts: Iterable[SiteFacts], ruleset: SiteRuleset, t: datetime) -> tuple[SiteRow, ...]:
    """Return the row of every site, in the order of subjects."""
    rows = (judge_site(one, ruleset, t).row for one in facts)
    return tuple(sorted(rows, key=lambda row: row.site))


def rows_digest(rows: Sequence[SiteRow]) -> str:
    """Return the SHA-256 of rows in the order of subjects, from which `verify` tells any difference."""
    in_order = sorted(rows, key=lambda row: row.site)
    return hashlib.sha256(msgspec.json.encode(in_order, order="sorted")).hexdigest()


def manifest_hash(manifest: dict[str, Any]) -> str:
    """Return the SHA-256 of what a check rests on."""
    return hashlib.sha256(msgspec.json.encode(manifest, order="sorted")).hexdigest()


def _charged(rule: SiteRule, charge: ChargeOfSite) -> SiteCharge:
    return SiteCharge(rule.code, charge.count, rule.points, rule.effect == "fail", charge.columns)


def _verdict(
    charges: Sequence[SiteCharge], missing: dict[str, tuple[str, ...]], ruleset: SiteRuleset
) -> SiteVerdict:
    if any(charge.fails for charge in charges):
        return "failed"
    points = ruleset.full_points - sum(charge.points for charge in charges)
    if points < ruleset.pass_mark:
        return "failed"
    open_rules = [rule for rule in ruleset.rules if rule.code in missing]
    could_lose = sum(rule.points for rule in open_rules)
    if any(rule.effect == "fail" for rule in open_rules) or points - could_lose < ruleset.pass_mark:
        return "unknown"
    return "passed"
