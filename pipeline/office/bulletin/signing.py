"""Signing: a checked draft is handed over 送签, and signed 签发 by another person than who drafted it."""

from uuid import UUID

from events import bulletin_ids
from events.bulletin import BulletinSigned, BulletinSubmitted, Edition
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.draft import bulletin_event, drafted, record
from pipeline.office.bulletin.hands import require_signer
from pipeline.office.two_persons import is_person, marks
from projections.bulletin.state import BulletinState
from projections.rounds.state import subject_of


def submit(workspace: Workspace, name: str, actor: Actor, *, edition: Edition = "public") -> BulletinState:
    """Hand the checked draft over to whoever signs; handed over again nothing changes.

    Raises `UsageError` for a draft that was not checked, `ConflictError` for one that went out.
    """
    state = _checked(workspace, name, edition)
    if state.issued is not None:
        raise _is_out(name, state)
    if state.submitted_at is not None or state.signed is not None:
        return state
    data = BulletinSubmitted(draft_id=state.draft_id)
    record(workspace, name, bulletin_ids.bulletin_submitted(subject_of(name), state.draft_id), data, actor)
    return drafted(workspace, name, edition)


def sign(
    workspace: Workspace, name: str, actor: Actor, *, office: str, role: str, edition: Edition = "public"
) -> BulletinState:
    """Record that the office signed the checked draft; the same signature again is the same fact.

    A person signs what was handed over, and no draft of their own; the command line is one person and hands nothing
    over. Raises `UsageError` otherwise, and for a draft that was not checked; `ConflictError` for one that somebody
    else has signed, or that went out unsigned.
    """
    office, role = office.strip(), role.strip()
    workspace.home.texts.refuse({"role": role})
    state = _checked(workspace, name, edition)
    if state.signed is None and state.issued is not None:
        raise _is_out(name, state)
    if state.signed is None:
        if is_person(actor.code) and state.submitted_at is None:
            raise UsageError(message("the draft of {name} was not handed over for signature", name=name))
        alone = require_signer(workspace, state.draft_id, actor)
        data, event_id = (
            BulletinSigned(draft_id=state.draft_id, office=office, role=role),
            signature_of(name, state),
        )
        workspace.log.append(
            [*marks("sign", event_id, actor, alone=alone), bulletin_event(name, event_id, data, actor)]
        )
        workspace.catch_up()
        state = drafted(workspace, name, edition)  # of two at once the first record counts
    signed = state.signed
    if signed is not None and (signed.office, signed.role) != (office, role):
        raise ConflictError(
            message(
                "the draft of {name} is signed by {office}{role}; another signature needs a new"
                " draft that is checked",
                name=name,
                office=signed.office,
                role=signed.role,
            )
        )
    return state


def signature_of(name: str, state: BulletinState) -> UUID:
    """Return the id of the signature of a draft, whether it is there or not."""
    return bulletin_ids.bulletin_signed(subject_of(name), state.draft_id)


def _checked(workspace: Workspace, name: str, edition: Edition) -> BulletinState:
    state = drafted(workspace, name, edition)
    if state.checked_at is None:
        raise UsageError(
            message(
                "the draft of {name} was not checked; check it first: xuncha bulletin check {name}", name=name
            )
        )
    return state


def _is_out(name: str, state: BulletinState) -> ConflictError:
    number = state.issued.number if state.issued is not None else ""
    return ConflictError(
        message(
            "the bulletin of {name} was issued as {number}; a change needs a new draft",
            name=name,
            number=number,
        )
    )
