"""Rulesets for websites as data: named, versioned, dated, hashed, as those for accounts are (design promise 9)."""

import hashlib
from typing import Annotated, Literal

import msgspec

from events.instants import UtcDatetime
from events.messages import joined, message
from events.site import ColumnClass
from projections.rules.ladder_steps import Assumption, Positive
from projections.rules.rulesets import RulesetError
from projections.sites.limits import Limit

MeasureName = Literal["finding", "home_page", "columns", "class_silent", "availability", "messages"]
"""What a rule is judged by: see `projections/sites/measures.py`."""


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
    by: MeasureName = "finding"
    points: int = 0  # deducted once
    limit: Limit | None = None  # of the home page, or of an answer to a message
    classes: tuple[ColumnClass, ...] = ()  # of `class_silent`
    availability: Availability | None = None
    counts: Counts | None = None
    aliases: tuple[str, ...] = ()


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


_NEEDS = {
    "home_page": ("limit",),
    "messages": ("limit",),
    "columns": ("counts",),
    "class_silent": ("classes",),
    "availability": ("availability",),
    "finding": (),
}


def parse_site_ruleset(text: bytes, *, origin: str) -> SiteRuleset:
    """Read a ruleset for websites from TOML; raises `RulesetError` naming `origin` and all that is wrong."""
    try:
        ruleset = msgspec.toml.decode(text, type=SiteRuleset)
    except (msgspec.MsgspecError, ValueError, RecursionError) as e:
        raise RulesetError(message("{origin}: {error}", origin=origin, error=e)) from None
    if faults := site_ruleset_faults(ruleset):
        raise RulesetError(
            joined("\n", (message("{origin}: {fault}", origin=origin, fault=fault) for fault in faults))
        )
    return ruleset


def site_ruleset_hash(text: bytes) -> str:
    """Return the SHA-256 of a ruleset's bytes, by which a check names it."""
    return hashlib.sha256(text).hexdigest()


def site_ruleset_faults(ruleset: SiteRuleset) -> list[str]:
    """Return all that is wrong with a ruleset whose fields are well-formed, each as a sentence."""
    faults: list[str] = []
    codes = [rule.code for rule in ruleset.rules]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        faults.append(message("rule {twice} stands twice; a code names one rule", twice=joined(", ", twice)))
    for rule in ruleset.rules:
        if missing := [name for name in _NEEDS[rule.by] if not getattr(rule, name)]:
            faults.append(
                message(
                    'rule {code} by = "{by}" needs {missing}',
                    code=rule.code,
                    by=rule.by,
                    missing=joined(", ", missing),
                )
            )
        if (rule.effect == "deduct") != (rule.points > 0):
            faults.append(
                message("rule {code}: points above 0 and effect = deduct go together", code=rule.code)
            )
        unlimited = [
            one
            for one in (*rule.classes, *(rule.counts.dynamic + rule.counts.slow if rule.counts else ()))
            if one not in ruleset.limits
        ]
        if unlimited:
            faults.append(
                message(
                    "rule {code}: [limits] has none for {classes}",
                    code=rule.code,
                    classes=joined(", ", unlimited),
                )
            )
    if not 0 < ruleset.pass_mark <= ruleset.full_points:
        faults.append(message("pass_mark lies above 0 and not above full_points"))
    return faults
