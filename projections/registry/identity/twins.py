"""Twins that were merged: under which account lists mean them by the handles that they bore."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from events.account import AccountMerged
from events.known import Known
from projections.registry.identity.statement import FormerName


class Twin(msgspec.Struct, frozen=True):
    """A twin, and the account that it was merged into, at the end of all merges."""

    subject: str
    into: str
    given_id: str
    name: str
    platform: str
    merged_at: datetime

    @property
    def ids(self) -> tuple[str, ...]:
        """Return every id by which the twin can be named."""
        return tuple(dict.fromkeys((self.given_id, self.subject, self.subject.partition(":")[2])))


def twins(merges: Iterable[Known]) -> dict[str, list[Twin]]:
    """Return the twins of each account, of standing merges; what was merged on is a twin of the last account."""
    merged = {k.event.subject: k.event for k in merges if isinstance(k.event.data, AccountMerged)}
    found: defaultdict[str, list[Twin]] = defaultdict(list)
    for subject, event in merged.items():
        into, passed = event.data.into, {subject}
        while into in merged and into not in passed:
            passed.add(into)
            into = merged[into].data.into
        if into not in passed:
            data = event.data
            found[into].append(Twin(subject, into, data.given_id, data.name, data.platform, event.time))
    return dict(found)


def with_names(
    former: Mapping[str, tuple[FormerName, ...]], merged: Mapping[str, Iterable[Twin]]
) -> dict[str, tuple[FormerName, ...]]:
    """Return the former names of accounts with those of their twins, in the order in which they ended."""
    all_names = dict(former)
    for into, of_it in merged.items():
        names = (*all_names.get(into, ()), *(FormerName(twin.name, twin.merged_at) for twin in of_it))
        all_names[into] = tuple(sorted(names, key=lambda name: name.until))
    return all_names
