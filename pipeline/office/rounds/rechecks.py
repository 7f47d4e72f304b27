"""Second checks 复核: another person than who recorded a finding looks at it again."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of
from events import fact_ids
from events.codec import Event
from events.finding import FindingRechecked, FindingRecorded
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, is_withdrawn
from pipeline.office.rounds.sheets import check_code
from pipeline.office.rounds.wording import text_for_log
from pipeline.office.two_persons import marks, require_second


class Recheck(msgspec.Struct, frozen=True):
    """What a second checker says of a finding."""

    finding: str  # its id, or its beginning
    holds: bool
    by: str  # code of a checker, or person id
    note: str = ""
    reference: str = ""


def recheck(workspace: Workspace, asked: Recheck, actor: Actor) -> UUID:
    """Record that a second checker looked at a finding again; returns the id of the finding.

    Raises `UsageError` where it is the finder, or the person who recorded it: that is no second pair of eyes.
    """
    by = asked.by
    check_code(by)
    finding = find_finding(workspace, asked.finding)
    note = text_for_log(finding, asked.note, asked.reference, "note")
    data, subject, finding_id = finding.event.data, finding.event.subject, finding.event.id
    recorded_by = set(actors_of(workspace.client, [finding_id]).values())
    alone = require_second(workspace, "recheck", recorded_by, actor)
    if isinstance(data, FindingRecorded) and data.finder == by and not alone:
        raise UsageError(
            message(
                "{by} recorded finding {id}; a second check is another checker's",
                by=by,
                id=finding_id,
            )
        )
    if is_withdrawn(workspace, finding):
        raise UsageError(
            message("finding {id} is withdrawn already; there is nothing to check again", id=finding_id)
        )
    event_id = fact_ids.finding_rechecked(subject, finding_id, by, holds=asked.holds, note=note)
    checked = FindingRechecked(finding_id=finding_id, holds=asked.holds, by=by, note=note)
    event = Event(event_id, OFFICE, subject, datetime.now(UTC), checked, actor.origin())
    workspace.log.append([*marks("recheck", event_id, actor, alone=alone), event])
    return finding_id
