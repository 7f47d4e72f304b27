"""Taking back what was recorded of a year by mistake: an objection that nobody decided on, the telling of a draft."""

from typing import Any

from events.assessment import AssessmentObjected, AssessmentTold
from events.codec import Event
from events.fields import field
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.flow import find_objection, load_year
from pipeline.office.withdrawals import compensation
from projections.year.state import Draft, Objection


def withdraw_objection(workspace: Workspace, text: str, reason: str, actor: Actor) -> Objection:
    """Take an objection back; raises `ConflictError` for one that was decided, `UsageError` without a reason."""
    _, one = find_objection(workspace, text)
    if one.outcome is not None:
        raise ConflictError(message("the objection was decided; what was decided stays"))
    known = workspace.known.read((AssessmentObjected.type,))
    _take_back(workspace, next(k.event for k in known if k.event.id == one.id), reason, actor)
    return one


def withdraw_notice(workspace: Workspace, year: int, reason: str, actor: Actor) -> Draft:
    """Take back that the units were told the newest draft; raises `ConflictError` once they objected."""
    state = load_year(workspace, year)
    newest = state.newest
    if newest.told_at is None:
        raise UsageError(message("the draft of {year} was not told to the units yet", year=year))
    if newest.finalized_at is not None or any(o.data.draft_id == newest.id for o in state.objections):
        raise ConflictError(message("the draft was objected to, or is final; draft again"))
    known = workspace.known.read((AssessmentTold.type,))
    notices = [
        k.event for k in known if isinstance(d := k.event.data, AssessmentTold) and d.draft_id == newest.id
    ]
    _take_back(workspace, notices[-1], reason, actor)
    return load_year(workspace, year).newest


def _take_back(workspace: Workspace, fact: Event[Any], reason: str, actor: Actor) -> None:
    reason = reason.strip()
    if not reason:
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": reason})
    append_new(workspace, [compensation(fact, reason, actor)])
    workspace.catch_up()
