"""Steps of an emergency as people take them, each under a claim, so that of two people one does it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from connectors.history.observations import deletion_of, post_of_id
from events import answer_ids
from events.base import Payload
from events.claim import Act, Thing, emergency_of, emergency_step
from events.codec import Event
from events.counterfeit import Authority
from events.emergency import (
    EmergencyClosed,
    EmergencyConfirmed,
    EmergencyDismissed,
    EmergencyHandedOver,
    EmergencySuspected,
    EmergencyTakenDown,
    EmergencyVerified,
)
from events.evidence import REFERENCE_ONLY, Evidence
from events.fields import field
from events.instants import local_iso
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import find_account, registry_now, title_alone
from pipeline.home.workspace import Workspace
from pipeline.office.emergencies.desk import emergencies_now, find_emergency, find_problem
from projections.registry.emergencies import Emergency, EmergencyState, wrong_step


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """Say what somebody saw."""

    account: str
    problem: str  # a red line by code or name, or `hijacked`
    link: str = ""
    note: str = ""
    files: tuple[Path, ...] = ()
    references: tuple[str, ...] = ()  # where evidence that may not be copied is kept
    post: str = ""  # id of the post that it is about
    at: datetime | None = None  # when it was seen; None: now


class Confirm(msgspec.Struct, frozen=True):
    """Agree, as a second person."""

    what: str  # the first letters of its id, or the account
    second: str = ""  # who agrees, where another enters it; a person id or the code of a role
    note: str = ""


class TakeDown(msgspec.Struct, frozen=True):
    """Say that the unit took it down."""

    what: str
    note: str = ""
    at: datetime | None = None


class Verify(msgspec.Struct, frozen=True):
    """Say whether it is gone; None: looks say so."""

    what: str
    gone: bool | None = None
    note: str = ""


class HandOver(msgspec.Struct, frozen=True):
    """Say that an authority was informed."""

    what: str
    to: Authority
    receipt: str = ""
    at: datetime | None = None


class Close(msgspec.Struct, frozen=True):
    """End it with a review."""

    what: str
    review: str


class Dismiss(msgspec.Struct, frozen=True):
    """End it, because it was none."""

    what: str
    reason: str


def suspect(workspace: Workspace, asked: Suspect, actor: Actor) -> Emergency:
    """Record a suspicion; a second person is asked next, and nobody is alarmed before.

    Raises `UsageError` for what is no emergency, above all for state secrets, and for content of a red line that may
    not be copied; `ConflictError` where one is open for the account and the same problem.
    """
    rule, problem = find_problem(workspace, asked.problem)
    registry = registry_now(workspace)
    account = find_account(registry, asked.account)
    name, at = registry.title(account), _moment(asked.at)
    before = 0
    for case in emergencies_now(workspace).values():
        if case.account_id == account and case.rule == rule:
            before += 1
            if case.is_open:
                raise ConflictError(
                    message(
                        "{name}: emergency {id} is open for the same; go on with it",
                        name=name,
                        id=str(case.id)[:8],
                    )
                )
    if rule in REFERENCE_ONLY and (asked.files or not asked.references or asked.note or asked.link):
        raise UsageError(
            message(
                "harmful content is not copied: give {reference} alone, where the evidence is kept",
                reference=field("reference"),
            )
        )
    data = EmergencySuspected(
        rule=rule,
        problem=problem,
        by=actor.code,
        link=asked.link.strip(),
        note=asked.note.strip(),
        evidence=_evidence(workspace, asked, at),
        post_id=_post(workspace, account, asked.post),
    )
    thing = emergency_of(account, rule, before, name)
    return _act(
        workspace,
        [thing],
        f"{problem}: {name}",
        account,
        at,
        data,
        lambda claim: answer_ids.emergency_suspected(account, claim),
        actor,
    )


def confirm(workspace: Workspace, asked: Confirm, actor: Actor) -> Emergency:
    """Confirm a suspicion, by another person than who told it; people are informed at once.

    Raises `UsageError` where the second person is the first, `ConflictError` where somebody else decided.
    """
    by = asked.second.strip() or actor.code
    case = find_emergency(workspace, asked.what)
    if case.state is EmergencyState.SUSPECTED and by == case.suspected_by:
        raise UsageError(
            message(
                "{by} told the suspicion; the second person is another: {second} and a person id or the code of a"
                " role",
                by=by,
                second=field("second"),
            )
        )
    data = EmergencyConfirmed(emergency_id=case.id, by=by, note=asked.note.strip())
    return _step(workspace, case, data, ("decision",), actor)


def take_down(workspace: Workspace, asked: TakeDown, actor: Actor) -> Emergency:
    """Record that the unit says it is gone; the next look is to verify it."""
    case = find_emergency(workspace, asked.what)
    data = EmergencyTakenDown(emergency_id=case.id, note=asked.note.strip())
    return _step(workspace, case, data, (f"taken_down:{case.returned}",), actor, asked.at)


def verify(workspace: Workspace, asked: Verify, actor: Actor) -> Emergency:
    """Record whether it is gone, as a person saw it or as a look shows it; what is still there is announced again.

    A look shows it where the suspicion names its post and the post was deleted. Raises `NotFoundError` where no look
    shows that.
    """
    case = find_emergency(workspace, asked.what)
    gone, seen_by, at = asked.gone, None, None
    if gone is None:
        deletion = None if case.post_id is None else deletion_of(workspace.client, case.post_id)
        if deletion is None:
            raise NotFoundError(
                message(
                    "no look shows that it is gone; look yourself, and say {gone} or {still_there}",
                    gone=field("gone"),
                    still_there=field("still_there"),
                )
            )
        gone, seen_by = True, deletion[0]
        at = max(deletion[1], case.steps[-1].at)
    data = EmergencyVerified(emergency_id=case.id, gone=gone, seen_by=seen_by, note=asked.note.strip())
    return _step(workspace, case, data, (f"verified:{case.returned}",), actor, at)


def verify_by_looks(workspace: Workspace, actor: Actor) -> list[Emergency]:
    """Verify every emergency that was taken down and of which a look shows that it is gone."""
    verified = []
    for case in emergencies_now(workspace).values():
        if case.state is EmergencyState.TAKEN_DOWN and case.post_id is not None:
            try:
                verified.append(verify(workspace, Verify(str(case.id)), actor))
            except (NotFoundError, ConflictError):
                continue  # not yet, or somebody did
    return verified


def hand_over(workspace: Workspace, asked: HandOver, actor: Actor) -> Emergency:
    """Record that an authority was informed, once each."""
    case = find_emergency(workspace, asked.what)
    data = EmergencyHandedOver(emergency_id=case.id, to=asked.to, receipt=asked.receipt.strip())
    return _step(workspace, case, data, (f"handed_over:{asked.to}",), actor, asked.at)


def close(workspace: Workspace, asked: Close, actor: Actor) -> Emergency:
    """End a verified emergency with its review, once both authorities are informed."""
    review = _required(asked.review, "review", workspace)
    case = find_emergency(workspace, asked.what)
    data = EmergencyClosed(emergency_id=case.id, review=review)
    return _step(workspace, case, data, ("end",), actor)


def dismiss(workspace: Workspace, asked: Dismiss, actor: Actor) -> Emergency:
    """End an emergency that was none; who was alarmed is told so."""
    reason = _required(asked.reason, "reason", workspace)
    case = find_emergency(workspace, asked.what)
    data = EmergencyDismissed(emergency_id=case.id, reason=reason)
    undecided = case.state is EmergencyState.SUSPECTED
    return _step(workspace, case, data, ("decision", "end") if undecided else ("end",), actor)


def _step(
    workspace: Workspace,
    case: Emergency,
    data: Act,
    things: Sequence[str],
    actor: Actor,
    at: datetime | None = None,
) -> Emergency:
    """Take a step; raises `ConflictError` where it cannot follow, any more or yet."""
    title = title_alone(workspace, case.account_id)
    problem = wrong_step(case, data)
    if problem is not None:
        raise ConflictError(message("{title}: {problem}", title=title, problem=problem))
    moment = _moment(at)
    if moment < case.suspected_at:
        raise UsageError(
            message(
                "{at} {moment} lies before the suspicion ({suspected})",
                at=field("at"),
                moment=local_iso(moment),
                suspected=local_iso(case.suspected_at),
            )
        )
    return _act(
        workspace,
        [emergency_step(case.id, thing, title) for thing in things],
        f"{data.type}: {title}",
        case.account_id,
        moment,
        data,
        lambda claim: answer_ids.emergency_step(case.account_id, data.type, case.id, claim),
        actor,
        case.id,
    )


def _act(
    workspace: Workspace,
    things: Sequence[Thing],
    purpose: str,
    account: str,
    at: datetime,
    data: Act,
    named: Callable[[UUID], UUID],
    actor: Actor,
    emergency_id: UUID | None = None,
) -> Emergency:
    """Append a step under its claims, and return the emergency as it is then."""
    draft: Event[Any] = Event(UUID(int=0), OFFICE, account, at, data, actor.origin())
    workspace.home.texts.refuse_in_facts([draft])
    with claimed(workspace, *(Wanted(thing, purpose) for thing in things)) as hold:
        event_id = named(hold.ids[0])
        claimed_data: Payload = msgspec.structs.replace(data, claims=hold.ids)
        fail_point("emergency.before_fact")
        hold.append([msgspec.structs.replace(draft, id=event_id, data=claimed_data)])
        fail_point("emergency.after_fact")
    workspace.catch_up()
    return emergencies_now(workspace)[emergency_id or event_id]


def _evidence(workspace: Workspace, asked: Suspect, at: datetime) -> tuple[Evidence, ...]:
    kept = (keep_file(workspace.home, path, at) for path in asked.files)
    return (*kept, *(Evidence(reference=text.strip()) for text in asked.references if text.strip()))


def _post(workspace: Workspace, account: str, text: str) -> UUID | None:
    """Return the post that a suspicion is about; raises `NotFoundError` where the account has none of this id."""
    if not text:
        return None
    try:
        found = post_of_id(workspace.client, UUID(text))
    except ValueError:
        found = None
    if found is None or found.account_id != account:
        raise NotFoundError(message("the account has no post {text!r}; write its whole id", text=text))
    return found.id


def _required(text: str, name: str, workspace: Workspace) -> str:
    if not text.strip():
        raise UsageError(message("{field} is empty", field=field(name)))
    workspace.home.texts.refuse({name: text})
    return text.strip()


def _moment(at: datetime | None) -> datetime:
    """Return when something happened; raises `UsageError` for what is still to come."""
    now = datetime.now(UTC)
    if at is not None and at > now:
        raise UsageError(message("{at} {moment} is still to come", at=field("at"), moment=local_iso(at)))
    return at or now
