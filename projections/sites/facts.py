"""What is known of one site at (check point, known at): pages with their ages, days of visits, messages, findings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from events.evidence import Evidence
from events.known import Known
from events.quarters import quarter_at
from events.site import AvailabilitySampled, SiteFindingRecorded, SiteMessageSampled, SitePatrolled
from projections.sites.ages import Age, PageLook, age_of
from projections.sites.registry import Site, SiteColumn, sites_at

OBSERVED_TYPES = ("site.patrolled", "availability.sampled", "site.message_sampled", "site_finding.recorded")
"""Types of events that sites are judged by, beside those of the registry."""


class ColumnFacts(msgspec.Struct, frozen=True):
    """A column, and how old it is."""

    column: SiteColumn
    age: Age


class DayOfVisits(msgspec.Struct, frozen=True):
    """Visits of a home page on a Chinese day; of several sources their sum."""

    day: date
    visits: int
    failures: int
    limit_s: int


class MessageFacts(msgspec.Struct, frozen=True):
    """A message to the site as looks at it say."""

    reference: str
    asked_at: datetime
    answered_at: datetime | None
    open_until: datetime  # it had no answer up to here, and not beyond T
    valid: bool


class SiteFinding(msgspec.Struct, frozen=True):
    """What a person found."""

    id: UUID
    rule: str
    count: int
    found_at: datetime
    note: str
    evidence: tuple[Evidence, ...]


class SiteFacts(msgspec.Struct, frozen=True):
    """Everything that a site is judged by."""

    site: Site
    home: Age
    columns: tuple[ColumnFacts, ...]
    days: dict[date, DayOfVisits]
    messages: tuple[MessageFacts, ...]
    findings: tuple[SiteFinding, ...]


def site_facts(known: Iterable[Known], t: datetime, found_from: datetime | None = None) -> list[SiteFacts]:
    """Return the facts of every site that stands at T, by subject; `known` are first records as known at K.

    Findings count from `found_from`, by default the beginning of the Chinese quarter of T, up to T.
    """
    records = list(known)
    since = found_from if found_from is not None else quarter_at(t).start
    by_site: dict[str, list[Known]] = defaultdict(list)
    for k in records:
        by_site[k.event.subject].append(k)
    return [
        _facts(site, by_site[subject], t, since) for subject, site in sorted(sites_at(records, t).items())
    ]


_Looks = dict[tuple[datetime | None, bool, bool, bool, bool, int, bool], tuple[datetime, int]]
"""Of looks at a column that show the same, before T or after it, the last one: the others prove nothing beyond it."""


def _looks(kept: _Looks) -> Iterator[PageLook]:
    for (newest_at, date_only, _, proves, by_hand, lag_s, _), (at, entries) in kept.items():
        yield PageLook(at, lag_s, entries, newest_at, date_only, proves, by_hand)


def _facts(site: Site, known: Sequence[Known], t: datetime, since: datetime) -> SiteFacts:
    home: list[PageLook] = []
    pages: dict[str, _Looks] = defaultdict(dict)
    days: dict[date, DayOfVisits] = {}
    messages: dict[str, list[tuple[datetime, SiteMessageSampled]]] = defaultdict(list)
    findings = []
    for k in known:
        event, data = k.event, k.event.data
        if isinstance(data, SitePatrolled):
            home.append(
                PageLook(
                    event.time,
                    data.lag_s,
                    None,
                    data.newest_at,
                    data.newest_date_only,
                    data.proves_silence,
                    data.by_hand,
                )
            )
            for seen in data.columns:
                proves = seen.dated >= seen.entries
                what = (
                    seen.newest_at,
                    seen.newest_date_only,
                    seen.entries == 0,
                    proves,
                    data.by_hand,
                    data.lag_s,
                    event.time <= t,
                )
                kept = pages[seen.column_id]
                before = kept.get(what)
                if before is None or before[0] < event.time:
                    kept[what] = (event.time, seen.entries)
        elif isinstance(data, AvailabilitySampled):
            days[data.day] = _day(days.get(data.day), data)
        elif isinstance(data, SiteMessageSampled):
            messages[data.reference].append((event.time, data))
        elif isinstance(data, SiteFindingRecorded) and since <= event.time <= t:
            findings.append(
                SiteFinding(event.id, data.rule, data.count, event.time, data.note, data.evidence)
            )
    return SiteFacts(
        site,
        age_of(home, t),
        tuple(
            ColumnFacts(column, age_of(_looks(pages[column.column_id]), t))
            for column in sorted(site.columns.values(), key=lambda one: (one.name, one.column_id))
        ),
        days,
        tuple(_message(reference, samples, t) for reference, samples in sorted(messages.items())),
        tuple(findings),
    )


def _day(before: DayOfVisits | None, data: AvailabilitySampled) -> DayOfVisits:
    if before is None:
        return DayOfVisits(data.day, data.visits, data.failures, data.limit_s)
    visits, failures = before.visits + data.visits, before.failures + data.failures
    return DayOfVisits(data.day, visits, failures, max(before.limit_s, data.limit_s))


def _message(
    reference: str, samples: Sequence[tuple[datetime, SiteMessageSampled]], t: datetime
) -> MessageFacts:
    """Return a message; an answer that any look saw counts from its own time on."""
    in_order = sorted(samples, key=lambda one: one[0])
    last = in_order[-1][1]
    answers = [data.answered_at for _, data in in_order if data.answered_at is not None]
    answered = min(answers, default=None)
    open_until = max((at for at, data in in_order if data.answered_at is None), default=last.asked_at)
    if answered is not None:
        open_until = max(open_until, answered)
    return MessageFacts(reference, last.asked_at, answered, min(open_until, t), last.valid)
