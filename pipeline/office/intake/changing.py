"""Changing a plan while somebody looks it through: answers, mended cells, rows set aside, how a page is read."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from connectors.papers.mending import MAX_TEXT, is_cell
from connectors.papers.settled import Settled
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.intake.page_answers import read_kind, read_time, settled_of
from pipeline.office.intake.papers import memory_of, planned, summary_of
from pipeline.office.intake.plan import Plan
from pipeline.office.intake.stored import StoredPlan, keep_stored, page_key, row_key, stored_plan

MAX_CHANGES = 5_000
"""Of one kind that a plan keeps: each is a word of a person at a place of the papers."""


class PageChange(msgspec.Struct, frozen=True):
    """How somebody wants a page to be read; None: as it is."""

    kind: str | None = None
    looked_at: str | None = None
    area: str | None = None
    leave_out: bool | None = None
    reads: Mapping[str, str] = {}  # letter of a column -> field; empty: it is kept aside


class PlanChange(msgspec.Struct, frozen=True):
    """What somebody says to a plan; places are those of the plan."""

    answers: Mapping[str, str] = {}  # by question; empty takes an answer back
    mended: Mapping[tuple[int, str, str], str] = {}  # file, page and cell -> what it is to say
    set_aside: Mapping[tuple[int, str, int], bool] = {}  # file, page and row -> whether it is left out
    pages: Mapping[tuple[int, str], PageChange] = {}


def change_plan(workspace: Workspace, plan_id: str, change: PlanChange) -> Plan:
    """Return a plan with what somebody says to it, kept with it.

    Raises `NotFoundError` for one that is not there, `UsageError` for one that was confirmed, for a place that is none,
    and for a question that the plan does not ask.
    """
    with memory_of(workspace) as memory:
        stored = stored_plan(memory, plan_id)
        if stored.number:
            raise UsageError(
                message(
                    "the plan was confirmed as intake {number} and cannot be changed any more",
                    number=stored.number,
                )
            )
        before = planned(workspace, memory, plan_id, stored)
        changed = _changed(before, stored, change)
        if changed == stored:
            return before
        plan = planned(workspace, memory, plan_id, changed)
        keep_stored(memory, plan_id, replace(changed, summary=summary_of(plan), sent_back=""))
        return plan


def _changed(plan: Plan, stored: StoredPlan, change: PlanChange) -> StoredPlan:
    asked = {question.id for question in plan.questions} | stored.answers.keys()
    if change.answers.keys() - asked:
        raise UsageError(message("a question is not asked any more: look the paper through again"))
    answers = {**stored.answers, **change.answers}
    settled = dict(stored.settled)
    for (file, page, cell), text in change.mended.items():
        if not is_cell(cell) or len(text) > MAX_TEXT:
            raise UsageError(message("cell {cell} cannot be mended", cell=cell))
        before = _of_page(plan, settled, stored, file, page)
        settled[page_key(file, page)] = replace(before, mended={**before.mended, cell: text.strip()})
    for (file, page), given in change.pages.items():
        settled[page_key(file, page)] = _page(_of_page(plan, settled, stored, file, page), given)
    aside = set(stored.set_aside)
    for (file, page, row), is_aside in change.set_aside.items():
        _of_page(plan, settled, stored, file, page)
        (aside.add if is_aside else aside.discard)(row_key(file, page, row))
    if max(len(answers), len(aside), sum(len(s.mended) for s in settled.values())) > MAX_CHANGES:
        raise UsageError(message("too many changes: mend the paper itself and hand it in again"))
    return replace(
        stored,
        answers={question: given for question, given in answers.items() if given},
        settled=settled,
        set_aside=tuple(sorted(aside)),
    )


def _of_page(plan: Plan, settled: Mapping[str, Settled], stored: StoredPlan, file: int, page: str) -> Settled:
    """Return what is settled about a page; raises `UsageError` where the plan has none of this name."""
    if not (0 <= file < len(plan.files) and any(p.title == page for p in plan.files[file].pages)):
        raise UsageError(message("there is no page {page}", page=page))
    return settled.get(page_key(file, page)) or settled_of(stored, file, page)


def _page(before: Settled, change: PageChange) -> Settled:
    after = before
    if change.kind is not None:
        after = replace(after, kind=read_kind(change.kind) if change.kind else "", leave_out=False)
    if change.looked_at is not None:
        after = replace(after, looked_at=read_time(change.looked_at) if change.looked_at.strip() else None)
    if change.area is not None:
        after = replace(after, area=change.area.strip()[:100])
    if change.leave_out is not None:
        after = replace(after, leave_out=change.leave_out)
    return replace(after, reads={**after.reads, **change.reads}) if change.reads else after
