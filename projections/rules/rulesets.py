"""Rulesets as data: named, versioned, dated, hashed (design promise 9)."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from events.finding import Severity
from events.instants import UtcDatetime
from events.messages import joined, message
from events.round import RoundKind
from projections.rules.ladder_steps import Assumption, NamedLadder, Positive, Step, Weekday, step_faults

T = TypeVar("T")
Month = Annotated[int, msgspec.Meta(ge=1, le=12)]


_UNHASHED = (b"\n[handling.", b"\n[rectification]")
"""How the sections begin that the hash leaves out."""


class RulesetError(ValueError):
    """A ruleset that is no ruleset; says what is wrong and where."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When silence is a red line, and how old its proof may be."""

    limit_days: Positive
    look_max_age_hours: Positive
    warn_max_age_hours: Positive = 24  # of a look by patrol that a step before the limit rests on

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


def parse_ruleset(text: bytes, *, origin: str) -> Ruleset:
    """Read a ruleset from TOML; raises `RulesetError` naming `origin` and each field that is wrong."""
    ruleset = _decode(text, Ruleset, origin)
    faults: list[str] = [*ruleset_faults(ruleset), *hash_faults(text)]
    if faults:
        raise RulesetError(
            joined("\n", (message("{origin}: {fault}", origin=origin, fault=fault) for fault in faults))
        )
    return ruleset


def parse_ladder(text: bytes, *, origin: str) -> NamedLadder:
    """Read a named ladder from TOML; raises `RulesetError` naming `origin` and each field that is wrong."""
    ladder = _decode(text, NamedLadder, origin)
    faults: list[str] = step_faults(ladder.steps, ladder.patrol_days)
    if not ladder.steps:
        faults.append(message("a ladder has steps; write [[steps]]"))
    if faults:
        raise RulesetError(
            joined("\n", (message("{origin}: {fault}", origin=origin, fault=fault) for fault in faults))
        )
    return ladder


def ruleset_hash(text: bytes) -> str:
    """Return the SHA-256 of a ruleset's bytes before `[handling]` and what stands behind it.

    By it a manifest names a ruleset.
    """
    return hashlib.sha256(_hashed(text)).hexdigest()


def hash_faults(text: bytes) -> list[str]:
    """Return what is wrong with a ruleset whose hash would leave out more than `[handling]` and `[rectification]`."""
    try:
        hashed = msgspec.toml.decode(_hashed(text))
    except (msgspec.DecodeError, ValueError):
        hashed = None
    whole = msgspec.toml.decode(text)
    unhashed = dict.fromkeys(("handling", "rectification"))
    if hashed is None or hashed | unhashed != whole | unhashed:
        return [
            message(
                "[handling] and [rectification] stand last in the file: what follows them is not in the hash"
            )
        ]
    return []


def _hashed(text: bytes) -> bytes:
    """Return the part of a file on which verdicts depend."""
    ends = [at for begin in _UNHASHED if (at := text.find(begin)) >= 0]
    return text[: min(ends)].removesuffix(b"\r") if ends else text


def ruleset_faults(ruleset: Ruleset) -> list[str]:
    """Return all that is wrong with a ruleset whose fields are well-formed, each as a sentence."""
    faults: list[str] = []
    codes = [rule.code for rule in ruleset.rules]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        faults.append(message("rule {twice} stands twice; a code names one rule", twice=joined(", ", twice)))
    by_posts = [rule.line for rule in ruleset.rules if rule.by == "posts"]
    if by_posts.count("red") != 1 or by_posts.count("yellow") > 1:
        faults.append(message('exactly one red and at most one yellow rule may say by = "posts"'))
    if ("yellow" in by_posts) != (ruleset.weeks is not None):
        faults.append(message("[weeks] and the yellow rule by posts go together"))
    for rule in ruleset.rules:
        faults.extend(
            message("rule {code} {fault}", code=rule.code, fault=fault)
            for fault in _rule_faults(rule, ruleset)
        )
    faults.extend(_name_faults(ruleset.rules))
    if ruleset.pass_mark is not None and not 0 < ruleset.pass_mark <= ruleset.full_points:
        faults.append(message("pass_mark lies above 0 and not above full_points"))
    faults.extend(step_faults(ruleset.ladder, ruleset.patrol_days, ruleset.freshness.limit_days))
    faults.extend(_handling_faults(ruleset))
    months = [month for planned in ruleset.rounds for month in planned.months]
    if len(months) != len(set(months)):
        faults.append(message("a month of [[rounds]] stands twice; a month has one kind of check"))
    return faults


def _rule_faults(rule: Rule, ruleset: Ruleset) -> list[str]:
    faults: list[str] = []
    if not (rule.code.strip() and rule.name.strip() and rule.clause.strip()):
        faults.append(message("has no code, no name or no clause; name the document that it comes from"))
    if rule.effect == "deduct" and (rule.points_each <= 0 or rule.max_points < rule.points_each):
        faults.append(message("deducts but points_each or max_points is not set"))
    if rule.effect == "deduct" and ruleset.pass_mark is None:
        faults.append(message("deducts but the ruleset has no pass_mark"))
    if (rule.line, rule.effect) in (("red", "deduct"), ("yellow", "fail")):
        faults.append(
            message(
                "is a {line} line and cannot {effect}: red lines fail, yellow lines deduct",
                line=rule.line,
                effect=rule.effect,
            )
        )
    return faults


def _handling_faults(ruleset: Ruleset) -> list[str]:
    faults: list[str] = []
    two_lines = (
        len({rule.line for rule in ruleset.rules}) > 1
    )  # red lines alone may name a yellow one of others
    for code, handling in ruleset.handling.items():
        rule, other = ruleset.rule(code), ruleset.rule(handling.counts_as)
        if rule is None:
            faults.append(message("[handling.{code}] names no rule", code=code))
        elif handling.counts_as and (other.line == rule.line if other else two_lines):
            faults.append(
                message(
                    "[handling.{code}] counts_as names no rule of the other line: {counts_as}",
                    code=code,
                    counts_as=handling.counts_as,
                )
            )
        elif handling.focus_after_days is not None and (rule.line, rule.by) != ("yellow", "posts"):
            faults.append(
                message("[handling.{code}] focus_after_days belongs to the yellow rule by posts", code=code)
            )
        elif (handling.focus_after_days or 0) >= ruleset.freshness.limit_days:
            faults.append(
                message(
                    "[handling.{code}] focus_after_days lies below limit_days: past that every"
                    " account enters the list",
                    code=code,
                )
            )
    return faults


def _name_faults(rules: Sequence[Rule]) -> list[str]:
    """Return names and aliases that mean more than one rule: a sheet that writes one would be misread."""
    meant: dict[str, set[str]] = {}
    for rule in rules:
        for text in (rule.code, rule.name, *rule.aliases):
            meant.setdefault("".join(text.split()).casefold(), set()).add(rule.code)
    return [
        message(
            "{text!r} names the rules {codes}; a name means one rule",
            text=text,
            codes=joined(", ", sorted(codes)),
        )
        for text, codes in meant.items()
        if len(codes) > 1
    ]


def _decode(text: bytes, kind: type[T], origin: str) -> T:
    try:
        return msgspec.toml.decode(text, type=kind)
    except UnicodeDecodeError:
        raise RulesetError(message("{origin}: is not UTF-8; save it as UTF-8", origin=origin)) from None
    except (
        msgspec.MsgspecError,
        ValueError,
        RecursionError,
    ) as e:  # the last two: numbers, lists without end
        raise RulesetError(message("{origin}: {error}", origin=origin, error=e)) from None
