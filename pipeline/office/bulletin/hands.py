"""Whose hands a draft went through: who drafted it may not sign it, and no person issues what nobody signed."""

from uuid import UUID

from connectors.history.knowledge import actors_of
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.two_persons import alone_among, is_person, is_waived, require_second


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


def taken_alone(workspace: Workspace, *acts: UUID) -> tuple[str, ...]:
    """Return in Chinese what one person did alone of steps that are for two."""
    alone = alone_among(workspace)
    return ("拟稿与签发",) if any(act in alone for act in acts) else ()
