"""The page of a day: who fails when, who is over the limit, whom to look at first, what came in and what waits."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime

import msgspec

from connectors.people.roles import Role, role_title
from connectors.readmodel.port import OpenAlert
from events.folding import fold_owner
from events.instants import from_micros, to_micros
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.home.read_model import ReadModel, open_read_model
from pipeline.home.rulesets import ladder_of
from pipeline.office.scope import Scope, area_of
from pipeline.office.standing.among import Among
from pipeline.office.standing.scoped import wanted_of
from pipeline.office.standing.standings import Standings, standings
from pipeline.office.today.short_quota import ShortQuota, short_quotas
from pipeline.office.today.urgent import Urgent, urgent_now
from pipeline.office.today.waiting import CameIn, Waiting, came_in, waiting
from pipeline.patrol.carrying import carried
from projections.patrol.forecast import WORKING_DAYS, Outlook, Standing, by_urgency
from projections.patrol.workdays import Workdays, date_of, number_of, start_of
from projections.registry.units import UNIT_TYPES, Unit, units_at, units_by_name

_ROLES = (Role.CONTACT, Role.RESPONSIBLE, Role.STAFF_1, Role.SECTION, Role.LEADER_IN_CHARGE, Role.MAIN_LEADER)
"""Who is asked first."""


class AskToday(msgspec.Struct, frozen=True):
    """What a person asks; `days`: how many working days ahead."""

    now: datetime
    scope: Scope = Scope()
    days: int = WORKING_DAYS


class NeedView(msgspec.Struct, frozen=True, kw_only=True):
    """An account that needs somebody."""

    account_id: str
    number: str | None  # 编号, None where the office gives none
    name: str
    platform: str
    owner: str
    area: str
    standing: Standing
    days_left: int | None
    fails_at: datetime | None
    newest_post_at: datetime | None
    newest_post_by_day: bool
    last_look_at: datetime | None
    looked_by: str  # 人工, or the name of the source; empty: nobody
    look_is_old: bool  # look first: it may have posted since
    contact: str  # who is named for it, by role; empty: nobody
    warned: str  # to whom the open alert went: an audience; empty: there is none
    level: str  # of that alert
    reached: bool  # it reached somebody; else it is to come, or no channel leads to people
    holiday: str
    holiday_ends: date | None
    held: str = ""  # what holds its alerts back at the longest: snooze, mute, claim; empty: nothing does
    held_until: datetime | None = None


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """The page."""

    now: datetime
    until: datetime
    accounts: int  # open ones in the scope
    needs: tuple[NeedView, ...]  # what to do first comes first
    since: datetime  # what came in since then
    came_in: tuple[CameIn, ...]
    waiting: tuple[Waiting, ...]
    short_quotas: tuple[ShortQuota, ...]  # sources that will not look at all of their accounts in time
    urgent: tuple[Urgent, ...] = ()

    def of(self, *standings: Standing) -> list[NeedView]:
        """Return the accounts that stand so."""
        return [need for need in self.needs if need.standing in standings]


def today(home: Home, asked: AskToday) -> Today:
    """Return the page of a day as known now; raises `NotFoundError` where the scope names what nobody knows."""
    with open_read_model(home) as model:
        return today_of(home, model, asked, standings(home, model, asked.now, asked.days))


def today_of(home: Home, model: ReadModel, asked: AskToday, standings: Standings) -> Today:
    """Return the page of a day from an open read model; `standings` are the standings of that moment and those days."""
    ladder, workdays, at = ladder_of(home), Workdays(), to_micros(asked.now)
    units = units_at(model.known(UNIT_TYPES), asked.now)
    wanted = wanted_of(model, asked.scope, units)
    near = wanted._replace(open_at=at, counted_before=standings.counted_before, uncounted=True)
    accounts = model.store.subjects(near, "counted_from")
    outlooks = by_urgency(
        one
        for account in accounts
        if account in standings.of
        and (
            (one := standings.of[account].outlook).limit_at is None
            or one.limit_at < to_micros(standings.until)
        )
    )
    by_sources = carried(home, model, ladder, asked.now, standings.until)
    since = from_micros(start_of(workdays.last_up_to(number_of(asked.now) - 1)))
    views = _Views(home, model, units, at, [one.line.account_id for one in outlooks], standings.alerts)
    among = Among(model, wanted)
    return Today(
        now=asked.now,
        until=standings.until,
        accounts=model.store.count(wanted._replace(open_at=at)),
        needs=tuple(views.view(outlook) for outlook in outlooks),
        since=since,
        came_in=tuple(came_in(model, since)),
        waiting=tuple(waiting(home, model, among, units, asked.now, asked.scope)),
        short_quotas=short_quotas(by_sources.outlooks, among),
        urgent=tuple(urgent_now(model, among)),
    )


class _Views:
    """Says of an account what people call things."""

    def __init__(
        self,
        home: Home,
        model: ReadModel,
        units: Mapping[str, Unit],
        at: int,
        accounts: Sequence[str],
        alerts: Mapping[str, OpenAlert],
    ) -> None:
        self._at = at
        self._by_name: Mapping[str, Sequence[Unit]] = units_by_name(units)
        self._alerts = alerts
        self._numbers = model.numbers_of(accounts)
        self._roles: dict[str, set[str]] = {}
        with closing(open_people(home)) as store:
            for unit, role, _ in store.ids():
                self._roles.setdefault(fold_owner(unit), set()).add(role)

    def view(self, outlook: Outlook) -> NeedView:
        line, look = outlook.line, outlook.last_look
        held = next(iter(line.held_at(self._at)), None)
        alert, holiday = self._alerts.get(line.account_id), outlook.holiday
        looked_by = "" if look is None else "人工" if look.by_hand else look.source
        return NeedView(
            account_id=line.account_id,
            number=self._numbers.get(line.account_id),
            name=line.name,
            platform=line.platform,
            owner=line.owner,
            area=area_of(line, self._by_name),
            standing=outlook.standing,
            days_left=outlook.days_left,
            fails_at=None if outlook.limit_at is None else from_micros(outlook.limit_at),
            newest_post_at=None if line.newest_at is None else from_micros(line.newest_at),
            newest_post_by_day=line.newest_by_day,
            last_look_at=None if look is None else from_micros(look.at),
            looked_by=looked_by,
            look_is_old=outlook.is_look_old,
            contact=self._contact(line.owner, line.roles),
            warned=alert.audience if alert is not None else "",
            level=alert.level if alert is not None else "",
            reached=alert is not None and alert.delivered > 0,
            holiday=holiday.name if holiday is not None else "",
            holiday_ends=date_of(holiday.last) if holiday is not None else None,
            held=held.cause if held is not None else "",
            held_until=from_micros(held.until) if held is not None else None,
        )

    def _contact(self, owner: str, roles: Sequence[str]) -> str:
        known = {*roles, *self._roles.get(fold_owner(owner), ())}
        return next((role_title(role) for role in _ROLES if role in known), "")
