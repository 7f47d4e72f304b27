"""Problems of accounts: what the annex says of each, and which accounts are named."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import msgspec

from events.bulletin import Edition
from events.evidence import REFERENCE_ONLY
from events.facts import Deduction, FindingFact, Verdict, VerdictRow
from events.finding import Severity
from projections.bulletin.material import Material, OutsideAccount
from projections.bulletin.withheld import unnamed_in
from projections.rules.rulesets import Rule, Ruleset
from projections.rules.silence import days_silent, silent_for_long, silent_past_limit

OWN_FIGURES = ("wording_errors", "no_interaction", "broken_functions")
"""Figures that count the accounts with problems of certain rules, which the ruleset names."""

SLOW = "slow"
"""Stands for a rule where silence within the limit is named."""

_WITHHELD_TEXT = "安全、泄密事故等严重问题"  # the heading of these lines in 昆政办发〔2019〕162号 annex 2
_BELOW = "扣分指标得分低于合格线"
_OWN_NAMES = {"below_pass_mark": _BELOW}


class Problem(msgspec.Struct, frozen=True, gc=False):
    """One problem of an account, under the rule that names it."""

    rule: str
    text: str
    public_text: str


_UNFILED = Problem("unfiled", "未按要求备案", "未按要求备案")


class Case(msgspec.Struct, frozen=True, gc=False):
    """An account that the bulletin names for its problems."""

    account_id: str
    name: str
    platform: str
    unit: str
    problems: tuple[Problem, ...]
    veto: bool
    gravest: str = ""  # the rule under which the text names it
    row: VerdictRow | None = None  # None: outside the checked population
    days: int | None = None
    findings: tuple[FindingFact, ...] = ()


def checked_with_problems(material: Material, slow_days: int, edition: Edition) -> list[Case]:
    """Return the checked accounts that an edition names, in the order of the rows.

    Named are: silence past the limit or beyond `slow_days`, updates that were missed, findings that the row rests on
    under rules of the round's ruleset, and failures by points.
    """
    cases = []
    unnamed = unnamed_in(material, edition)
    for row in material.rows:
        if row.account_id in unnamed:
            continue
        found = findings_of(row, material)
        entry = material.population.get(row.account_id)
        days = days_silent(row, material.round.check_point, entry.opened_at if entry else None)
        problems = _problems(row, found, days, material, slow_days)
        if problems:
            cases.append(
                Case(
                    account_id=row.account_id,
                    name=row.name,
                    platform=row.platform,
                    unit=unit_of(row),
                    problems=tuple(problems),
                    veto=row.verdict is Verdict.FAIL and _is_red(row.reason, material.ruleset),
                    gravest=min(problems, key=_gravity(material.ruleset)).rule,
                    row=row,
                    days=days,
                    findings=found,
                )
            )
    return cases


def outside_with_problems(material: Material, edition: Edition) -> list[Case]:
    """Return the accounts outside the checked population: listed, not counted, a severe case never in public."""
    return [
        _outside(account, material.ruleset)
        for account in material.outside
        if edition == "internal" or not any(f.rule in REFERENCE_ONLY for f in account.findings)
    ]


def findings_of(row: VerdictRow, material: Material) -> tuple[FindingFact, ...]:
    """Return the findings that a row rests on: those of the period whose ids are in its evidence."""
    evidence = set(row.evidence)
    return tuple(f for f in material.findings.get(row.account_id, ()) if f.id in evidence)


def unit_of(row: VerdictRow) -> str:
    """Return 地区（单位）: the area of an account, and its owner unit unless that names the area."""
    if row.owner.startswith(row.area):
        return row.owner or row.area
    if row.owner:
        return f"{row.area}（{row.owner}）"
    return row.area


def public_name(code: str, ruleset: Ruleset) -> str:
    """Return a rule as figures and public texts name it; the kind of secret or harmful content is withheld."""
    if code in REFERENCE_ONLY:
        return _WITHHELD_TEXT
    rule = ruleset.rule(code)
    return rule.name if rule else _OWN_NAMES.get(code, code)


def rules_found(found: Iterable[FindingFact]) -> dict[str, list[FindingFact]]:
    """Return findings by rule, in the order they come."""
    by_rule: dict[str, list[FindingFact]] = {}
    for finding in found:
        by_rule.setdefault(finding.rule, []).append(finding)
    return by_rule


def _problems(
    row: VerdictRow, found: Sequence[FindingFact], days: int | None, material: Material, slow_days: int
) -> list[Problem]:
    ruleset = material.ruleset
    problems = []
    silent = _broken_silence(row, ruleset)
    late = update_rule(ruleset, "yellow")
    if silent is not None:
        problems.append(_plain(silent.code, silent.name + _days(days)))
    elif silent_for_long(row, material.round.check_point, slow_days):
        longer = _days(days) if days is not None and days > slow_days else ""
        problems.append(_plain(SLOW, f"超过{slow_days}天未更新{longer}"))
    by_rule = rules_found(found)
    missed = _missed(row, by_rule, late)
    if late is not None and missed and not problems:
        problems.append(_plain(late.code, late.name + (f"（{missed}次）" if missed > 1 else "")))
    problems.extend(
        _found(code, fs, ruleset)
        for code, fs in by_rule.items()
        if (rule := ruleset.rule(code)) is not None and rule.by == "finding"
    )
    if row.verdict is Verdict.FAIL and not _is_red(row.reason, ruleset):
        listed = {p.rule for p in problems}
        problems.extend(_deducted(d, ruleset) for d in row.deductions if d.rule not in listed)
        problems.append(_plain(row.reason, _BELOW))
    return problems


def _broken_silence(row: VerdictRow, ruleset: Ruleset) -> Rule | None:
    """Return the red line by which the silence of an account fails it, None where none does.

    Accounts of one round may have limits of their own, and a line may not bind those of a class.
    """
    if not silent_past_limit(row):
        return None
    broken = (rule for d in row.deductions if (rule := ruleset.rule(d.rule)) is not None)
    found = next((rule for rule in broken if (rule.line, rule.by) == ("red", "posts")), None)
    return found if row.deductions or row.verdict is Verdict.PASS else update_rule(ruleset, "red")


def own_update_rules(ruleset: Ruleset) -> frozenset[str]:
    """Return the codes of the rules by posts that have figures of their own: those of the round."""
    found = (update_rule(ruleset, "red"), update_rule(ruleset, "yellow"))
    return frozenset(rule.code for rule in found if rule is not None)


def _missed(row: VerdictRow, by_rule: dict[str, list[FindingFact]], late: Rule | None) -> int:
    """Return how often an account was late with its updates, by looks or by findings: the greater one, as scored."""
    if late is None:
        return 0
    scored = [d.count for d in row.deductions if d.rule == late.code]
    return max([*scored, sum(f.count for f in by_rule.get(late.code, ()))])


def update_rule(ruleset: Ruleset, line: Severity) -> Rule | None:
    """Return the rule of a line that posts decide, None where the ruleset has none."""
    return next((r for r in ruleset.rules if r.line == line and r.by == "posts"), None)


def _gravity(ruleset: Ruleset) -> Callable[[Problem], tuple[bool, int, int]]:
    """Return the order of gravity: red lines as the ruleset has them, then the rules by their points."""
    place = {rule.code: (rule.line != "red", -rule.points_each, i) for i, rule in enumerate(ruleset.rules)}
    late = update_rule(ruleset, "yellow")
    least = (True, 0, len(place))
    place[SLOW] = place[late.code] if late is not None else least
    return lambda problem: place.get(problem.rule, least)


def _outside(account: OutsideAccount, ruleset: Ruleset) -> Case:
    by_rule = rules_found(account.findings)
    problems = [_UNFILED] if account.unfiled else []
    problems.extend(_found(code, fs, ruleset) for code, fs in by_rule.items() if ruleset.rule(code))
    if account.problem:
        problems.append(_plain("outside", account.problem))
    return Case(
        account_id=account.account_id,
        name=account.name,
        platform=account.platform,
        unit=account.unit,
        problems=tuple(problems),
        veto=account.veto or any(_is_red(code, ruleset) for code in by_rule),
        findings=account.findings,
    )


def _found(code: str, found: Sequence[FindingFact], ruleset: Ruleset) -> Problem:
    rule = ruleset.rule(code)
    count = sum(f.count for f in found)
    times = f"（{count}处）" if count > 1 else ""
    public = public_name(code, ruleset)
    return Problem(
        code, (rule.name if rule else code) + times, public if code in REFERENCE_ONLY else public + times
    )


def _deducted(deduction: Deduction, ruleset: Ruleset) -> Problem:
    return _plain(deduction.rule, public_name(deduction.rule, ruleset))


def _plain(rule: str, text: str) -> Problem:
    return Problem(rule, text, text)


def _days(days: int | None) -> str:
    return "" if days is None else f"（已{days}天未更新）"


def _is_red(code: str, ruleset: Ruleset) -> bool:
    rule: Rule | None = ruleset.rule(code)
    return rule is not None and rule.line == "red" and rule.effect == "fail"


def evidence_of(case: Case) -> tuple[UUID, ...]:
    """Return the ids of the facts that the naming of an account rests on."""
    return case.row.evidence if case.row else tuple(f.id for f in case.findings)
