"""Deciding objections: the correction of one that is upheld comes before its decision."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of
from connectors.history.records import published_at, void_since
from events import round_ids
from events.base import Payload
from events.claim import objection_decision
from events.codec import Event
from events.fields import field
from events.finding import FindingRechecked
from events.instants import local_iso
from events.known import Known
from events.messages import message
from events.objection import DecisionProposed, ObjectionDecided
from events.post import PostPublished
from events.sources import SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, is_withdrawn, withdrawal
from pipeline.office.rounds.objections import find_objection
from pipeline.office.rounds.sheets import round_ruleset
from pipeline.office.rounds.state import require_stage, round_event
from pipeline.office.rounds.wording import text_for_log
from pipeline.office.two_persons import marks, require_second, require_two
from pipeline.patrol.look import post_event
from projections.rounds.state import Objection, RoundState, Stage, subject_of


class OverlookedPost(msgspec.Struct, frozen=True):
    """The post that breaks a silence, as the office saw it."""

    link: str
    published_at: datetime


def uphold(
    workspace: Workspace,
    text: str,
    reason: str,
    post: OverlookedPost | None = None,
    *,
    actor: Actor,
    reference: str = "",
) -> UUID:
    """Uphold an objection: the finding is withdrawn (核减), or the post that breaks the silence becomes a fact.

    Returns the id of that correction, which is appended first: facts of two subjects are not one transaction on every
    log, and a decision without its correction could never be completed. Upheld again after a kill between the two,
    the correction is a duplicate and the decision follows. A frozen run stays as it is; the next revision knows of it.
    Somebody who signed in decides on the proposal of another, and had no part in the finding (`UsageError`).
    """
    state, objection = _undecided(workspace, text)
    finding = _finding_of(workspace, objection)
    reason = _reason(finding, reason, reference)
    alone = _may_decide(workspace, objection, finding, actor)
    if finding is not None:
        if post is not None:
            raise UsageError(
                message("the objection is to a finding; a post is named only where it is to silence")
            )
        correction = withdrawal(finding, f"异议成立：{reason}")
    else:
        correction = _post(workspace, state, objection, post)
    (correction,) = signed([correction], actor)
    with claimed(workspace, _deciding(objection, "upheld")) as hold:
        hold.append([correction])
        fail_point("decide.after_correction")
        data = ObjectionDecided(
            objection_id=objection.id,
            outcome="upheld",
            reason=reason,
            correction_id=correction.id,
            claims=hold.ids,
        )
        hold.append(_decision(state, objection, data, actor, alone=alone))
    return correction.id


def reject(workspace: Workspace, text: str, reason: str, *, actor: Actor, reference: str = "") -> None:
    """Reject an objection; nothing else changes. Raises `ConflictError` where its finding is withdrawn already.

    Somebody who signed in decides as `uphold` says.
    """
    state, objection = _undecided(workspace, text)
    finding = _finding_of(workspace, objection)
    reason = _reason(finding, reason, reference)
    alone = _may_decide(workspace, objection, finding, actor)
    if finding is not None and is_withdrawn(workspace, finding):
        raise ConflictError(
            message(
                "finding {id} is withdrawn already, and that stays; uphold objection {objection_id}",
                id=finding.event.id,
                objection_id=objection.id,
            )
        )
    with claimed(workspace, _deciding(objection, "rejected")) as hold:
        data = ObjectionDecided(objection_id=objection.id, outcome="rejected", reason=reason, claims=hold.ids)
        hold.append(_decision(state, objection, data, actor, alone=alone))


def propose_decision(
    workspace: Workspace,
    text: str,
    outcome: Literal["upheld", "rejected"],
    reason: str,
    post: OverlookedPost | None = None,
    *,
    actor: Actor,
    reference: str = "",
) -> None:
    """Propose how an objection is decided; the same again records nothing, another proposal takes its place.

    Raises `UsageError` without a reason, and for a silence upheld without the post that breaks it.
    """
    state, objection = _undecided(workspace, text)
    finding = _finding_of(workspace, objection)
    text_logged = _reason(finding, reason, reference)
    if outcome == "upheld" and finding is None:
        _post(workspace, state, objection, post)
    data = DecisionProposed(
        objection_id=objection.id,
        outcome=outcome,
        reason=text_logged,
        post_link=post.link.strip() if post else "",
        post_at=post.published_at if post else None,
    )
    before = objection.proposal
    if before is not None and before.event.data == data:
        return
    event_id = round_ids.decision_proposed(
        subject_of(state.name), objection.id, before.event.id if before else None
    )
    workspace.log.append([round_event(state.name, event_id, datetime.now(UTC), data, actor)])
    workspace.catch_up()
    now = find_objection(workspace, str(objection.id))[1].proposal
    if now is None or now.event.data != data:
        raise ConflictError(message("somebody else proposed otherwise meanwhile; look again"))


def _undecided(workspace: Workspace, text: str) -> tuple[RoundState, Objection]:
    state, objection = find_objection(workspace, text)
    if objection.decided is not None:
        raise ConflictError(
            message(
                "objection {id} was {outcome} already, at {decided_at}",
                id=objection.id,
                outcome=objection.decided.outcome,
                decided_at=local_iso(objection.decided_at),
            )
        )
    require_stage(state, message("decided about"), Stage.DRAWN, Stage.FROZEN)
    return state, objection


def _deciding(objection: Objection, outcome: str) -> Wanted:
    """Return what a decision claims before its correction: a loser must leave none."""
    return Wanted(objection_decision(objection.id), f"a decision: {outcome}")


def _finding_of(workspace: Workspace, objection: Objection) -> Known | None:
    finding_id = objection.raised.finding_id
    return None if finding_id is None else find_finding(workspace, str(finding_id))


def _reason(finding: Known | None, reason: str, reference: str) -> str:
    text_logged = text_for_log(finding, reason.strip(), reference, "reason")
    if not text_logged:
        raise UsageError(
            message(
                "{reason} is empty; say why the office decides so (about secret or harmful"
                " content: {reference})",
                reason=field("reason"),
                reference=field("reference"),
            )
        )
    return text_logged


def _decision(
    state: RoundState, objection: Objection, data: ObjectionDecided, actor: Actor, *, alone: bool
) -> list[Event[Payload]]:
    event_id = round_ids.objection_decided(subject_of(state.name), objection.id)
    decided = round_event(state.name, event_id, datetime.now(UTC), data, actor)
    return [*marks("decide", event_id, actor, alone=alone), decided]


def _may_decide(workspace: Workspace, objection: Objection, finding: Known | None, actor: Actor) -> bool:
    """Refuse who had a part in the finding, or nobody else proposed to; returns whether one person does it alone."""
    proposal = objection.proposal
    proposed = set(actors_of(workspace.client, [proposal.event.id]).values()) if proposal else set[str]()
    alone = require_two(workspace, "decide", proposed, actor)
    return require_second(workspace, "decide", had_a_part(workspace, finding), actor) or alone


def had_a_part(workspace: Workspace, finding: Known | None) -> set[str]:
    """Return who recorded a finding and who rechecked it."""
    if finding is None:
        return set()
    checks = [
        k.event.id
        for k in workspace.known.read((FindingRechecked.type,))
        if isinstance(k.event.data, FindingRechecked) and k.event.data.finding_id == finding.event.id
    ]
    return set(actors_of(workspace.client, [finding.event.id, *checks]).values())


def _post(
    workspace: Workspace, state: RoundState, objection: Objection, post: OverlookedPost | None
) -> Event[Payload]:
    """Return the post that breaks a silence; raises `UsageError` for one that does not."""
    if post is None or not post.link.strip():
        raise UsageError(
            message(
                "an objection to silence is upheld by a post: give {post_link} and {post_at}",
                post_link=field("post_link"),
                post_at=field("post_at"),
            )
        )
    check_point = state.announced.check_point
    earliest = check_point - round_ruleset(workspace, state).freshness.limit
    if not earliest <= post.published_at <= check_point:
        raise UsageError(
            message(
                "a post of {published_at} does not break the silence: it must lie between"
                " {earliest} and the check point {check_point}; reject the objection, or bring in"
                " older posts with `xuncha posts import`",
                published_at=local_iso(post.published_at),
                earliest=local_iso(earliest),
                check_point=local_iso(check_point),
            )
        )
    link, at, account = post.link.strip(), post.published_at, objection.raised.account
    event = post_event(SHEETS, account, link, at, PostPublished())
    _require_counting(workspace, event.id, account, at, check_point, link)
    return Event(event.id, event.source, event.subject, event.time, event.data)


def _require_counting(
    workspace: Workspace, post_id: UUID, account: str, at: datetime, check_point: datetime, link: str
) -> None:
    """Refuse a link that is known in a way that leaves the account silent: a post is recorded once under its link."""
    known_at = published_at(workspace.client, account, post_id)
    if known_at is not None and known_at != at:
        raise UsageError(
            message(
                "the post {link} was recorded before as published at {known_at}, and that stays;"
                " give this {post_at} if it is right, or name another post of these two weeks",
                link=link,
                known_at=local_iso(known_at),
                post_at=field("post_at"),
            )
        )
    void = void_since(workspace.client, account, post_id)
    if void is not None and void < check_point:
        raise UsageError(
            message(
                "the post {link} was withdrawn, or deleted before the check point, and does not"
                " count; name another post of these two weeks, or reject the objection",
                link=link,
            )
        )
