"""Second mention: a problem of an account that a round within a year before told of, for the internal edition.

Whether units are named for it in public is the office's decision. No document gives a time for 屡改屡犯; a year is our
assumption, the one of docs/figures.md.
"""

from collections.abc import Iterable
from datetime import timedelta

from events.evidence import REFERENCE_ONLY
from events.quarters import parse_quarter
from projections.bulletin.material import Material
from projections.bulletin.problems import Case

AGAIN = "一年内再次出现"
WITHIN = timedelta(days=365)


def mentioned_before(case: Case, material: Material) -> tuple[str, ...]:
    """Return a remark for each problem of an account that an earlier round told of, too, naming the last one."""
    earlier = [
        past
        for past in material.past
        if timedelta() < material.round.check_point - past.check_point <= WITHIN
    ]
    last: dict[str, str] = {}
    for past in sorted(earlier, key=lambda p: (p.check_point, p.name)):
        for row in past.rows:
            if row.account_id == case.account_id:
                last |= dict.fromkeys((d.rule for d in row.deductions), past.quarter)
    return tuple(_remarks(last, ((p.rule, p.text) for p in case.problems)))


def _remarks(last: dict[str, str], problems: Iterable[tuple[str, str]]) -> Iterable[str]:
    for rule, text in dict(problems).items():
        if rule in last and rule not in REFERENCE_ONLY:
            yield f"{AGAIN}：{text}（上次{parse_quarter(last[rule]).chinese}）"
