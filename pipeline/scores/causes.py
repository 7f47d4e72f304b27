"""Why a row differs between two runs: of the facts learnt in between, those that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import read_known
from connectors.history.records import learnt_between, looking_sources, published_at
from events.facts import VerdictRow
from events.instants import to_micros
from events.known import first_records
from events.runs import Run
from events.withdrawal import ACCOUNT_STATEMENTS
from projections.accounts.reducer import stall_turns
from projections.rules.period import WEEK, quarter_of

Fact = Mapping[str, Any]
_VOIDS = {"post.withdrawn": "corrects", "post.deleted": "post_id"}


class Between(NamedTuple):
    """What lies between two runs: the later check point, the longer period, the two moments of knowledge."""

    check_point: datetime
    length: timedelta
    first: datetime
    last: datetime


def between(one: Run, other: Run) -> Between:
    """Return what lies between two runs, whichever was first."""
    first, last = sorted((one.known_at, other.known_at))
    weeks = max(quarter_of(run.check_point, run.quarter).weeks for run in (one, other))
    return Between(max(one.check_point, other.check_point), weeks * WEEK, first, last)


def causes_of(
    client: Client, span: Between, learnt: Iterable[Fact], before: VerdictRow | None, after: VerdictRow | None
) -> tuple[Fact, ...]:
    """Return the facts about an account that changed its row: what it rests on in one run and not in the other.

    Where points changed with the number of posts, these posts too. Empty where nothing was learnt about the account
    itself: see `stall_sweeps`.
    """
    learnt = list(learnt)
    rests = _rests_on(before) ^ _rests_on(after)
    found = [fact for fact in learnt if _explains(fact, rests, span.check_point)]
    if _posts_changed_points(found, before, after):
        named = {fact["event_id"] for fact in found}
        found += [f for f in _counted_posts(client, span, learnt) if f["event_id"] not in named]
    return tuple(found)


def stall_sweeps(client: Client, span: Between, accounts: Sequence[str]) -> dict[str, tuple[Fact, ...]]:
    """Return the sweeps learnt in between by which a stall of a source that looks at an account began or ended."""
    sources = looking_sources(client, accounts, span.last)
    known = first_records(read_known(client, ("sweep.completed",), span.last), to_micros(span.last))
    turns = {str(k.event.id) for k in stall_turns(known)}
    every = sorted(set().union(*sources.values()))
    learnt = [f for f in learnt_between(client, every, span.first, span.last) if f["event_id"] in turns]
    return {
        account: tuple(f for f in learnt if f["subject"] in sources.get(account, ())) for account in accounts
    }


def _explains(fact: Fact, rests: set[str], check_point: datetime) -> bool:
    kind, data = fact["type"], msgspec.json.decode(fact["data"])
    if kind in ACCOUNT_STATEMENTS:
        return _moves(kind, data, by_then=fact["time"] <= check_point)
    if kind == "fact.withdrawn":
        return data["of_type"] in ACCOUNT_STATEMENTS
    if kind == "finding.withdrawn":
        return data["corrects"] in rests
    if kind in _VOIDS:
        return data[_VOIDS[kind]] in rests
    return fact["event_id"] in rests


def _moves(kind: str, data: Mapping[str, Any], *, by_then: bool) -> bool:
    """Tell whether a statement of the registry says who is judged, or how: of a card only the platform does."""
    match kind:
        case "account.opened":  # one without an opening date has always been open
            return by_then or data.get("opened_at") is None
        case "account.changed":
            return by_then and data.get("platform") is not None
        case "account.corrected":
            return data.get("platform") is not None or data.get("opened_at") is not None
    return by_then


def _rests_on(row: VerdictRow | None) -> set[str]:
    return {str(i) for i in row.evidence} if row else set()


def _posts_changed_points(found: Iterable[Fact], before: VerdictRow | None, after: VerdictRow | None) -> bool:
    """Tell whether a deduction of two rows with points differs, and no finding makes the difference."""
    if before is None or after is None or before.points is None or after.points is None:
        return False
    findings = {
        msgspec.json.decode(f["data"]).get("corrects", f["event_id"])
        for f in found
        if f["type"].startswith("finding.")
    }
    old, new = ({d.clause: d for d in row.deductions} for row in (before, after))
    for clause in old.keys() | new.keys():
        counts = [side[clause].count if clause in side else 0 for side in (old, new)]
        ids = [{str(i) for i in side[clause].evidence} if clause in side else set() for side in (old, new)]
        if counts[0] != counts[1] and not (ids[0] ^ ids[1]) & findings:
            return True
    return False


def _counted_posts(client: Client, span: Between, learnt: Iterable[Fact]) -> list[Fact]:
    """Return the posts of the period that were learnt, and the deletions and withdrawals of such posts."""
    since, counted = span.check_point - span.length, []
    for fact in learnt:
        at: datetime | None = None
        if fact["type"] == "post.published":
            at = fact["time"]
        elif fact["type"] in _VOIDS:
            post_id = msgspec.json.decode(fact["data"])[_VOIDS[fact["type"]]]
            at = published_at(client, fact["subject"], UUID(post_id))
        if at is not None and since < at <= span.check_point:
            counted.append(fact)
    return counted
