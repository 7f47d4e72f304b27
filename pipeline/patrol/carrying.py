"""Which accounts the sources of a home look at by plan, and which of them their quotas will not carry."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime

import msgspec
from msgspec.structs import replace

from connectors.patrolstore.port import AccountNote, Breaker, PatrolStore, WatchedSource
from events.instants import DAY_US, to_micros
from pipeline.home.folder import Home
from pipeline.home.patrol_store import has_patrol_store, open_patrol_store
from pipeline.home.read_model import ReadModel
from pipeline.patrol.attention import attentions
from projections.patrol.account_line import AccountLine
from projections.patrol.needs import Attention, Policy
from projections.patrol.plan import Plan, plan_of
from projections.patrol.quota import Late, Limits, QuotaOutlook, quota_outlook
from projections.patrol.workdays import Workdays, number_of
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth

_AT_WORK_US = DAY_US
"""A source whose patrol was not at work for longer looks at nobody, whatever it has planned."""


class Rules(msgspec.Struct, frozen=True):
    """How a source is looked at, as its patrol tells it to the patrol store in JSON."""

    limits: Limits
    policy: Policy
    canaries: tuple[str, ...] = ()


class SourceOutlook(msgspec.Struct, frozen=True):
    """What the quota of a source will not carry."""

    source: str
    late: tuple[Late, ...]  # certain
    number: int  # of late looks, with a margin
    least: int
    most: int


class Carried(msgspec.Struct, frozen=True):
    """What people need not look at, and where the sources need help."""

    accounts: frozenset[str] = frozenset()
    outlooks: tuple[SourceOutlook, ...] = ()  # of the sources that have too little quota


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What plans follow from."""

    lines: Mapping[str, AccountLine]
    attentions: Mapping[str, Attention]  # without canaries, which are those of a source
    health: Mapping[str, SourceHealth]
    ladder: Ladder
    workdays: Workdays


def carried(home: Home, model: ReadModel, ladder: Ladder, now: datetime, until: datetime) -> Carried:
    """Return what the patrols of a home carry up to a moment, as far as the patrol store tells who looks at whom.

    An account is carried where a living source will look at it in time: none that is stalled, that its patrol has left
    for a day, whose looks at the account fail, or whose quota is certain not to suffice.
    """
    if not has_patrol_store(home):
        return Carried()
    accounts: set[str] = set()
    outlooks = []
    health = model.health()
    with closing(open_patrol_store(home)) as store:
        at_work = {
            watched.source: rules
            for watched in store.watched()
            if watched.idle_us <= _AT_WORK_US and (rules := _rules(watched)) is not None
        }
        notes = {source: store.notes(source) for source in at_work}
        watched_by_any = set().union(*notes.values())
        by_id = model.registered(sorted(watched_by_any))
        known = _Known(
            lines=by_id,
            attentions=attentions(model, by_id, now),
            health=health,
            ladder=ladder,
            workdays=Workdays(),
        )
        for source, rules in at_work.items():
            if source in health and health[source].stalled:
                continue
            able, found = _of_source(
                store, source, notes[source], rules, known, to_micros(now), to_micros(until)
            )
            accounts |= able
            if found.most:
                outlooks.append(found)
    return Carried(frozenset(accounts), tuple(outlooks))


def _rules(watched: WatchedSource) -> Rules | None:
    """Return how a source is looked at, None where its patrol has told nothing that this release understands."""
    try:
        return msgspec.json.decode(watched.rules, type=Rules)
    except msgspec.DecodeError:
        return None


def _of_source(
    store: PatrolStore,
    source: str,
    notes: Mapping[str, AccountNote],
    rules: Rules,
    known: _Known,
    now: int,
    until: int,
) -> tuple[set[str], SourceOutlook]:
    spent = store.spent(source, number_of(now))
    plans = list(_plans(notes, store.breakers(source), rules, known, now))
    by_lane: dict[str, list[Plan]] = defaultdict(list)
    for plan in plans:
        by_lane[notes[plan.account_id].lane].append(plan)
    found: list[QuotaOutlook] = [
        quota_outlook(of_lane, rules.limits, now, until, used=spent.get(lane, 0))
        for lane, of_lane in sorted(by_lane.items())
    ]
    late = tuple(one for outlook in found for one in outlook.late)
    able = {plan.account_id for plan in plans} - {one.plan.account_id for one in late}
    return able, SourceOutlook(
        source,
        late,
        number=sum(outlook.number for outlook in found),
        least=sum(outlook.least for outlook in found),
        most=sum(outlook.most for outlook in found),
    )


def _plans(
    notes: Mapping[str, AccountNote], breakers: Mapping[str, Breaker], rules: Rules, known: _Known, now: int
) -> Iterator[Plan]:
    """Yield the plans of accounts that can be looked at in time, where the quota suffices."""
    for account, note in notes.items():
        line = known.lines.get(account)
        if line is None or not line.in_population(now):
            continue
        attention = replace(known.attentions[account], canary=account in rules.canaries)
        plan = plan_of(
            line,
            rules.policy,
            known.ladder,
            known.workdays,
            since=now,
            health=known.health,
            attention=attention,
            looked_at=note.looked_at,
        )
        if max(note.back_off.until, breakers.get(note.lane, Breaker()).open_until) <= plan.deadline:
            yield plan
