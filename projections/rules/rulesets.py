"""Rulesets as data: named, versioned, dated, hashed (design promise 9)."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import replace

from events.finding import Severity
from events.instants import UtcDatetime
from events.platforms import SERVICE_ACCOUNT
from events.round import RoundKind
from events.ruling import AccountClass
from projections.rules.ladder_steps import Assumption, NamedLadder, Positive, Step, Weekday

Month = Annotated[int, msgspec.Meta(ge=1, le=12)]


class RulesetError(ValueError):
    """A ruleset that is no ruleset; says what is wrong and where."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """When silence is a red line, and how old its proof may be."""

    limit_days: Positive
    look_max_age_hours: Positive
    warn_max_age_hours: Positive = 24  # of a look by patrol that a step before the limit rests on
    classes: tuple[AccountClass, ...] = ()  # of accounts whose silence is judged; blank: of all

    @cached_property
    def limit(self) -> timedelta:
        return timedelta(days=self.limit_days)

    @cached_property
    def look_max_age(self) -> timedelta:
        return timedelta(hours=self.look_max_age_hours)

    def binds(self, account_class: str) -> bool:
        """Tell whether silence is judged of accounts of a class; of one that nobody classed it is."""
        return not self.classes or not account_class or account_class in self.classes


class Weeks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The yellow line of weekly updates, and its form for service accounts."""

    per_week_points: Positive
    max_points: Positive
    service_account_days: Positive
    service_account_updates: Positive
    service_account_points: Positive
    period: Literal["quarter"] = "quarter"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the rules, with the clause it comes from and what it does to the score."""

    code: str
    line: Severity
    name: str
    clause: str
    effect: Literal["fail", "deduct", "record"]
    by: str = "finding"  # the measure that judges it: see `projections/rules/measures.py`
    points_each: int = 0
    max_points: int = 0
    aliases: tuple[str, ...] = ()
    measure: dict[str, str | int | bool] = {}  # what its measure is told, as the table [rules.measure]

    def told(self, fields: Collection[str]) -> Mapping[str, Any]:
        """Return what it tells a measure, whatever fields that takes."""
        del fields
        return self.measure


class Handling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What else a rule means; no verdict depends on it, so the hash of a ruleset leaves it out."""

    counts_as: str = ""  # code under which a finding of it counts that is of the other line
    figure: Literal["", "wording_errors", "no_interaction", "broken_functions"] = (
        ""  # of its own in a bulletin
    )
    emergency: bool = False  # a suspicion of it does not wait for a finding (应急处置)
    focus_after_days: Positive | None = None  # of the yellow rule by posts: see `Ruleset.focus_after_days`


class AnswerWithin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when a unit answers a bulletin that names no day of its own (整改期限); no verdict depends on it."""

    days: Positive
    clause: str
    counted: Literal["natural", "working"] = "natural"


class PlannedRound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A check that a place holds in some months of the year, and what it looks at."""

    months: tuple[Month, ...]
    kind: RoundKind


class Roll(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accounts that a place names for their points in every check of a year."""

    points: Positive
    clause: str


class Ruleset(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A released set of rules; a change is a new version."""

    name: str
    version: Positive
    title: str
    effective_from: UtcDatetime
    documents: tuple[str, ...]
    freshness: Limits
    rules: tuple[Rule, ...]
    ladder: tuple[Step, ...] = ()
    weeks: Weeks | None = None
    pass_mark: int | None = None  # None: red lines only, no points
    full_points: int = 100
    assumptions: tuple[Assumption, ...] = ()
    patrol_days: tuple[Weekday, ...] = ()  # of steps that count patrols
    ladder_from: str = ""  # a named ladder, name@version; blank: the ladder above
    rounds: tuple[PlannedRound, ...] = ()  # blank: every check is a full one
    roll: Roll | None = None
    handling: dict[str, Handling] = {}  # by code of the rule
    rectification: AnswerWithin | None = None  # None: its documents set no time

    @property
    def folding(self) -> str:
        """What the folds ran under: the label, and the named ladder where there is one."""
        return f"{self.label}+{self.ladder_from}" if self.ladder_from else self.label

    @property
    def focus_after_days(self) -> int | None:
        """Silence in a check, within the limit, that puts an account on the focus list; None: no such practice."""
        return next((h.focus_after_days for h in self.handling.values() if h.focus_after_days), None)

    def by_updates(self, platform: str, account_class: str) -> bool:
        """Tell whether an account is judged by its updates over a month, and not week by week.

        So are service accounts, and those of a class that the line of silence does not bind.
        """
        return platform == SERVICE_ACCOUNT or not self.freshness.binds(account_class)

    @property
    def label(self) -> str:
        """Name and version, as printed on every result."""
        return f"{self.name}@{self.version}"

    def red_lines_only(self) -> "Ruleset":
        """Return these rules as a round of red lines applies them (单否问题专项检查): nothing is scored.

        The label stays that of the released file; which kind of round it was stands in the round's manifest.
        """
        red = tuple(rule for rule in self.rules if rule.line == "red")
        return replace(self, rules=red, weeks=None, pass_mark=None)

    def on_ladder(self, ladder: NamedLadder) -> "Ruleset":
        """Return these rules with a named ladder in the place of their own; no verdict depends on it."""
        return replace(self, ladder=ladder.steps, patrol_days=ladder.patrol_days, ladder_from=ladder.label)

    def rule(self, code: str) -> Rule | None:
        """Return the rule of a code, None where this ruleset has no such rule."""
        return next((r for r in self.rules if r.code == code), None)

    def code_on_line(self, rule: Rule, line: Severity) -> str | None:
        """Return the code under which a finding of a rule counts on a line, None where the rule has no such line."""
        if line == rule.line:
            return rule.code
        return self.handling.get(rule.code, Handling()).counts_as or None

    def counted_in(self, figure: str) -> frozenset[str]:
        """Return the codes of the rules that a bulletin counts in a figure of their own."""
        return frozenset(code for code, handling in self.handling.items() if handling.figure == figure)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all rules, with what else people call them."""
        return tuple(name for rule in self.rules for name in (rule.name, *rule.aliases))

    def resolve(self, text: str) -> str | None:
        """Return the code that a person means by a code, a name or an alias."""
        wanted = "".join(text.split()).casefold()
        for rule in self.rules:
            if wanted in {
                "".join(known.split()).casefold() for known in (rule.code, rule.name, *rule.aliases)
            }:
                return rule.code
        return None
