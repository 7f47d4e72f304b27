"""Intakes as people look them up: what came when, what each brought."""

from datetime import datetime
from typing import Any

import msgspec

from connectors.papers.places import line_name
from pipeline.home.workspace import Workspace
from pipeline.office.intake.manifest import read_manifest
from pipeline.office.intake.undo import find_intake
from pipeline.office.intake.world import World


class IntakeView(msgspec.Struct, frozen=True):
    """An intake as the list shows it."""

    intake: str
    opened_at: datetime
    received_at: datetime
    stage: str  # open, taken, withdrawn, replaced
    kinds: tuple[str, ...]
    files: int
    facts: int
    plan: str
    reason: str = ""  # of one that was undone
    withdrawn_at: datetime | None = None


class BroughtView(msgspec.Struct, frozen=True):
    """A fact that an intake states."""

    file: str
    page: str
    row: int
    line: str  # what a person calls it on the paper
    type: str
    fact_id: str
    name: str
    platform: str
    owner: str
    known_before: bool
    withdrawn: bool
    says: dict[str, Any]


def list_intakes(workspace: Workspace) -> list[IntakeView]:
    """Return every intake as known now, the newest last."""
    return [
        IntakeView(
            intake=state.number,
            opened_at=state.opened_at,
            received_at=state.opened.received_at,
            stage=str(state.stage),
            kinds=tuple(sorted({kind for file in state.opened.files for kind in file.kinds})),
            files=len(state.opened.files),
            facts=state.opened.facts,
            plan=state.opened.plan,
            reason=state.withdrawn.reason if state.withdrawn else "",
            withdrawn_at=state.withdrawn_at,
        )
        for _, state in sorted(World(workspace).intakes.items())
    ]


def show_intake(workspace: Workspace, number: str) -> list[BroughtView]:
    """Return what an intake states, row by row; raises `UsageError` for one that is not known or was cut off."""
    world = World(workspace)
    state = find_intake(world, number)
    manifest = read_manifest(workspace.home, state.opened.manifest, state.number)
    facts = world.facts(fact.id for fact in manifest.facts)
    views = []
    for row in manifest.rows:
        for stated in row.facts:
            event = facts.get(stated.id)
            title = world.title(stated.subject)
            views.append(
                BroughtView(
                    file=row.file[:12],
                    page=row.page,
                    row=row.row,
                    line=line_name(row.layout, row.row) if row.row else "",
                    type=stated.type,
                    fact_id=str(stated.id),
                    name=title.name,
                    platform=title.platform,
                    owner=title.owner,
                    known_before=stated.known,
                    withdrawn=stated.id in world.void,
                    says=msgspec.to_builtins(event.data) if event is not None else {},
                )
            )
    return views
