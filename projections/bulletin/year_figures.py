"""Figures over several rounds: the quarter's rounds together, and full marks in every check of the year."""

from collections.abc import Iterable, Sequence

from events.bulletin import Edition
from events.facts import Verdict, VerdictRow
from events.figures import Conventions, Figure, Part
from projections.bulletin.material import Material, ScoredRound
from projections.bulletin.problems import checked_with_problems
from projections.bulletin.withheld import any_severe
from projections.rules.digest import pass_rate


def year_figures(material: Material, conventions: Conventions, edition: Edition) -> Iterable[Figure]:
    """Yield figures over the rounds of the quarter and of the year, this one among them.

    Full marks have who was checked, lost nothing, and is not named for a problem that costs no points. Where a round
    had severe cases, a public edition counts no account over its rounds and has no roll: names of one bulletin against
    the counts of another would tell who they are.
    """
    digits = conventions.digits
    rounds = rounds_so_far(material)
    quarter = [r for r in rounds if r.quarter == material.round.quarter]
    yield Figure("rounds_in_quarter", len(quarter))
    if _is_withheld(quarter, edition):
        yield Figure("failed_in_quarter")
        yield Figure("pass_rate_in_quarter")
    else:
        failed, judged = _failed_and_judged(quarter)
        yield Figure("failed_in_quarter", len(failed), tuple(sorted(failed)))
        rate = pass_rate(len(judged - failed), len(failed), digits)
        yield Figure("pass_rate_in_quarter", rate, tuple(sorted(judged)))
    year = material.round.quarter[:4]
    points = full_points_of(material)
    named = {case.account_id for case in checked_with_problems(material, conventions.slow_days, edition)}
    full = [
        r.account_id
        for r in material.rows
        if points is not None and _is_full(r, points) and r.account_id not in named
    ]
    yield Figure("full_marks", len(full), tuple(full))
    of_year = [r for r in rounds if r.quarter[:4] == year]
    yield Figure("rounds_in_year", len(of_year))
    if (
        points is not None and len(of_year) > 1 and not _is_withheld(of_year, edition)
    ):  # one check is no year, and red lines give no marks
        roll = tuple(account for account in full_marks_roll(rounds, year) if account not in named)
        yield Figure("full_marks_all_year", len(roll), roll)
    rates = pass_rates(rounds, digits)
    yield Figure("pass_rate_by_quarter", parts=tuple(Part(q, rate) for q, rate in rates))


def rounds_so_far(material: Material) -> list[ScoredRound]:
    """Return the stored rounds of the area up to this one, by check point."""
    r = material.round
    this = ScoredRound(
        name=r.name,
        quarter=r.quarter,
        check_point=r.check_point,
        full_points=full_points_of(material),
        rows=material.rows,
    )
    earlier = (p for p in material.past if p.check_point < r.check_point)
    return sorted([*earlier, this], key=lambda p: (p.check_point, p.name))


def full_marks_roll(rounds: Sequence[ScoredRound], year: str) -> tuple[str, ...]:
    """Return the accounts with full marks in every check of a year that they were in, the last one among them.

    A round of red lines gives no points: there an account must have passed (Wuxi's rounds of October and November),
    and where the last round gives none there is no roll.
    """
    of_year = [r for r in rounds if r.quarter[:4] == year]
    if not of_year or of_year[-1].full_points is None:
        return ()
    kept = {row.account_id for row in of_year[-1].rows}
    for scored in of_year:
        kept -= {row.account_id for row in scored.rows if not _is_full(row, scored.full_points)}
    return tuple(sorted(kept))


def pass_rates(rounds: Sequence[ScoredRound], digits: int) -> list[tuple[str, str | None]]:
    """Return the pass rate of each quarter, of its last round."""
    last = {r.quarter: r for r in rounds}
    return [
        (q, pass_rate(r.count(Verdict.PASS), r.count(Verdict.FAIL), digits)) for q, r in sorted(last.items())
    ]


def _is_withheld(rounds: Iterable[ScoredRound], edition: Edition) -> bool:
    return edition != "internal" and any(any_severe(scored.rows) for scored in rounds)


def full_points_of(material: Material) -> int | None:
    """Return the points of a faultless account; None where the ruleset has red lines only."""
    ruleset = material.ruleset
    return None if ruleset.pass_mark is None else ruleset.full_points


def _failed_and_judged(rounds: Sequence[ScoredRound]) -> tuple[set[str], set[str]]:
    failed: set[str] = set()
    judged: set[str] = set()
    for scored in rounds:
        failed.update(row.account_id for row in scored.rows if row.verdict is Verdict.FAIL)
        judged.update(row.account_id for row in scored.rows if row.verdict is not Verdict.UNKNOWN)
    return failed, judged


def _is_full(row: VerdictRow, full_points: int | None) -> bool:
    """Tell whether an account was checked and lost nothing: one with weeks that nobody could judge was not."""
    if row.verdict is not Verdict.PASS or row.deductions:
        return False
    return full_points is None or (row.points == full_points and not row.weeks_not_judged)
