"""Figures of a bulletin, each derived from the rows of one run and the population that they come from."""

from collections.abc import Callable, Iterable, Sequence

from events.bulletin import Edition
from events.facts import RegistryEntry, Verdict, VerdictRow
from events.figures import Conventions, Figure, Figures, Part, Value
from events.platform_groups import group_of
from projections.bulletin.material import Material
from projections.bulletin.problem_figures import problem_figures
from projections.bulletin.withheld import unnamed_in
from projections.bulletin.year_figures import year_figures
from projections.rules.digest import pass_rate

_OTHERS = "其他"
"""Tier or area of the accounts that the registry does not say it of, where it says it of others."""

_NO_LINE = "不属于条线"
"""Where accounts without a line stand in a bulletin by line."""

_Key = Callable[[VerdictRow | RegistryEntry], str]
_Rows = Sequence[VerdictRow]


def figures_of(material: Material, conventions: Conventions, edition: Edition = "public") -> Figures:
    """Return every figure by name, in the order of the catalogue.

    Where a public edition has accounts that it does not name, it splits outcomes by nothing: the split less the named
    accounts would tell tier, platform and area of the others.
    """
    return Figures(
        (
            *_totals(material, conventions),
            *_checked(material, conventions),
            *_outcome(material.rows, conventions.digits),
            *_outcome_by(material, conventions, withheld=bool(unnamed_in(material, edition))),
            *problem_figures(material, conventions, edition),
            *year_figures(material, conventions, edition),
        )
    )


def share(part: int, whole: int, digits: int) -> str | None:
    """Return part / whole in percent, rounded half up; None of nothing."""
    return pass_rate(part, whole - part, digits)


def _totals(material: Material, conventions: Conventions) -> Iterable[Figure]:
    population = material.population
    yield Figure("accounts_total", len(population), tuple(sorted(population)))
    for dimension in ("tier", "platform"):
        if not _is_filled_in(dimension, population.values()):
            yield Figure(f"accounts_by_{dimension}", parts=())
            continue
        key, order = _dimension(dimension, material, conventions)
        members: dict[str, list[str]] = {k: [] for k in order}
        for account, entry in sorted(population.items()):
            members.setdefault(key(entry), []).append(account)
        parts = tuple(Part(k, len(ids), tuple(ids)) for k, ids in members.items())
        yield Figure(f"accounts_by_{dimension}", parts=parts)


def _checked(material: Material, conventions: Conventions) -> Iterable[Figure]:
    rows, tiers = material.rows, material.round.tiers_whole
    whole = [r for r in rows if tiers is None or r.tier in tiers]
    drawn = [r for r in rows if tiers is not None and r.tier not in tiers]
    focused = [r for r in rows if r.account_id in material.focus]
    yield _counted("checked", rows)
    yield Figure("share_checked", share(len(rows), len(material.population), conventions.digits), _ids(rows))
    yield _counted("checked_whole", whole)
    yield _counted("checked_sampled", drawn)
    yield Figure("focus_size", len(material.focus), tuple(sorted(material.focus)))
    yield _counted("focus_checked", focused)


def _outcome(rows: _Rows, digits: int) -> Iterable[Figure]:
    passed, failed, unknown = (_of(rows, verdict) for verdict in Verdict)
    yield _counted("passed", passed)
    yield _counted("failed", failed)
    yield _counted("unknown", unknown)
    yield Figure("pass_rate", pass_rate(len(passed), len(failed), digits), _ids([*passed, *failed]))
    open_weeks = [row for row in rows if row.weeks_not_judged]
    yield Figure("weeks_not_judged", sum(row.weeks_not_judged or 0 for row in open_weeks), _ids(open_weeks))
    yield _counted("with_weeks_not_judged", open_weeks)


def _outcome_by(material: Material, conventions: Conventions, *, withheld: bool) -> Iterable[Figure]:
    for dimension in ("tier", "platform", "area"):
        groups: dict[str, list[VerdictRow]] = {}
        if (dimension == "area" and material.by_line) or _is_filled_in(dimension, material.rows):
            key, order = _dimension(dimension, material, conventions)
            split: dict[str, list[VerdictRow]] = {k: [] for k in order}
            for row in material.rows:
                split.setdefault(key(row), []).append(row)
            groups = {k: rows for k, rows in split.items() if rows or dimension != "area"}
        yield Figure(f"checked_by_{dimension}", parts=_parts(groups, len))
        if withheld:
            groups = {}
        for verdict, name in (
            (Verdict.PASS, "passed"),
            (Verdict.FAIL, "failed"),
            (Verdict.UNKNOWN, "unknown"),
        ):
            of_verdict = {k: _of(rows, verdict) for k, rows in groups.items()}
            yield Figure(f"{name}_by_{dimension}", parts=_parts(of_verdict, len))
        rate = _rate_in(conventions.digits)
        yield Figure(f"pass_rate_by_{dimension}", parts=_parts(groups, rate))


def _dimension(name: str, material: Material, conventions: Conventions) -> tuple[_Key, list[str]]:
    """Return how a row is put into the groups of a dimension, and the groups in the order they are printed."""
    if name == "platform":
        groups = conventions.groups
        return lambda row: group_of(row.platform, groups), [g.name for g in groups]
    if name == "area" and material.by_line:
        lines = {entry.line for entry in material.population.values()}
        return lambda row: _line_of(row, material) or _NO_LINE, [*material.areas, *[_NO_LINE] * ("" in lines)]
    wanted = conventions.tiers if name == "tier" else (*conventions.areas, *material.areas)
    there = {getattr(entry, name) for entry in material.population.values()}
    there |= {getattr(row, name) for row in material.rows}
    known = [k for k in dict.fromkeys(wanted) if k in there]
    others = sorted(there - {*known, ""})
    unsaid = [_OTHERS] if "" in there and _OTHERS not in there else []
    return lambda row: getattr(row, name) or _OTHERS, [*known, *others, *unsaid]


def _line_of(row: VerdictRow | RegistryEntry, material: Material) -> str:
    return row.line if isinstance(row, RegistryEntry) else material.branch_of(row)


def _is_filled_in(dimension: str, of: Iterable[VerdictRow | RegistryEntry]) -> bool:
    """Tell whether the registry says of any account what a split goes by: one that nobody filled in is left out."""
    return any(getattr(entry, dimension) for entry in of)


def _of(rows: _Rows, verdict: Verdict) -> list[VerdictRow]:
    return [row for row in rows if row.verdict is verdict]


def _rate_in(digits: int) -> Callable[[_Rows], Value]:
    return lambda rows: pass_rate(len(_of(rows, Verdict.PASS)), len(_of(rows, Verdict.FAIL)), digits)


def _parts(groups: dict[str, list[VerdictRow]], value: Callable[[_Rows], Value]) -> tuple[Part, ...]:
    return tuple(Part(key, value(rows), _ids(rows)) for key, rows in groups.items())


def _counted(name: str, rows: _Rows) -> Figure:
    return Figure(name, len(rows), _ids(rows))


def _ids(rows: Iterable[VerdictRow]) -> tuple[str, ...]:
    return tuple(row.account_id for row in rows)
