"""Findings that count at a check point: in its period, not withdrawn by K."""

from collections import defaultdict
from collections.abc import Iterable

from events.facts import FindingFact
from events.finding import FindingRecorded, FindingWithdrawn
from events.known import Known
from projections.period import Period


def findings_at(known: Iterable[Known], period: Period) -> dict[str, tuple[FindingFact, ...]]:
    """Return the counting findings of each account, sorted; a rectification never gives points back."""
    known = list(known)
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}
    found: dict[str, list[FindingFact]] = defaultdict(list)
    for k in known:
        event, data = k.event, k.event.data
        if not isinstance(data, FindingRecorded) or event.id in withdrawn:
            continue
        if period.start < event.time <= period.check_point:
            fact = FindingFact(event.id, data.rule, data.severity, data.count, event.time)
            found[event.subject].append(fact)
    return {account: tuple(sorted(facts)) for account, facts in found.items()}
