"""Whose hands a draft went through: who drafted it may not sign it, and no person issues what nobody signed."""

from uuid import UUID

from connectors.history.knowledge import actors_of
from events import bulletin_ids
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.agreeing import one_person_in
from pipeline.office.two_persons import RULES, alone_among, is_person, is_waived, require_second
from projections.rounds.state import RoundState, subject_of


def hands_of(workspace: Workspace, *facts: UUID) -> dict[UUID, str]:
    """Return who told facts, by the code of the actor; facts of old have none."""
    return actors_of(workspace.client, facts)


def require_signer(workspace: Workspace, draft_id: UUID, actor: Actor) -> bool:
    """Refuse a signature by who drafted; True: the office lets one person do both (一人办理)."""
    return require_second(workspace, "sign", hands_of(workspace, draft_id).values(), actor)


def require_signed(workspace: Workspace, actor: Actor, *, signed: bool) -> bool:
    """Refuse to issue what nobody signed; True: the office lets one person do it all (一人办理).

    The command line is one person (definitions, Actor): there the signature is on paper.
    """
    if signed or not is_person(actor.code):
        return False
    if not is_waived(workspace, "sign"):
        raise UsageError(message("nobody signed the draft; hand it over for signature first"))
    return True


def taken_alone(
    workspace: Workspace, state: RoundState, draft_id: UUID, *, alone: bool = False
) -> tuple[str, ...]:
    """Return in Chinese which steps for two one person took alone, on the way of a round to its bulletin.

    `alone`: the issue that is under way is one of them.
    """
    subject, marked = subject_of(state.name), alone_among(workspace)
    acts = (bulletin_ids.bulletin_signed(subject, draft_id), bulletin_ids.bulletin_issued(subject, draft_id))
    signed_alone = alone or any(act in marked for act in acts)
    rules = one_person_in(workspace, state, ("sign",) if signed_alone else ())
    return tuple(in_chinese(RULES[rule]) for rule in rules)
