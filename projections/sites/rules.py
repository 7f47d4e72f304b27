"""Rulesets for websites as data: named, versioned, dated, hashed, as those for accounts are (design promise 9)."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

import msgspec

from events.instants import UtcDatetime
from events.site import ColumnClass
from projections.rules.ladder_steps import Assumption, Positive
from projections.sites.limits import Limit

PARAMETERS = ("limit", "classes", "availability", "counts")
"""What rules of released files tell their measures beside `[rules.measure]`."""


class Availability(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a site counts as not to be had: failures of visits over whole Chinese days before the check point."""

    days: Positive
    visits_a_day: Positive
    seconds: Positive  # a visit that takes longer failed
    failing_percent: Annotated[int, msgspec.Meta(ge=1, le=100)]  # at least so many of all visits


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many columns make a site fail; each of the three alone."""

    dynamic: tuple[ColumnClass, ...]  # classes that are counted together
    slow: tuple[ColumnClass, ...]  # with these
    together_at_least: Positive
    overdue_at_least: Positive  # of all columns that have a limit
    empty_at_least: Positive


class SiteRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the rules, with the clause that it comes from and what it does."""

    code: str
    name: str
    clause: str
    effect: Literal["fail", "deduct"]
    by: str = "finding"  # the measure that judges it: see `projections/sites/measures.py`
    points: int = 0  # deducted once
    limit: Limit | None = None  # of the home page, or of an answer to a message
    classes: tuple[ColumnClass, ...] = ()  # of `class_silent`
    availability: Availability | None = None
    counts: Counts | None = None
    aliases: tuple[str, ...] = ()
    measure: dict[str, Any] = {}  # what its measure is told, as the table [rules.measure]

    def told(self, fields: Collection[str]) -> Mapping[str, Any]:
        """Return what it tells a measure that takes these fields: those that it has of its own, and its table."""
        own = {name: value for name in PARAMETERS if name in fields and (value := getattr(self, name))}
        return {**msgspec.to_builtins(own), **self.measure}


class SiteRuleset(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A released set of rules for websites; a change is a new version."""

    name: str
    version: Positive
    title: str
    effective_from: UtcDatetime
    documents: tuple[str, ...]
    limits: dict[ColumnClass, Limit]
    rules: tuple[SiteRule, ...]
    pass_mark: int
    full_points: int = 100
    assumptions: tuple[Assumption, ...] = ()

    @property
    def label(self) -> str:
        """Name and version, as printed on every result."""
        return f"{self.name}@{self.version}"

    def rule(self, code: str) -> SiteRule | None:
        """Return the rule of a code, None where there is none."""
        return next((rule for rule in self.rules if rule.code == code), None)

    def resolve(self, text: str) -> str | None:
        """Return the code that a person means by a code, a name or an alias."""
        wanted = "".join(text.split()).casefold()
        for rule in self.rules:
            if wanted in {"".join(t.split()).casefold() for t in (rule.code, rule.name, *rule.aliases)}:
                return rule.code
        return None
