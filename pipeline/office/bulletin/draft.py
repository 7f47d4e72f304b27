"""Drafting: the documents are written, and the draft is a fact with their hashes."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from events import bulletin_ids
from events.base import Payload
from events.bulletin import BulletinDrafted, Edition, Extras
from events.codec import Event
from events.known import Known
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.claims import known_acts
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import Bulletin, compose, folder_of
from pipeline.office.bulletin.imprint import require_imprint
from pipeline.office.bulletin.written import Written, write
from pipeline.office.rounds.state import load_round
from projections.bulletin.state import BULLETIN_TYPES, BulletinState, fold_bulletin
from projections.rounds.state import subject_of


class NewDraft(msgspec.Struct, frozen=True):
    """A draft that was just made: what it says, and its documents."""

    bulletin: Bulletin
    written: Written


def draft(
    workspace: Workspace,
    name: str,
    actor: Actor,
    *,
    extras: Extras | None = None,
    edition: Edition = "public",
    folder: Path | None = None,
) -> NewDraft:
    """Write the documents of a round's newest run and record the draft; the newest one again is the same fact.

    Raises `UsageError` where the office has not said its name and heading (`office set`).
    """
    bulletin = compose(workspace, name, extras=extras, edition=edition)
    require_imprint(workspace, bulletin.templates.style, load_round(workspace, name).announced.office)
    content = bulletin.content
    unwritten = BulletinDrafted(
        run_id=content.provenance.run_id,
        edition=edition,
        extras=content.extras,
        files=(),
        imprint=content.imprint,
        beside_known_at=content.beside_known_at,
    )
    workspace.home.texts.refuse_in_facts(
        [bulletin_event(name, _draft_id(name, unwritten, None), unwritten, actor)]
    )
    written = write(bulletin, folder or folder_of(workspace.home, name, edition))
    data = msgspec.structs.replace(unwritten, files=written.files)
    newest = bulletin_state(workspace, name, edition)
    if newest is None or newest.draft != data:
        record(workspace, name, _draft_id(name, data, newest), data, actor)
    return NewDraft(bulletin, written)


def bulletin_state(workspace: Workspace, name: str, edition: Edition) -> BulletinState | None:
    """Return how far a round's bulletin has come, as known now; None before its first draft."""
    return fold_bulletin(known_bulletins(workspace), subject_of(name), edition)


def known_bulletins(workspace: Workspace) -> list[Known]:
    """Return every fact about bulletins as known now, in log order."""
    return known_acts(workspace.known, BULLETIN_TYPES)


def drafted(workspace: Workspace, name: str, edition: Edition) -> BulletinState:
    """Return the state of a bulletin that has a draft; raises `UsageError`."""
    state = bulletin_state(workspace, name, edition)
    if state is None:
        raise UsageError(
            message(
                "round {name} has no {edition} draft of a bulletin; write one: xuncha bulletin draft {name}",
                name=name,
                edition=edition,
            )
        )
    return state


def record(workspace: Workspace, name: str, event_id: UUID, data: Payload, actor: Actor) -> None:
    """Append a fact about the bulletin of a round and bring the history up to it."""
    workspace.log.append([bulletin_event(name, event_id, data, actor)])
    workspace.catch_up()


def bulletin_event(name: str, event_id: UUID, data: Payload, actor: Actor) -> Event[Payload]:
    """Return a fact about the bulletin of a round."""
    return Event(event_id, OFFICE, subject_of(name), datetime.now(UTC), data, actor.origin())


def _draft_id(name: str, data: BulletinDrafted, before: BulletinState | None) -> UUID:
    hashes = [file.sha256 for file in data.files]
    return bulletin_ids.bulletin_drafted(
        subject_of(name), data.edition, before.draft_id if before else None, hashes
    )
