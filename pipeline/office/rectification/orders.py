"""Orders of the office (交办): a finding is to be put right that no bulletin names."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from events import fact_ids
from events.codec import Event
from events.messages import message
from events.rectification import RectificationOrdered
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, is_withdrawn
from pipeline.office.rectification.tasks import append_once, tasks_now


class OrderRectification(msgspec.Struct, frozen=True):
    """Ask a unit to put a finding right that no bulletin names."""

    finding: str  # beginning of its id
    due: date | None = None
    reason: str = ""


def order(workspace: Workspace, asked: OrderRectification, actor: Actor) -> UUID:
    """Order that a finding is put right; ordered again nothing changes. Returns the id of the order.

    Raises `UsageError` for a finding that is unknown, and `ConflictError` for one that is withdrawn or that an issued
    bulletin asks about already.
    """
    workspace.home.texts.refuse({"reason": asked.reason})
    finding = find_finding(workspace, asked.finding)
    finding_id, account = finding.event.id, finding.event.subject
    if is_withdrawn(workspace, finding):
        raise ConflictError(
            message(
                "finding {finding_id} is withdrawn already; there is nothing to put right",
                finding_id=finding_id,
            )
        )
    for task in tasks_now(workspace):
        if task.order_id is not None and finding_id in task.findings:
            return task.order_id
        if task.basis and finding_id in task.findings:
            raise ConflictError(
                message(
                    "bulletin {basis} asks about finding {finding_id} already: task {id}",
                    basis=task.basis,
                    finding_id=finding_id,
                    id=task.id,
                )
            )
    data = RectificationOrdered(finding_id=finding_id, due=asked.due, reason=asked.reason)
    event_id = fact_ids.rectification_ordered(account, finding_id)
    return append_once(
        workspace, Event(event_id, OFFICE, account, datetime.now(UTC), data, actor.origin())
    ).id
