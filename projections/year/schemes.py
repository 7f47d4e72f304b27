"""Schemes of yearly assessment as data: named, versioned, dated, hashed, like rulesets; and who is assessed."""

import hashlib
from typing import Annotated, TypeVar

import msgspec

from events.assessment import AssessedKind
from events.instants import UtcDatetime
from events.messages import joined, message
from projections.rules.ladder_steps import Assumption, Positive

T = TypeVar("T", bound="Scheme | Roster")
Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]

REPORTED = (
    "upper_serious",
    "upper_other",
    "upper_all_passed",
    "quarter_unchecked",
    "no_account",
    "not_rectified",
    "report_late",
    "not_covered",
    "closed_not_closed",
    "filing_late",
    "left_out",
)
"""Measures that follow from facts of other acts; `unit_year.py` says how."""

HANDED_IN = (
    "faking",
    "not_rectified",
    "similar_accounts",
    "closed_not_closed",
    "no_application",
    "filing_late",
    "left_out",
    "no_appraisal",
    "praise_city",
    "praise_province",
    "ranking_city",
    "ranking_province",
)
"""Measures that people may hand in rows of."""


class SchemeError(ValueError):
    """A file that is no scheme or roster; says what is wrong and where."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a scheme."""

    code: str
    name: str


class Clause(Part, frozen=True, kw_only=True):
    """What is counted, and what one of it costs or gives, up to a limit of its own."""

    clause: str
    measures: tuple[str, ...]
    each: Positive
    cap: Positive | None = None  # None: that of the item
    noted: bool = False


class Item(Part, frozen=True, kw_only=True):
    """An item: what its clauses take never exceeds its points."""

    points: Positive
    clauses: tuple[Clause, ...]


class Veto(Part, frozen=True, kw_only=True):
    """Whoever has so many of it fails, and is scored no further."""

    clause: str
    measures: tuple[str, ...]
    at_least: Positive = 1
    noted: bool = False


class ShareStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Points for a share of accounts that was checked in every quarter."""

    at_least: Percent
    points: Positive


class Bonus(Part, frozen=True, kw_only=True):
    """An item of the bonus: of clauses as any, or of the shares that were checked; the first step reached counts."""

    points: Positive
    clauses: tuple[Clause, ...] = ()
    steps: tuple[ShareStep, ...] = ()
    clause: str = ""  # of the steps


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A released scheme; a change is a new version."""

    name: str
    version: Positive
    title: str
    effective_from: UtcDatetime
    documents: tuple[str, ...]
    roster: str
    full_points: Positive
    pass_mark: Positive
    bonus_above: Positive
    must_open: tuple[AssessedKind, ...]
    rectify_days: Positive
    vetoes: tuple[Veto, ...]
    items: tuple[Item, ...]
    bonuses: tuple[Bonus, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    @property
    def label(self) -> str:
        """Name and version, as printed on every result."""
        return f"{self.name}@{self.version}"

    @property
    def names(self) -> dict[str, str]:
        """Return the Chinese names of vetoes, items, clauses and bonuses by code; a clause outdoes its item."""
        found = {part.code: part.name for part in (*self.vetoes, *self.items, *self.bonuses)}
        return found | {clause.code: clause.name for clause in self.clauses()}

    def clauses(self) -> list[Clause]:
        """Return every clause of items and bonuses."""
        own = [clause for item in self.items for clause in item.clauses]
        return own + [clause for bonus in self.bonuses for clause in bonus.clauses]

    def clause_texts(self) -> dict[str, str]:
        """Return where each veto, clause and bonus of steps stands, by code."""
        found = {veto.code: veto.clause for veto in self.vetoes}
        found |= {bonus.code: bonus.clause for bonus in self.bonuses if bonus.steps}
        return found | {clause.code: clause.clause for clause in self.clauses()}

    def noted(self) -> dict[str, str]:
        """Return the measures that rows may be handed in of, with the name of what they count for."""
        parts: list[Clause | Veto] = [*self.vetoes, *self.clauses()]
        return {measure: part.name for part in parts if part.noted for measure in part.measures}


class AssessedUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit that is assessed."""

    code: str
    name: str
    kind: AssessedKind


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which units an office assesses, in the order of its document."""

    name: str
    document: str
    units: tuple[AssessedUnit, ...]


def parse_scheme(text: bytes, *, origin: str) -> Scheme:
    """Read a scheme from TOML; raises `SchemeError` naming `origin`."""
    scheme = _decode(text, Scheme, origin)
    faults = _faults(scheme)
    if faults:
        raise SchemeError(message("{origin}: {faults}", origin=origin, faults=joined("; ", faults)))
    return scheme


def parse_roster(text: bytes, *, origin: str) -> Roster:
    """Read a roster from TOML; raises `SchemeError` naming `origin`."""
    roster = _decode(text, Roster, origin)
    for name, values in (
        ("code", [u.code for u in roster.units]),
        ("name", [u.name for u in roster.units]),
    ):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise SchemeError(
                message("{origin}: {name} stands twice: {twice}", origin=origin, name=name, twice=twice[0])
            )
    return roster


def text_hash(text: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(text).hexdigest()


def _faults(scheme: Scheme) -> list[str]:
    codes = [part.code for part in (*scheme.vetoes, *scheme.items, *scheme.bonuses)]
    faults: list[str] = [
        message("{code} stands twice", code=code) for code in sorted(set(codes)) if codes.count(code) > 1
    ]
    parts: list[Clause | Veto] = [*scheme.vetoes, *scheme.clauses()]
    seen: set[str] = set()
    for part in parts:
        for measure in part.measures:
            if measure not in REPORTED and measure not in HANDED_IN:
                faults.append(
                    message("{code} counts {measure}, which is no measure", code=part.code, measure=measure)
                )
            if part.noted and measure not in HANDED_IN:
                faults.append(
                    message("{code}: nobody hands in rows of {measure}", code=part.code, measure=measure)
                )
            if measure in seen:
                faults.append(message("{measure} is counted twice", measure=measure))
            seen.add(measure)
    faults += [
        message("{code} has either clauses or steps", code=bonus.code)
        for bonus in scheme.bonuses
        if bool(bonus.steps) == bool(bonus.clauses)
    ]
    return faults


def _decode(text: bytes, kind: type[T], origin: str) -> T:
    try:
        return msgspec.toml.decode(text, type=kind)
    except UnicodeDecodeError:
        raise SchemeError(message("{origin}: is not UTF-8; save it as UTF-8", origin=origin)) from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as e:
        raise SchemeError(message("{origin}: {error}", origin=origin, error=e)) from None
