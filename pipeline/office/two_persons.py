"""Two persons: who began something does not end it, unless the office is too small and said so (一人办理).

The rules bind people who sign in; what comes of the command line counts as one person, and is asked for a second by
name where that is needed (definitions, Actor).
"""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of
from events import office_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.instants import UtcDatetime
from events.known import Known
from events.messages import message
from events.office import OFFICE_SUBJECT
from events.sources import OFFICE
from events.two_persons import ActedAlone, RuleRestored, RuleWaived, TwoPersonRule
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.workspace import Workspace

PERSON = "u-"
"""How the codes of people who sign in begin."""

RULES: dict[TwoPersonRule, str] = {
    "sign": message("drafting and signing"),
    "recheck": message("recording and rechecking"),
    "decide": message("preparing and deciding an objection"),
    "approve": message("applying and approving"),
    "freeze": message("proposing a freeze with gaps and agreeing to it"),
    "override": message("leaving an account unknown and agreeing to it"),
    "ruleset": message("proposing a ruleset and putting it in force"),
    "erase": message("asking to erase a person and agreeing to it"),
    "admin": message("asking for an administrator and agreeing to it"),
    "take_back": message("taking facts back behind a freeze and agreeing to it"),
}
"""What the two do, for people; pages show them in Chinese (`in_chinese`)."""


class RuleState(msgspec.Struct, frozen=True):
    """A rule of two persons, and whether the office switched it off."""

    rule: TwoPersonRule
    title: str
    waived: bool = False
    reason: str = ""  # of the last switching
    at: UtcDatetime | None = None
    actor: str = ""


def is_person(code: str) -> bool:
    """Tell whether an actor is somebody who signs in."""
    return code.startswith(PERSON)


def list_rules(workspace: Workspace) -> list[RuleState]:
    """Return every rule with its state as known now."""
    newest = _switches(workspace)
    actors = actors_of(workspace.client, [k.event.id for k in newest.values()]) if newest else {}
    found = []
    for rule, title in RULES.items():
        k = newest.get(rule)
        if k is None or not isinstance(data := k.event.data, RuleWaived | RuleRestored):
            found.append(RuleState(rule, title))
            continue
        actor = actors.get(k.event.id, "")
        found.append(RuleState(rule, title, isinstance(data, RuleWaived), data.reason, k.event.time, actor))
    return found


def is_waived(workspace: Workspace, rule: TwoPersonRule) -> bool:
    """Tell whether the office switched a rule off, as known now."""
    k = _switches(workspace).get(rule)
    return k is not None and isinstance(k.event.data, RuleWaived)


def waive_rule(workspace: Workspace, rule: TwoPersonRule, reason: str, actor: Actor) -> None:
    """Switch a rule off; one that is off already stays as it is. Raises `UsageError` without a reason."""
    reason = reason.strip()
    if not reason:
        raise UsageError(
            message("{reason} is empty; say why one person has to do both", reason=field("reason"))
        )
    before = _switches(workspace).get(_known_rule(rule))
    if before is not None and isinstance(before.event.data, RuleWaived):
        return
    event_id = office_ids.rule_waived(rule, before.event.id if before else None)
    _append(workspace, event_id, RuleWaived(rule=rule, reason=reason), actor)


def restore_rule(workspace: Workspace, rule: TwoPersonRule, actor: Actor, reason: str = "") -> None:
    """Let a rule hold again; one that holds stays as it is."""
    before = _switches(workspace).get(_known_rule(rule))
    if before is None or isinstance(before.event.data, RuleRestored):
        return
    event_id = office_ids.rule_restored(rule, before.event.id)
    _append(workspace, event_id, RuleRestored(rule=rule, reason=reason.strip()), actor)


def require_second(
    workspace: Workspace, rule: TwoPersonRule, acted_by: Collection[str], actor: Actor
) -> bool:
    """Refuse a second act by who did the first; returns whether one person does both, for the rule is off.

    `acted_by` are the codes of those who did the first parts. Where this returns True the act is marked: `marks` goes
    into the log right before it. Acts of the command line pass: they are asked for a second person by their services.
    """
    if not is_person(actor.code) or actor.code not in acted_by:
        return False
    if not is_waived(workspace, rule):
        raise UsageError(
            message(
                "two persons ({rule}): you did the part before; another person does this one",
                rule=RULES[rule],
            )
        )
    return True


def require_two(workspace: Workspace, rule: TwoPersonRule, acted_by: Collection[str], actor: Actor) -> bool:
    """Refuse an act that nobody else began; returns as `require_second` does.

    For what a person may not do on their own at all: somebody proposes, and another does it.
    """
    if not is_person(actor.code):
        return False
    if acted_by:
        return require_second(workspace, rule, acted_by, actor)
    if not is_waived(workspace, rule):
        raise UsageError(
            message(
                "two persons ({rule}): another person proposes it first, then you do it", rule=RULES[rule]
            )
        )
    return True


def marks(rule: TwoPersonRule, act: UUID, actor: Actor, *, alone: bool) -> list[Event[Payload]]:
    """Return what is written right before an act of which `require_second` said that one person does both."""
    if not alone:
        return []
    data = ActedAlone(rule=rule, act=act)
    return [
        Event(
            office_ids.acted_alone(act, rule), OFFICE, OFFICE_SUBJECT, datetime.now(UTC), data, actor.origin()
        )
    ]


def alone_among(workspace: Workspace) -> dict[UUID, tuple[TwoPersonRule, ...]]:
    """Return the acts that one person did alone, by the fact, with the rules that were off."""
    found: dict[UUID, tuple[TwoPersonRule, ...]] = {}
    for k in workspace.known.read((ActedAlone.type,)):
        if isinstance(data := k.event.data, ActedAlone):
            found[data.act] = (*found.get(data.act, ()), data.rule)
    return found


def _switches(workspace: Workspace) -> dict[TwoPersonRule, Known]:
    """Return the last switching of each rule."""
    newest: dict[TwoPersonRule, Known] = {}
    for k in sorted(
        workspace.known.read((RuleWaived.type, RuleRestored.type)),
        key=lambda k: (k.recorded_at, k.offset),
    ):
        if isinstance(k.event.data, RuleWaived | RuleRestored):
            newest[k.event.data.rule] = k
    return newest


def _known_rule(rule: TwoPersonRule) -> TwoPersonRule:
    if rule not in RULES:
        raise UsageError(message("no rule of two persons {rule!r}", rule=rule))
    return rule


def _append(workspace: Workspace, event_id: UUID, data: RuleWaived | RuleRestored, actor: Actor) -> None:
    event: Event[Payload] = Event(event_id, OFFICE, OFFICE_SUBJECT, datetime.now(UTC), data, actor.origin())
    workspace.home.texts.refuse_in_facts([event])
    workspace.log.append([event])
    workspace.catch_up()
    now = _switches(workspace)[data.rule].event
    if now.id != event_id:
        raise ConflictError(message("{rule}: somebody else switched it meanwhile", rule=RULES[data.rule]))
