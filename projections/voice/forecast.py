"""Which steps of the ladder fall due on a day if nothing is posted: what a preview of messages starts from."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from events import derived_ids
from events.days import day_of
from events.instants import from_micros, to_micros
from projections.patrol.account_line import AccountLine
from projections.rules.ladder import NEVER, Ladder
from projections.voice.matter import Matter, step_of


def due_on(lines: Iterable[AccountLine], ladder: Ladder, at: datetime) -> list[Matter]:
    """Return the alerts of the Chinese day of `at`, the highest step of each account, by time.

    It asks no look: an alert is raised only where one proves the silence, so this is the most that can come.
    """
    begin, end = day_of(to_micros(at))
    found = []
    for line in lines:
        if line.anchor is None or not line.in_population(to_micros(at)):
            continue
        steps = ladder.of(line.ruled_by, line.account_class)
        for index in reversed(range(len(steps.steps))):
            due = _due(line, steps, index)
            if begin < due <= end:
                found.append(_matter(line, steps, index, due))
                break
    return sorted(found, key=lambda matter: (matter.at, matter.account_id))


def _due(line: AccountLine, ladder: Ladder, index: int) -> int:
    if line.anchor is None:
        return NEVER
    if ladder.steps[index].is_limit:
        return max(line.anchor, line.shown_at) + ladder.limit_us
    return ladder.deadline(line.anchor, index)


def _matter(line: AccountLine, ladder: Ladder, index: int, due: int) -> Matter:
    step, anchor = ladder.steps[index], line.anchor or 0
    since = from_micros(anchor)
    return Matter(
        id=derived_ids.alert_raised(line.account_id, UUID(int=0), step.level),
        kind="alert",
        at=from_micros(due),
        account_id=line.account_id,
        opener_id=str(UUID(int=0)),
        name=line.name or line.given_id,
        owner=line.owner,
        level=step.level,
        audience=step.audience,
        step=step_of(ladder, step.level, since),
        silent_since=since,
        limit_at=from_micros(anchor + ladder.limit_us),
    )
