"""Carrying on: what would make a published result worse counts in the next quarter instead of in a revision."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from events import fact_ids, round_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.finding import FindingRecorded
from events.instants import to_micros
from events.known import Known
from events.messages import message
from events.quarters import Quarter, parse_quarter, quarter_at
from events.round import RoundCarried
from events.sources import SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import find_alone
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, is_withdrawn, withdrawal
from pipeline.office.rounds.sample import sample_of
from pipeline.office.rounds.state import load_round, refusal, require_stage, round_event
from projections.accounts.findings import counts_in
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.period import quarter_of

_FIRST_MOMENT = timedelta(seconds=1)
"""Behind the beginning of a quarter, which itself still belongs to the one before."""


class Carry(msgspec.Struct, frozen=True):
    """Let a finding, or whatever makes the row of an account worse, count in the next quarter."""

    name: str
    reason: str
    finding: str = ""  # beginning of its id
    account: str = ""  # as people name it


def carry(workspace: Workspace, asked: Carry, actor: Actor) -> RoundCarried:
    """Carry a finding or a row on; the same again changes nothing.

    A finding is withdrawn and recorded again in the first second of the next quarter, so that every score of those
    who know this has it there. A row stays as it was in the newest run unless it gets better. Raises `UsageError` for
    a finding that does not count in the round, and for an account outside its sample.
    """
    state = load_round(workspace, asked.name)
    require_stage(state, message("carried on from"), Stage.FROZEN)
    if bool(asked.finding) == bool(asked.account):
        raise UsageError(
            message(
                "name one of both: {finding}, or {account} for a whole row",
                finding=field("finding"),
                account=field("account"),
            )
        )
    reason = asked.reason.strip()
    if not reason:
        raise UsageError(
            message("{reason} is empty; say why it counts in the next quarter", reason=field("reason"))
        )
    workspace.home.texts.refuse({"reason": reason})
    following = quarter_at(parse_quarter(state.announced.quarter).end + _FIRST_MOMENT)
    if asked.account:
        data = _row(workspace, state, asked.account, following, reason)
    else:
        data = _finding(workspace, state, asked.finding, following, reason, actor)
    known = next((c for c in state.carried if _same(c, data)), None)
    if known is not None:
        return known
    event_id = round_ids.round_carried(subject_of(state.name), data.account, data.finding_id)
    workspace.log.append([round_event(state.name, event_id, datetime.now(UTC), data, actor)])
    workspace.catch_up()
    return data


def _row(workspace: Workspace, state: RoundState, text: str, following: Quarter, reason: str) -> RoundCarried:
    account = find_alone(workspace, text)
    if account not in sample_of(workspace, state).accounts:
        raise UsageError(message("{text} is not in the sample of round {name}", text=text, name=state.name))
    if state.newest is None:
        raise refusal(state, message("carried on from"))
    return RoundCarried(
        account=account, quarter=following.label, reason=reason, known_at=state.newest.known_at
    )


def _finding(
    workspace: Workspace, state: RoundState, text: str, following: Quarter, reason: str, actor: Actor
) -> RoundCarried:
    """Record a finding in the next quarter and withdraw it in this one; returns what the round says of it."""
    found = find_finding(workspace, text)
    event, data = found.event, found.event.data
    counts_as = fact_ids.finding_carried(event.subject, event.id)
    carried = _again(found, counts_as, following, actor)
    if is_withdrawn(workspace, found) and not _is_known(workspace, carried):
        raise ConflictError(message("finding {id} is withdrawn already; it counts nowhere", id=event.id))
    announced = state.announced
    period = quarter_of(announced.check_point, announced.quarter)
    date_only = isinstance(data, FindingRecorded) and data.date_only
    in_sample = event.subject in sample_of(workspace, state).accounts
    if not in_sample or not counts_in(to_micros(event.time), date_only, period):
        raise UsageError(
            message(
                "finding {id} does not count in round {name}; there is nothing to carry on",
                id=event.id,
                name=state.name,
            )
        )
    append_new(workspace, [carried])
    fail_point("carry.after_finding")
    append_new(workspace, signed([withdrawal(found, f"转入{following.label}：{reason}")], actor))
    fail_point("carry.before_fact")
    return RoundCarried(
        account=event.subject,
        quarter=following.label,
        reason=reason,
        finding_id=event.id,
        counts_as=counts_as,
    )


def _again(found: Known, counts_as: UUID, following: Quarter, actor: Actor) -> Event[Payload]:
    event, data = found.event, found.event.data
    if not isinstance(data, FindingRecorded):
        raise TypeError(f"{event.id} is no finding")
    carried = msgspec.structs.replace(data, date_only=False)
    return Event(counts_as, SHEETS, event.subject, following.start + _FIRST_MOMENT, carried, actor.origin())


def _is_known(workspace: Workspace, event: Event[Payload]) -> bool:
    return any(k.event.id == event.id for k in workspace.known.read((FindingRecorded.type,)))


def _same(one: RoundCarried, other: RoundCarried) -> bool:
    return (one.account, one.finding_id) == (other.account, other.finding_id)
