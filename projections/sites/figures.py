"""Figures of a check of websites, all from its rows: totals, pass rate, problems by unit with the columns named."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec

from events.site import SiteKind
from events.site_check import SiteRow


class SiteProblem(msgspec.Struct, frozen=True):
    """What stands against one site."""

    unit: str
    site: str  # name
    failed: bool
    rules: tuple[str, ...]  # codes of the rules that it broke
    overdue: tuple[str, ...]  # names of columns
    empty: tuple[str, ...]


class SiteFigures(msgspec.Struct, frozen=True):
    """What a bulletin says of websites."""

    checked: int
    by_kind: dict[SiteKind, int]
    passed: int
    failed: int
    unknown: int
    problems: tuple[SiteProblem, ...]  # sites with anything against them, failed ones first, by unit and name
    without_fault: tuple[str, ...]  # names of sites with nothing against them

    @property
    def pass_rate(self) -> Fraction | None:
        """Share of the sites that were judged; None where none was."""
        judged = self.passed + self.failed
        return Fraction(self.passed, judged) if judged else None

    def columns_by_unit(self) -> dict[str, tuple[str, ...]]:
        """Return the names of overdue and empty columns by unit, in the order of the problems."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for problem in self.problems:
            found[problem.unit].update(dict.fromkeys((*problem.overdue, *problem.empty)))
        return {unit: tuple(columns) for unit, columns in found.items() if columns}


def figures_of(rows: Iterable[SiteRow]) -> SiteFigures:
    """Return the figures of rows."""
    among = sorted(rows, key=lambda row: (row.unit, row.name, row.site))
    verdicts = Counter(row.verdict for row in among)
    kinds = Counter(row.kind for row in among)
    problems = [_problem(row) for row in among if _has_problem(row)]
    return SiteFigures(
        checked=len(among),
        by_kind={kind: kinds[kind] for kind in ("government", "institution")},
        passed=verdicts["passed"],
        failed=verdicts["failed"],
        unknown=verdicts["unknown"],
        problems=_failed_first(problems),
        without_fault=tuple(row.name for row in among if row.verdict == "passed" and not _has_problem(row)),
    )


def _has_problem(row: SiteRow) -> bool:
    return bool(row.charges or row.overdue or row.empty)


def _problem(row: SiteRow) -> SiteProblem:
    rules = tuple(charge.rule for charge in row.charges)
    return SiteProblem(row.unit, row.name, row.verdict == "failed", rules, row.overdue, row.empty)


def _failed_first(problems: Sequence[SiteProblem]) -> tuple[SiteProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: not problem.failed))
