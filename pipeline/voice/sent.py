"""What went out to people message by message, and what of the open alerts still waits."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from connectors.history.composed import read_composed
from events.alert import AlertComposed
from events.days import chinese_day
from events.instants import SHANGHAI, from_micros
from pipeline.home.read_model import open_read_model
from pipeline.home.rulesets import ladder_of
from pipeline.home.workspace import Workspace
from pipeline.voice.channels import build_channels
from pipeline.voice.desks import manner_of
from projections.patrol.account_line import AccountLine
from projections.rules.calendar import Days
from projections.rules.ladder import Ladder
from projections.voice.burden import Burden, burden
from projections.voice.hours import due_at
from projections.voice.matter import Matter, step_of

LOOKED_BACK = timedelta(days=60)
"""An alert that nobody was told for so long waits for nothing."""


class Sent(msgspec.Struct, frozen=True):
    """One message to one person or group; an alert that was merged into it is one of `tells`."""

    at: datetime
    unit: str
    reason: str
    channel: str
    destination: str
    kinds: tuple[str, ...]
    tells: int
    renewed: bool
    pilot: bool


class Waiting(msgspec.Struct, frozen=True):
    """An open alert that no person was told yet."""

    account_id: str
    name: str
    owner: str
    level: str
    at: datetime  # when it was true
    due: datetime
    why: Literal["time", "held"]  # its time has not come; or a limit, a channel or a person holds it back


def list_sent(workspace: Workspace, first: date, last: date) -> list[Sent]:
    """Return the messages from the first to the last day, both included."""
    return [
        Sent(at, d.unit, d.reason, d.channel, d.destination, d.kinds, len(d.tells), d.renewed, d.pilot)
        for at, d in _composed(workspace, first, last)
    ]


def list_burden(workspace: Workspace, first: date, last: date) -> list[Burden]:
    """Return what units got from the first to the last day, both included."""
    return burden(_composed(workspace, first, last))


def list_waiting(workspace: Workspace, now: datetime) -> list[Waiting]:
    """Return the open alerts that no person was told, by the time at which they may go out.

    There are none where the settings give no channel of people and no group of a unit.
    """
    home = workspace.home
    manner = manner_of(home.settings, build_channels(home))
    if not manner.lines:
        return []
    ladder, days = ladder_of(home), Days()
    since = chinese_day(now - LOOKED_BACK)
    notified = {one for _, d in _composed(workspace, since, chinese_day(now)) for one in d.tells}
    with open_read_model(home) as model:
        lines = {line.account_id: line for line in model.lines()}
        alerts = model.alerts()
    found = []
    for alert in alerts.values():
        line, at = lines.get(alert.subject), from_micros(alert.at)
        if line is None or UUID(bytes=alert.id) in notified or at < now - LOOKED_BACK:
            continue
        due = due_at(
            _matter(line, alert.level, at, ladder.of(line.ruled_by, line.account_class)), manner.hours, days
        )
        why: Literal["time", "held"] = "time" if due > now else "held"
        name = line.name or line.given_id
        found.append(Waiting(alert.subject, name, line.owner, alert.level, at, due, why))
    return sorted(found, key=lambda row: (row.due, row.account_id))


def _matter(line: AccountLine, level: str, at: datetime, ladder: Ladder) -> Matter:
    since = from_micros(line.anchor or 0)
    return Matter(
        id=UUID(int=0),
        kind="alert",
        at=at,
        account_id=line.account_id,
        owner=line.owner,
        level=level,
        step=step_of(ladder, level, since),
        limit_at=from_micros((line.anchor or 0) + ladder.limit_us),
    )


def _composed(workspace: Workspace, first: date, last: date) -> list[tuple[datetime, AlertComposed]]:
    begin = datetime.combine(first, time(), SHANGHAI).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    return [
        (row["at"], msgspec.json.decode(row["body"], type=AlertComposed, strict=False))
        for row in read_composed(workspace.client, begin, end)
    ]
