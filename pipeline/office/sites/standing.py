"""How websites stand at (check point, known at): judged rows with their columns, visits and what is missing."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from events.days import chinese_day
from events.instants import FAR, MICROSECOND
from pipeline.home.site_rulesets import NamedSiteRuleset
from pipeline.home.workspace import Workspace
from projections.sites.ages import State, why_unknown
from projections.sites.facts import OBSERVED_TYPES, ColumnFacts, SiteFacts, site_facts
from projections.sites.judging import Judged, judge_site
from projections.sites.measures import column_limit, column_state, last_days
from projections.sites.registry import SITE_TYPES
from projections.sites.rules import Availability, SiteRuleset


class SiteStanding(msgspec.Struct, frozen=True):
    """A site with what it is judged by, and what came out."""

    facts: SiteFacts
    judged: Judged


def facts_at(workspace: Workspace, t: datetime, known_at: datetime = FAR) -> list[SiteFacts]:
    """Return the facts of all sites at T as known at K."""
    known = workspace.known.read((*SITE_TYPES, *OBSERVED_TYPES), known_at, texts=False)
    return site_facts(known, t)


def standings(
    workspace: Workspace, rules: NamedSiteRuleset, t: datetime, known_at: datetime = FAR
) -> list[SiteStanding]:
    """Return how every site of the registry stands at T as known at K, by subject."""
    return [
        SiteStanding(facts, judge_site(facts, rules.ruleset, t)) for facts in facts_at(workspace, t, known_at)
    ]


def column_rows(one: SiteStanding, ruleset: SiteRuleset, t: datetime) -> list[dict[str, Any]]:
    """Return the columns of a site with age and limit, the overdue ones first."""
    rows = [_column_row(column, ruleset, t) for column in one.facts.columns]
    order = (State.OVERDUE, State.EMPTY, State.UNKNOWN, State.FRESH, State.UNLIMITED)
    return sorted(rows, key=lambda row: (order.index(row["state"]), row["name"]))


def visit_rows(one: SiteStanding, ruleset: SiteRuleset, t: datetime) -> list[dict[str, Any]]:
    """Return the days of visits that a site is judged by, oldest first; days without a visit among them."""
    asked = next((rule.availability for rule in ruleset.rules if rule.availability), None)
    if asked is None:
        return []
    return [_day_row(one, asked, day) for day in last_days(asked, t)]


def _day_row(one: SiteStanding, asked: Availability, day: Any) -> dict[str, Any]:
    found = one.facts.days.get(day)
    return {
        "day": day,
        "visits": found.visits if found else 0,
        "failures": found.failures if found else 0,
        "asked": asked.visits_a_day,
        "enough": bool(found and found.visits >= asked.visits_a_day and found.limit_s == asked.seconds),
    }


def _column_row(one: ColumnFacts, ruleset: SiteRuleset, t: datetime) -> dict[str, Any]:
    column, age = one.column, one.age
    limit = column_limit(one, ruleset)
    state = column_state(one, ruleset, t)
    newest = age.newest_at
    if newest is not None and age.newest_date_only:
        newest -= timedelta(seconds=1)  # the day itself, and not the midnight that ends it
    return {
        "column_id": column.column_id,
        "name": column.name,
        "url": column.url,
        "column_class": column.column_class,
        "newest_at": newest,
        "newest_date_only": age.newest_date_only,
        "age_days": (chinese_day(t - MICROSECOND) - chinese_day(newest)).days if newest is not None else None,
        "limit_days": limit.days if limit else None,
        "limit_months": limit.months if limit else None,
        "state": state,
        "missing": why_unknown(age) if state is State.UNKNOWN else "",
    }
