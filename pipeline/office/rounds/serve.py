"""Serving: units are told what a round holds against their accounts, and have days to answer before it counts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from events import round_ids
from events.codec import Event
from events.days import chinese_day
from events.facts import Verdict, VerdictRow
from events.fields import field
from events.finding import Charge, FindingServed
from events.instants import SHANGHAI, local_iso
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.freeze import score_sample
from pipeline.office.rounds.guards import notices
from pipeline.office.rounds.revise import made_worse
from pipeline.office.rounds.state import load_round, require_stage
from projections.rounds.served import charges_of, not_covered
from projections.rounds.state import RoundState, Stage
from projections.rules.calendar import Days, working_day_deadline
from projections.rules.rulesets import Ruleset


class ServeRound(msgspec.Struct, frozen=True):
    """Tell units what a round holds against their accounts."""

    name: str
    accounts: tuple[str, ...] = ()  # as people name them; empty: all that the round would fail
    at: datetime | None = None  # when they were told; None: now
    days: int | None = None  # working days to answer; None: those of the settings
    how: str = ""  # in words: by letter, by phone


class Notified(msgspec.Struct, frozen=True):
    """What the unit of an account was told now."""

    account_id: str
    name: str
    unit: str
    charges: tuple[Charge, ...]


class Served(msgspec.Struct, frozen=True):
    """What a round told units."""

    notified: tuple[Notified, ...]
    told_before: int  # accounts of which their unit had been told all of it
    answer_until: datetime
    unannounced_year: int = (
        0  # a year of the window whose holidays nobody announced yet: weekends alone were left out
    )


def serve(workspace: Workspace, asked: ServeRound, actor: Actor) -> Served:
    """Record that units were told of the rows that a round would fail, each account once for the same charges.

    Before the freeze these are failing rows as known now; behind it, rows that a revision would make worse. Killed in
    the middle, the same again tells the others. Raises `UsageError` for an account that nothing is held against, and a
    time that is still to come.
    """
    state = load_round(workspace, asked.name)
    require_stage(state, message("served"), Stage.DRAWN, Stage.FROZEN)
    workspace.home.texts.refuse({"how": asked.how})
    now = datetime.now(UTC)
    at = asked.at or now
    if at > now:
        raise UsageError(
            message(
                "{at} {at_2} is still to come; say when the units were told, once they were",
                at=field("at"),
                at_2=local_iso(at),
            )
        )
    scored = score_sample(workspace, state)
    ruleset, before = scored.rules, notices(workspace, state)
    rows = _chosen(workspace, state, asked, scored.rows, ruleset)
    calendar = Days()
    days = workspace.home.settings.answer_working_days if asked.days is None else asked.days
    until = end_of(working_day_deadline(chinese_day(at), days, calendar.is_workday))
    notified, events = [], []
    for row in rows:
        charges = charges_of(row, ruleset)
        if not not_covered(charges, before.get(row.account_id, ())):
            continue
        notified.append(Notified(row.account_id, row.name, row.owner, charges))
        data = FindingServed(
            round=state.key, unit=row.owner, charges=charges, answer_until=until, how=asked.how
        )
        event_id = round_ids.finding_served(
            row.account_id, state.key, ((c.rule, c.count, c.findings) for c in charges)
        )
        events.append(Event(event_id, OFFICE, row.account_id, at, data, actor.origin()))
    fail_point("serve.before_facts")
    append_new(workspace, events)
    fail_point("serve.after_facts")
    workspace.catch_up()
    return Served(tuple(notified), len(rows) - len(notified), until, calendar.unannounced_year)


def end_of(day: date) -> datetime:
    """Return 24:00 of a Chinese day."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def _chosen(
    workspace: Workspace, state: RoundState, asked: ServeRound, rows: Iterable[VerdictRow], ruleset: Ruleset
) -> list[VerdictRow]:
    """Return the rows to tell of; raises `UsageError` for a named account that nothing is held against."""
    rows = list(rows)
    if not asked.accounts and state.frozen is None:
        return [row for row in rows if row.verdict is Verdict.FAIL]
    if not asked.accounts:
        return made_worse(workspace, state, rows, ruleset)
    registry = registry_now(workspace)
    by_id = {row.account_id: row for row in rows if row.deductions}
    chosen = []
    for text in asked.accounts:
        account = find_account(registry, text)
        if account not in by_id:
            raise UsageError(
                message(
                    "{account} {text}: round {name} holds nothing against it as known now",
                    account=field("account"),
                    text=text,
                    name=state.name,
                )
            )
        chosen.append(by_id[account])
    return chosen
