"""What a round holds against accounts, and what of it their units were told in time to answer."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from events.facts import Verdict, VerdictRow
from events.finding import Charge, FindingServed
from events.instants import EPOCH
from events.known import Known
from projections.rules.rulesets import Ruleset

_ANY = EPOCH


class Notice(msgspec.Struct, frozen=True):
    """What a unit was told of an account, when, and until when it may answer."""

    at: datetime
    charges: tuple[Charge, ...]
    answer_until: datetime


def charges_of(row: VerdictRow, ruleset: Ruleset) -> tuple[Charge, ...]:
    """Return what a row holds against its account."""
    found = {rule.code for rule in ruleset.rules if rule.by == "finding"}
    return tuple(
        Charge(d.rule, d.count, tuple(sorted(d.evidence)) if d.rule in found else ()) for d in row.deductions
    )


def newly_charged(before: VerdictRow | None, after: VerdictRow, ruleset: Ruleset) -> tuple[Charge, ...]:
    """Return what makes a row worse than a published one; empty where it is not.

    Worse is a failure for something that the row before did not hold against the account, and fewer points.
    """
    fewer = (
        after.verdict is Verdict.PASS
        and before is not None
        and None not in (before.points, after.points)
        and (before.points or 0) > (after.points or 0)
    )
    if after.verdict is not Verdict.FAIL and not fewer:
        return ()
    known = () if before is None else (Notice(_ANY, charges_of(before, ruleset), _ANY),)
    return not_covered(charges_of(after, ruleset), known)


def notices_of(known: Iterable[Known], round_key: str) -> dict[str, tuple[Notice, ...]]:
    """Return what units were told for a round, by account; `known` are first records."""
    notices: dict[str, tuple[Notice, ...]] = {}
    for k in known:
        data = k.event.data
        if isinstance(data, FindingServed) and data.round == round_key:
            notice = Notice(k.event.time, data.charges, data.answer_until)
            notices[k.event.subject] = (*notices.get(k.event.subject, ()), notice)
    return notices


def not_covered(charges: Iterable[Charge], notices: Iterable[Notice]) -> tuple[Charge, ...]:
    """Return the charges that no notice tells of: another rule, more often, or by another finding than was told."""
    notified: dict[str, tuple[int, frozenset[object]]] = {}
    for notice in notices:
        for charge in notice.charges:
            count, findings = notified.get(charge.rule, (0, frozenset()))
            notified[charge.rule] = max(count, charge.count), findings | set(charge.findings)
    return tuple(charge for charge in charges if not _is_covered(charge, notified))


def answerable_until(charges: Iterable[Charge], notices: Iterable[Notice], now: datetime) -> datetime | None:
    """Return until when a unit may still answer charges that it was told of, None where all windows are past."""
    notices = list(notices)
    if not not_covered(charges, (n for n in notices if n.answer_until <= now)):
        return None
    return max((n.answer_until for n in notices), default=None)


def _is_covered(charge: Charge, notified: Mapping[str, tuple[int, frozenset[object]]]) -> bool:
    count, findings = notified.get(charge.rule, (0, frozenset()))
    return charge.count <= count and findings.issuperset(charge.findings)
