"""Figures of problems: silence, rules found broken, and how many accounts are named."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from events.bulletin import Edition
from events.facts import Verdict
from events.figures import Conventions, Figure, NamedAccount, Part
from projections.bulletin.material import Material
from projections.bulletin.problems import (
    OWN_FIGURES,
    SLOW,
    Case,
    checked_with_problems,
    outside_with_problems,
    own_update_rules,
    public_name,
    update_rule,
)
from projections.bulletin.withheld import unnamed_in
from projections.rules.silence import silent_for_long

_NOT_NAMED = "不公开列名"
_NOT_A_RULE = frozenset({SLOW, "below_pass_mark"})


def problem_figures(material: Material, conventions: Conventions, edition: Edition) -> Iterable[Figure]:
    """Yield the figures of problems; an account with two problems counts in both and is named once."""
    cases = checked_with_problems(material, conventions.slow_days, edition)
    outside = outside_with_problems(material, edition)
    silent, slow = silent_cases(cases, material), slow_cases(cases, material, conventions)
    missed = missed_cases(cases, material)
    yield _counted("not_updated", [*silent, *slow, *missed])
    yield _counted("silent_two_weeks", silent)
    yield _counted("over_seven_days", slow)
    yield _counted("missed_updates", missed)
    yield Figure("longest_silence", max((c.days for c in silent if c.days is not None), default=None))
    yield Figure("silent_days", parts=_days(silent))
    yield Figure("slow_days", parts=_days(slow))
    for figure in OWN_FIGURES:
        yield _counted(figure, breaking(cases, material.ruleset.counted_in(figure)))
    yield Figure("other_problems", parts=_others(cases, material))
    unnamed = unnamed_in(material, edition)
    yield Figure("failed_by_reason", parts=_reasons(material, unnamed))
    yield Figure("not_named", len(unnamed), tuple(sorted(unnamed)))
    yield _counted("named", cases)
    yield _counted("named_outside", outside)
    yield Figure("annex_rows", len(cases) + len(outside), tuple(c.account_id for c in (*cases, *outside)))


def silent_cases(cases: Sequence[Case], material: Material) -> list[Case]:
    """Return the accounts silent past the limit of the round, the longest silence first.

    Who has another limit by rules of its own stands under the name of that.
    """
    silent = update_rule(material.ruleset, "red")
    return [] if silent is None else sorted(breaking(cases, {silent.code}), key=_longest_first)


def slow_cases(cases: Sequence[Case], material: Material, conventions: Conventions) -> list[Case]:
    """Return the accounts within the limit that were silent for long, the longest silence first."""
    at, days = material.round.check_point, conventions.slow_days
    return sorted((c for c in cases if c.row and silent_for_long(c.row, at, days)), key=_longest_first)


def missed_cases(cases: Sequence[Case], material: Material) -> list[Case]:
    """Return the accounts that were late with their updates within the period, and are not silent for long now."""
    late = update_rule(material.ruleset, "yellow")
    return [] if late is None else breaking(cases, {late.code})


def breaking(cases: Sequence[Case], rules: Collection[str]) -> list[Case]:
    """Return the accounts found to break one of some rules."""
    return [c for c in cases if any(p.rule in rules for p in c.problems)]


def named_account(case: Case, number: int) -> NamedAccount:
    """Return an account as the text of a bulletin names it, with the number of its row in the annex."""
    return NamedAccount(case.account_id, case.name, case.platform, case.unit, case.days, number)


def _longest_first(case: Case) -> tuple[int, str]:
    return -(case.days if case.days is not None else -1), case.account_id


def _days(cases: Sequence[Case]) -> tuple[Part, ...]:
    """Return whole days by name and platform; where two accounts share both, by unit and number as well."""
    titles = [f"{c.name}（{c.platform}）" for c in cases]
    often = Counter(titles)
    titles = [t if often[t] == 1 else f"{t}{c.unit}" for t, c in zip(titles, cases, strict=True)]
    seen: Counter[str] = Counter()
    parts = []
    for title, case in zip(titles, cases, strict=True):
        seen[title] += 1
        key = title if seen[title] == 1 else f"{title}之{seen[title]}"
        parts.append(Part(key, case.days, (case.account_id,)))
    return tuple(parts)


def other_cases(cases: Sequence[Case], material: Material) -> list[Case]:
    """Return the accounts with a problem under a rule that has no figure of its own."""
    own = _own_rules(material)
    return [c for c in cases if any(p.rule not in own for p in c.problems)]


def _own_rules(material: Material) -> frozenset[str]:
    """Return the rules that have a figure of their own, and what stands for a rule and is none."""
    return _NOT_A_RULE.union(
        own_update_rules(material.ruleset), *map(material.ruleset.counted_in, OWN_FIGURES)
    )


def _others(cases: Sequence[Case], material: Material) -> tuple[Part, ...]:
    """Count the accounts under each rule that has no figure of its own."""
    own = _own_rules(material)
    found: dict[str, dict[str, None]] = {}
    for case in other_cases(cases, material):
        for problem in case.problems:
            if problem.rule not in own:
                name = public_name(problem.rule, material.ruleset)
                found.setdefault(name, {})[case.account_id] = None
    return _named_parts(found)


def _reasons(material: Material, unnamed: Collection[str]) -> tuple[Part, ...]:
    found: dict[str, dict[str, None]] = {}
    for row in material.rows:
        if row.verdict is Verdict.FAIL:
            name = _NOT_NAMED if row.account_id in unnamed else public_name(row.reason, material.ruleset)
            found.setdefault(name, {})[row.account_id] = None
    return _named_parts(found)


def _named_parts(found: dict[str, dict[str, None]]) -> tuple[Part, ...]:
    return tuple(Part(name, len(ids), tuple(ids)) for name, ids in sorted(found.items()))


def _counted(name: str, cases: Sequence[Case]) -> Figure:
    return Figure(name, len(cases), tuple(c.account_id for c in cases))
