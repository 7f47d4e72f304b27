"""Whose hands a draft went through: who drafted it may not sign it, and no person issues what nobody signed."""

from uuid import UUID

from connectors.history.knowledge import actors_of
from events.messages import message
from pipeline.home.actor import OFFICE, Actor
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace


def hand_of(workspace: Workspace, fact_id: UUID) -> Actor:
    """Return who told a fact; facts of old, and those of the command line, are the office's."""
    return Actor(actors_of(workspace.client, [fact_id]).get(fact_id, OFFICE.code))


def one_hand(workspace: Workspace, first: UUID, second: UUID) -> bool:
    """Tell whether one person told both facts; those of the command line are of no person."""
    hand = hand_of(workspace, first)
    return hand != OFFICE and hand == hand_of(workspace, second)


def require_signer(workspace: Workspace, draft_id: UUID, actor: Actor) -> bool:
    """Refuse a signature by who drafted; True: the office lets one person do both (一人办理).

    The command line is one person (definitions, Actor), who signed and issued before there was this rule.
    """
    if actor == OFFICE or hand_of(workspace, draft_id) != actor:
        return False
    raise UsageError(message("whoever drafts a document does not sign it; let another person sign"))


def require_signed(workspace: Workspace, actor: Actor, *, signed: bool) -> bool:
    """Refuse to issue what nobody signed; True: the office lets one person do it all (一人办理)."""
    del workspace
    if signed or actor == OFFICE:
        return False
    raise UsageError(message("nobody signed the draft; hand it over for signature first"))
