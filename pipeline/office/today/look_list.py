"""The look list of a working day for people: whom to look at, and why."""

from datetime import date, datetime

import msgspec

from events.instants import from_micros
from pipeline.home.folder import Home
from pipeline.home.read_model import open_read_model
from pipeline.home.rulesets import ladder_of
from pipeline.office.scope import Scope, within
from pipeline.patrol.attention import density_at
from pipeline.patrol.carrying import carried
from projections.focus.focus_list import FOCUS_TYPES, focus_at
from projections.patrol.day_list import day_list
from projections.patrol.needs import Reason
from projections.patrol.workdays import DONE_US, Workdays, date_of, start_of
from projections.registry.units import UNIT_TYPES, units_at


class DueView(msgspec.Struct, frozen=True):
    """An account to be looked at."""

    account_id: str
    number: str | None
    name: str
    platform: str
    owner: str
    reason: Reason
    cannot_wait: bool  # the list of the next working day would be too late
    last_look_at: datetime | None
    newest_post_at: datetime | None
    newest_post_by_day: bool


class LookList(msgspec.Struct, frozen=True):
    """The list of a working day, the most urgent first."""

    day: date
    rows: tuple[DueView, ...]


def looks_due(home: Home, at: datetime, scope: Scope = Scope()) -> LookList:  # noqa: B008 (frozen)
    """Return whom people have to look at on the day of a moment, on a day of rest on the next working day.

    Left out are the accounts that a source looks at by plan, unless its quota is certain not to suffice for them.
    """
    workdays, ladder = Workdays(), ladder_of(home)
    until = from_micros(start_of(workdays.following(workdays.list_day(at))) + DONE_US)
    with open_read_model(home) as model:
        lines = within(model.lines(), scope, units_at(model.known(UNIT_TYPES), at))
        numbers = model.numbers()
        by_sources = carried(home, model, ladder, at, until).accounts
        daily = focus_at(model.known(FOCUS_TYPES), at)
        density = density_at(model, from_micros(start_of(workdays.list_day(at))))
        dense = {line.account_id for line in lines if density.of(line.area, line.owner)}
        due = day_list(
            lines,
            workdays,
            ladder,
            at,
            health=model.health(),
            daily=daily,
            key_period=dense,
            carried=by_sources,
        )
    rows = tuple(
        DueView(
            account_id=one.line.account_id,
            number=numbers.get(one.line.account_id),
            name=one.line.name,
            platform=one.line.platform,
            owner=one.line.owner,
            reason=one.reason,
            cannot_wait=one.cannot_wait,
            last_look_at=None if one.last_look is None else from_micros(one.last_look.at),
            newest_post_at=None if one.line.newest_at is None else from_micros(one.line.newest_at),
            newest_post_by_day=one.line.newest_by_day,
        )
        for one in due
    )
    return LookList(date_of(workdays.list_day(at)), rows)
