"""Suggestions of patrol (疑似线索): listed, confirmed with what follows from it, or dismissed with a reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events import fact_ids, patrol_ids
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.fields import field
from events.finding import FindingRecorded, as_recorded
from events.messages import message
from events.moments import Moment
from events.sources import OFFICE, SHEETS
from events.suspicion import SuspicionSettled
from events.text_references import is_gone
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import ruleset_of
from pipeline.home.workspace import Workspace
from pipeline.office.filings.desk_entries import FileAct, file_act
from pipeline.office.meant_suggestions import meant_suggestion
from projections.registry.suspicions import SUSPICION_TYPES, Suspicion, suspicions_of

_CHANGES = {"title": "name", "owner": "owner"}
"""What a confirmed suggestion changes in the registry."""


class Confirm(msgspec.Struct, frozen=True):
    """That a suggestion is right; with `rule` it is a finding, else name and owner are changed as shown."""

    suspicion: str  # id, or its beginning
    when: Moment
    reason: str = ""
    rule: str = ""  # code of the rule that is broken


class Dismiss(msgspec.Struct, frozen=True):
    """That a suggestion means nothing."""

    suspicion: str
    when: Moment
    reason: str


class Settled(msgspec.Struct, frozen=True):
    """What became of a suggestion: its end last, and before it what followed."""

    suspicion: Suspicion
    events: tuple[Event[Payload], ...]


def list_suspicions(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every suggestion as known now, by time; of which account by `subject`."""
    registry = registry_now(workspace)
    rows = []
    for one in suspicions_of(workspace.known.read(SUSPICION_TYPES)):
        entry = registry.entries.get(one.account_id)
        rows.append(
            {
                "suspicion_id": str(one.id),
                "number": registry.numbers.get(one.account_id),
                "account_id": entry.given_id if entry else one.account_id,
                "name": entry.name if entry else "",
                "what": one.what,
                "shown": one.shown,
                "known": one.known,
                "source": one.source,
                "seen_at": one.seen_at,
                "state": one.state,
                "settled_at": one.settled_at,
                "reason": one.reason,
                "subject": one.account_id,
            }
        )
    return rows


def confirm(workspace: Workspace, asked: Confirm, actor: Actor) -> Settled:
    """Confirm a suggestion: first what follows from it, then its end, so that a repeat completes what was cut off.

    Raises `NotFoundError`, `UsageError`, and `ConflictError` where somebody dismissed it.
    """
    one = _open(workspace, asked.suspicion, "confirmed")
    if one.state != "open":
        return Settled(one, ())
    followed: tuple[Event[Payload], ...] = ()
    if asked.rule:
        followed = append_new(workspace, signed([_finding(workspace, one, asked)], actor)).events
    elif one.what in _CHANGES:
        followed = _changed(workspace, one, asked, actor)
    return Settled(one, (*followed, *_end(workspace, one, "confirmed", asked.when.at, asked.reason, actor)))


def _changed(
    workspace: Workspace, one: Suspicion, asked: Confirm, actor: Actor
) -> tuple[Event[Payload], ...]:
    """File the change; where the registry has it already, somebody did, perhaps this act before it was cut off."""
    if is_gone(one.shown):
        raise UsageError(message("what was shown was erased; file the change itself"))
    name = _CHANGES[one.what]
    if getattr(registry_now(workspace).cards.get(one.account_id), name, None) == one.shown:
        return ()
    act = FileAct(
        filed=asked.when,
        account=one.account_id,
        kind="变更",
        effective=Moment(one.seen_at, date_only=False),
        changes={name: one.shown},
        reason=asked.reason,
    )
    return file_act(workspace, act, actor).events


def dismiss(workspace: Workspace, asked: Dismiss, actor: Actor) -> Settled:
    """Dismiss a suggestion; raises `NotFoundError`, and `ConflictError` where somebody confirmed it."""
    if not asked.reason.strip():
        raise UsageError(message("give a {reason}: whoever sees it again asks why", reason=field("reason")))
    one = _open(workspace, asked.suspicion, "dismissed")
    return Settled(one, _end(workspace, one, "dismissed", asked.when.at, asked.reason, actor))


def _open(workspace: Workspace, text: str, outcome: str) -> Suspicion:
    known = suspicions_of(workspace.known.read(SUSPICION_TYPES))
    return meant_suggestion(known, text, outcome, "xuncha suggestions list")


def _finding(workspace: Workspace, one: Suspicion, asked: Confirm) -> Event[Payload]:
    ruleset = ruleset_of(workspace.home)
    rule = ruleset.rule(asked.rule)
    if rule is None:
        codes = [r.code for r in ruleset.rules]
        raise UsageError(
            message(
                "{rule!r} is no rule of {ruleset}{nearest}",
                rule=asked.rule,
                ruleset=ruleset.label,
                nearest=nearest(asked.rule, codes),
            )
        )
    data = FindingRecorded(rule=rule.code, severity=rule.line, note=asked.reason)
    event_id = fact_ids.finding_recorded(one.account_id, rule.code, one.seen_at, "", asked.reason)
    return Event(event_id, SHEETS, one.account_id, one.seen_at, as_recorded(data))


def _end(
    workspace: Workspace, one: Suspicion, outcome: Any, at: datetime, reason: str, actor: Actor
) -> tuple[Event[Payload], ...]:
    if one.state != "open":
        return ()
    data = SuspicionSettled(suspicion=one.id, outcome=outcome, reason=reason)
    event_id: UUID = patrol_ids.suspicion_settled(one.account_id, one.id)
    event: Event[Payload] = Event(event_id, OFFICE, one.account_id, at, data, actor.origin())
    workspace.log.append([event])
    return (event,)
