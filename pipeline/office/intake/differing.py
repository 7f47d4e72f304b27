"""What would differ if the papers of an intake were planned today: the registry may have moved since."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from connectors.papers.places import line_name
from events.base import Payload
from events.codec import Event
from pipeline.home.workspace import Workspace
from pipeline.office.intake.manifest import read_manifest
from pipeline.office.intake.papers import plan_again
from pipeline.office.intake.plan import Plan, PlannedRow, Title, line_on_paper
from pipeline.office.intake.undo import find_intake
from pipeline.office.intake.world import World

Place = tuple[str, str, int]  # SHA-256 of the file, page, row


class Difference(msgspec.Struct, frozen=True):
    """A fact that would be written today, one that no longer stands, or a row that would not be taken any more."""

    page: str
    row: int
    line: str  # what a person calls it on the paper
    account: Title
    what: Literal["new", "withdrawn", "not_taken"]
    type: str = ""  # of the fact
    fate: str = ""  # of a row that would not be taken
    says: Mapping[str, Any] = {}


def diff_intake(workspace: Workspace, number: str) -> list[Difference]:
    """Return what would differ, in the order of the rows; raises `UsageError` where its papers are gone."""
    world = World(workspace)
    state = find_intake(world, number)
    manifest = read_manifest(workspace.home, state.opened.manifest, state.number)
    plan = plan_again(workspace, state.opened)
    rows = {_place(plan, row): row for row in plan.rows}
    now = {fact.event.id for fact in plan.drafts}
    stated = world.facts(fact.id for fact in manifest.facts)
    found: list[Difference] = []
    for stated_row in manifest.rows:
        row = rows.get((stated_row.file, stated_row.page, stated_row.row))
        found += [
            Difference(
                stated_row.page,
                stated_row.row,
                line_name(stated_row.layout, stated_row.row),
                world.title(fact.subject),
                "withdrawn",
                fact.type,
                says=_content(stated[fact.id]) if fact.id in stated else {},
            )
            for fact in stated_row.facts
            if fact.id in world.void and fact.id not in now
        ]
        if row is not None and row.fate in ("contradicting", "refused") and stated_row.facts:
            found.append(_not_taken(plan, row, world.title(stated_row.facts[0].subject)))
    titles: Mapping[str, Title] = {row.subject: row.account for row in plan.rows if row.account is not None}
    found += [
        Difference(
            draft.at.page,
            draft.at.row,
            line_on_paper(plan, draft.at, draft.at.row),
            titles.get(draft.event.subject) or world.title(draft.event.subject),
            "new",
            draft.event.type,
            says=_content(draft.event),
        )
        for draft in plan.written(by_default=True)
    ]
    return sorted(found, key=lambda difference: (difference.page, difference.row))


def _place(plan: Plan, row: PlannedRow) -> Place:
    return plan.files[row.at.file].sha256, row.at.page, row.at.row


def _not_taken(plan: Plan, row: PlannedRow, account: Title) -> Difference:
    line = line_on_paper(plan, row.at, row.at.row)
    return Difference(row.at.page, row.at.row, line, row.account or account, "not_taken", fate=row.fate)


def _content(event: Event[Payload]) -> dict[str, Any]:
    values = msgspec.to_builtins(event.data)
    return {name: value for name, value in values.items() if value not in (None, "", {}, [], ())}
