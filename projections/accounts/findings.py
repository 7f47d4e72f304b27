"""Findings that count at a check point: in its period, not withdrawn by K."""

from collections import defaultdict
from collections.abc import Iterable

from events.days import day_of
from events.facts import FindingFact
from events.finding import FindingRecorded, FindingWithdrawn
from events.instants import to_micros
from events.known import Known
from projections.rules.period import Period, is_published


def findings_at(known: Iterable[Known], period: Period) -> dict[str, tuple[FindingFact, ...]]:
    """Return the counting findings of each account, sorted; a rectification never gives points back."""
    known = list(known)
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}
    found: dict[str, list[FindingFact]] = defaultdict(list)
    for k in known:
        event, data = k.event, k.event.data
        if not isinstance(data, FindingRecorded) or event.id in withdrawn:
            continue
        if counts_in(to_micros(event.time), data.date_only, period):
            fact = FindingFact(event.id, data.rule_code, data.severity, data.count, event.time)
            found[event.subject].append(fact)
    return {account: tuple(sorted(facts)) for account, facts in found.items()}


def counts_in(found_at: int, date_only: bool, period: Period) -> bool:
    """Tell whether a finding (microseconds) counts; one known by its day, at every check point in that day."""
    start, t = to_micros(period.start), to_micros(period.check_point)
    if not date_only:
        return start < found_at <= t
    begin, end = day_of(found_at)
    return end > start and is_published(begin, end, t)
