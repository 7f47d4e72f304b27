"""Letting go of a claim: the office does so, with a reason, where nothing was done under it."""

from datetime import UTC, datetime
from uuid import UUID

from events import fact_ids
from events.claim import ClaimReleased, Thing
from events.codec import Event
from events.fields import field
from events.messages import message
from events.sources import OFFICE
from pipeline.home.beginnings import named_by
from pipeline.home.claims.attempts import alone
from pipeline.home.claims.knowledge import claims_now
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.person_free import refuse_people
from pipeline.home.workspace import Workspace
from projections.rounds.claims import Claim, ClaimState


def release(workspace: Workspace, text: str, reason: str) -> Claim:
    """Release the claim whose id begins with `text`; raises `UsageError` where it is none that waits.

    Raises `BusyError` while a command of this home is acting under it, and `ConflictError` where an act came first.
    """
    reason = reason.strip()
    if not reason:
        raise UsageError(
            message("{reason} is empty; say why nothing will be done under the claim", reason=field("reason"))
        )
    refuse_people({"reason": reason})
    claim = find_claim(workspace, text)
    if claim.state is not ClaimState.HELD:
        what = {
            ClaimState.USED: message("was used by fact {act}", act=claim.act),
            ClaimState.VOID: message("never held"),
        }
        raise UsageError(
            message(
                "claim {id} {state}; nothing to let go of",
                id=claim.id,
                state=what.get(claim.state, message("is released already")),
            )
        )
    with alone(workspace.home, Thing(claim.subject, claim.what), wait_s=0.0):
        workspace.log.append([released(claim.subject, claim.id, reason)])
    workspace.catch_up()
    claim = claims_now(workspace.known).by_id[claim.id]
    if claim.state is ClaimState.USED:
        raise ConflictError(
            message(
                "claim {id} was used by fact {act} before the release, which has no effect",
                id=claim.id,
                act=claim.act,
            )
        )
    return claim


def find_claim(workspace: Workspace, text: str) -> Claim:
    """Return the claim whose id begins with `text`; raises `NotFoundError`."""
    claims = claims_now(workspace.known).by_id.values()
    return named_by(claims, text, lambda claim: (claim.id,), message("claim"), "xuncha claims list")


def released(subject: str, claim_id: UUID, reason: str) -> Event[ClaimReleased]:
    """Return the release of a claim; a claim is released once."""
    event_id = fact_ids.claim_released(subject, claim_id)
    return Event(
        event_id, OFFICE, subject, datetime.now(UTC), ClaimReleased(claim_id=claim_id, reason=reason)
    )
