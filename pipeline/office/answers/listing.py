"""What holds alerts back: which accounts, why, until when. Who read an alert is in no list."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.answer import AlertMuted, AlertSnoozed, PostClaimed
from events.instants import from_micros, to_micros
from pipeline.home.read_model import open_read_model
from pipeline.home.workspace import Workspace
from pipeline.office.answers.reasons import mute_reasons
from pipeline.office.scope import Scope, within
from projections.accounts.holds import Hold
from projections.patrol.account_line import AccountLine
from projections.registry.units import UNIT_TYPES, units_at

_TYPES = (AlertSnoozed.type, AlertMuted.type, PostClaimed.type)


class HeldAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A request for silence that holds."""

    account_id: str
    given_id: str
    name: str
    platform: str
    owner: str
    cause: str  # snooze, mute, claim
    since: datetime
    until: datetime
    reason: str  # in words
    link: str
    by: str = ""  # the actor


def list_held(workspace: Workspace, now: datetime, scope: Scope = Scope()) -> list[HeldAccount]:  # noqa: B008 (frozen)
    """Return what holds at a moment, what ends first coming first."""
    with open_read_model(workspace.home) as model:
        lines = within(model.lines(), scope, units_at(model.known(UNIT_TYPES), now))
    holding = [UUID(bytes=hold.id) for line in lines for hold in line.held_at(to_micros(now))]
    actors = workspace.actors_of(holding) if holding else {}
    facts = {k.event.id: k for k in workspace.known.read(_TYPES)}
    found = []
    for line in lines:
        for hold in line.held_at(to_micros(now)):
            known = facts.get(UUID(bytes=hold.id))
            data = None if known is None else known.event.data
            found.append(replace(_held(line, hold, data), by=actors.get(UUID(bytes=hold.id), "")))
    return sorted(found, key=lambda one: (one.until, one.account_id))


def _held(line: AccountLine, hold: Hold, data: object) -> HeldAccount:
    reason, link = "", ""
    match data:
        case AlertSnoozed():
            reason = data.reason
        case AlertMuted():
            title = mute_reasons()[data.reason].title if data.reason in mute_reasons() else data.reason
            reason = f"{title}：{data.note}" if data.note else title
        case PostClaimed():
            link = data.link
    return HeldAccount(
        account_id=line.account_id,
        given_id=line.given_id,
        name=line.name,
        platform=line.platform,
        owner=line.owner,
        cause=hold.cause,
        since=from_micros(hold.since),
        until=from_micros(hold.until),
        reason=reason,
        link=link,
    )
