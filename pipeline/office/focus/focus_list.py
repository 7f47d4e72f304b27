"""The focus list as commands and rounds see it: who is on it, its history, its daily watch, flags handed in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec.structs import replace

from connectors.sheets.flags import FlagRow
from events import fact_ids
from events.account import AccountMerged
from events.codec import Event
from events.days import midnight_before
from events.facts import AccountFacts
from events.focus import FocusEntered, FocusFlagged, FocusLeft
from events.known import Known
from events.sources import SHEETS
from pipeline.home.registry import Registry
from pipeline.home.workspace import Workspace
from pipeline.office.registry_imports import resolve_rows
from pipeline.scores.scoring import Question, population_at, population_facts
from projections.focus.focus_list import FOCUS_TYPES, FocusSize, focus_at, focus_sizes, focus_stays
from projections.focus.rules import entries_due
from projections.focus.watch import Need, Watched, watch
from projections.registry.identity.twins import twins

_DAY = timedelta(days=1)


class WatchedAccount(msgspec.Struct, frozen=True):
    """An account of the daily watch with what the registry says of it."""

    facts: AccountFacts
    watched: Watched


def focus_list(workspace: Workspace, check_point: datetime, known_at: datetime) -> frozenset[str]:
    """Return the account ids that are on the focus list at T as known at K; closed accounts stay until struck off."""
    return frozenset(focus_at(known_focus(workspace, known_at, texts=False), check_point))


def pending_flags(workspace: Workspace, check_point: datetime, known_at: datetime) -> int:
    """Return how many flags the list at T does not rest on yet: `focus update` would record an entry for each.

    Until then they put no account on the list, and so none into a sample.
    """
    known = known_focus(workspace, known_at)
    population = population_at(workspace.known, check_point, known_at)
    return sum(due.cause == "flag" for due in entries_due(known, (), population, check_point, ()))


def known_focus(workspace: Workspace, known_at: datetime, *more: str, texts: bool = True) -> list[Known]:
    """Return the facts of the focus list as known at K, with those of `more` types.

    Stays of a twin that was merged are those of the account that it is: its flags and findings were told again there,
    and what entered it rests on these; entries and exits stand where they were recorded.
    """
    merges = workspace.known.read((AccountMerged.type,), known_at, texts=False)
    known = workspace.known.read((*FOCUS_TYPES, *more), known_at, texts=texts)
    if not merges:
        return known
    now = {twin.subject: twin.into for of_it in twins(merges).values() for twin in of_it}
    moved = {
        UUID(old): new
        for k in merges
        if isinstance(k.event.data, AccountMerged)
        for old, new in k.event.data.moved.items()
    }
    return [_under_account(k, now, moved) if k.event.subject in now else k for k in known]


def _under_account(k: Known, now: Mapping[str, str], moved: Mapping[UUID, UUID]) -> Known:
    """Return an entry or exit of a twin as one of the account that it is."""
    data = k.event.data
    if not isinstance(data, FocusEntered | FocusLeft):
        return k
    if isinstance(data, FocusEntered):
        cause = data.cause_id
        while cause in moved:
            cause = moved[cause]
        data = replace(data, cause_id=cause)
    return replace(k, event=replace(k.event, subject=now[k.event.subject], data=data))


def focus_history(known: Sequence[Known], until: datetime | None, *, by_month: bool) -> list[FocusSize]:
    """Return the size of the list at the end of each Chinese day or month, from the first entry on.

    `until` is the last moment, within a day or month too; None: the end of that with the last entry or exit.
    """
    stays = [stay for found in focus_stays(known).values() for stay in found]
    turns = [t for s in stays for t in (s.entered_at, s.left_at) if t is not None]
    if not turns or (until is not None and until < min(turns)):
        return []
    last = until if until is not None else max(turns)
    moments = [_end_of(min(turns), by_month=by_month)]
    while moments[-1] < last:
        moments.append(_end_of(moments[-1] + _DAY, by_month=by_month))
    if until is not None:
        moments[-1] = min(moments[-1], until)
    return focus_sizes(known, moments)


def watch_list(workspace: Workspace, question: Question) -> list[WatchedAccount]:
    """Return every account of the list that is open at T with what it needs today, the most urgent first."""
    at = question.period.check_point
    accounts = focus_list(workspace, at, question.known_at)
    if not accounts:
        return []
    found = [
        WatchedAccount(facts, watch(facts, question.rules_of(facts).freshness, at))
        for facts in population_facts(workspace.known, question, accounts)
    ]
    urgency = list(Need)
    return sorted(
        found,
        key=lambda w: (
            urgency.index(w.watched.need),
            -(w.watched.whole_days_silent or 0),
            w.facts.account_id,
        ),
    )


def flag_events(
    path: Path, rows: Sequence[FlagRow], registry: Registry, now: datetime
) -> list[Event[FocusFlagged]]:
    """Return the events of a sheet of flags; raises `SheetErrors` for rows about unknown accounts."""
    subjects = resolve_rows(path, rows, registry)
    return [
        flag_event(subjects[row.row], row.flagged_at, row.by, row.reason, now, date_only=row.date_only)
        for row in rows
    ]


def flag_event(
    account_id: str, at: datetime, by: str, reason: str, now: datetime, *, date_only: bool = False
) -> Event[FocusFlagged]:
    """Return a flag of an account; the same firm, moment and reason are the same flag."""
    data = FocusFlagged(by=by, reason=reason, date_only=date_only, handed_in_at=now)
    return Event(fact_ids.focus_flagged(account_id, at, by, reason), SHEETS, account_id, at, data)


def _end_of(at: datetime, *, by_month: bool) -> datetime:
    """Return the last moment of the Chinese day or month that `at` lies in."""
    midnight = midnight_before(at)
    if by_month:
        midnight = (midnight.replace(day=1) + 32 * _DAY).replace(day=1)
    else:
        midnight += _DAY
    return (midnight - timedelta(microseconds=1)).astimezone(at.tzinfo)
