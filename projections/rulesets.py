"""Rulesets as data: named, versioned, dated, hashed (design promise 9)."""

import hashlib
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from events.finding import Severity
from events.instants import UtcDatetime

Positive = Annotated[int, msgspec.Meta(gt=0)]


class RulesetError(ValueError):
    """A ruleset that is no ruleset; says what is wrong and where."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When silence is a red line, and how old its proof may be."""

    limit_days: Positive
    look_max_age_hours: Positive

    @property
    def limit(self) -> timedelta:
        return timedelta(days=self.limit_days)

    @property
    def look_max_age(self) -> timedelta:
        return timedelta(hours=self.look_max_age_hours)


class Weeks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The yellow line of weekly updates, and its form for service accounts."""

    per_week_points: Positive
    max_points: Positive
    service_account_days: Positive
    service_account_updates: Positive
    service_account_points: Positive
    period: Literal["quarter"] = "quarter"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of the ladder of alerts: `day` None is the limit itself."""

    level: str
    audience: str = ""
    day: Positive | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the rules, with the clause it comes from and what it does to the score."""

    code: str
    line: Severity
    name: str
    clause: str
    effect: Literal["fail", "deduct", "record"]
    by: Literal["finding", "posts"] = "finding"
    points_each: int = 0
    max_points: int = 0
    aliases: tuple[str, ...] = ()


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter that the documents leave open, with the value we took and why."""

    name: str
    value: int | float | str | bool
    why: str


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

    @property
    def label(self) -> str:
        """Name and version, as printed on every result."""
        return f"{self.name}@{self.version}"

    def rule(self, code: str) -> Rule | None:
        """Return the rule of a code, None where this ruleset has no such rule."""
        return next((r for r in self.rules if r.code == code), None)

    def resolve(self, text: str) -> str | None:
        """Return the code that a person means by a code, a name or an alias."""
        wanted = "".join(text.split()).casefold()
        for rule in self.rules:
            if wanted in {
                "".join(known.split()).casefold() for known in (rule.code, rule.name, *rule.aliases)
            }:
                return rule.code
        return None


def parse_ruleset(text: bytes, *, origin: str) -> Ruleset:
    """Read a ruleset from TOML; raises `RulesetError` naming `origin` and the field."""
    try:
        ruleset = msgspec.toml.decode(text, type=Ruleset)
    except UnicodeDecodeError:
        raise RulesetError(f"{origin}: is not UTF-8; save it as UTF-8") from None
    except msgspec.MsgspecError as e:
        raise RulesetError(f"{origin}: {e}") from None
    _check(ruleset, origin)
    return ruleset


def ruleset_hash(text: bytes) -> str:
    """Return the SHA-256 of a ruleset's bytes, by which a manifest names it."""
    return hashlib.sha256(text).hexdigest()


def _check(ruleset: Ruleset, origin: str) -> None:
    codes = [rule.code for rule in ruleset.rules]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise RulesetError(f"{origin}: rule {', '.join(twice)} stands twice; a code names one rule")
    by_posts = [rule.line for rule in ruleset.rules if rule.by == "posts"]
    if by_posts.count("red") != 1 or by_posts.count("yellow") > 1:
        raise RulesetError(f'{origin}: exactly one red and at most one yellow rule may say by = "posts"')
    if ("yellow" in by_posts) != (ruleset.weeks is not None):
        raise RulesetError(f"{origin}: [weeks] and the yellow rule by posts go together")
    for rule in ruleset.rules:
        if rule.effect == "deduct" and (rule.points_each <= 0 or rule.max_points < rule.points_each):
            raise RulesetError(f"{origin}: rule {rule.code} deducts but points_each or max_points is not set")
        if rule.effect == "deduct" and ruleset.pass_mark is None:
            raise RulesetError(f"{origin}: rule {rule.code} deducts but the ruleset has no pass_mark")
    limits = [step for step in ruleset.ladder if step.day is None]
    if ruleset.ladder and len(limits) != 1:
        raise RulesetError(f"{origin}: a ladder has exactly one step without a day, the limit")
    days = [step.day for step in ruleset.ladder if step.day is not None]
    if days != sorted(set(days)) or any(day > ruleset.freshness.limit_days for day in days):
        raise RulesetError(f"{origin}: the days of the ladder rise and do not pass the limit")
    if ruleset.ladder and ruleset.ladder[-1].day is not None:
        raise RulesetError(f"{origin}: the limit is the last step of a ladder")
