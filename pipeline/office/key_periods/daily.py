"""What the office reports of a day of a key period: by area who was looked at and what was found, if anything was."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from connectors.history.alerts import list_alerts
from connectors.history.look_counts import LookCount, look_counts
from events.days import chinese_day, last_second, midnight_before
from events.evidence import REFERENCE_ONLY
from events.facts import RegistryEntry
from events.instants import UtcDatetime
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.columns import Column, number, text
from pipeline.office.duty import list_duty
from pipeline.office.emergencies.desk import WAITS_FOR, list_emergencies
from pipeline.office.findings import list_findings
from pipeline.office.key_periods.acts import find_key_period
from pipeline.office.scope import area_of
from pipeline.office.units import unit_tree
from pipeline.scores.scoring import population_at
from projections.patrol.key_periods import KeyPeriod
from projections.registry.units import units_by_name

_APART = "另案处理"
_NOWHERE = "未分地区"
DAY_COLUMNS: tuple[Column, ...] = (
    text("area", "地区"),
    number("accounts", "账号数"),
    number("looked", "已查看账号数"),
    number("looks", "查看次数"),
    number("below", "未达次数账号数"),
    number("findings", "发现问题"),
    number("alerts", "发出提醒"),
    number("emergencies", "应急事件"),
)


class AskDailyReport(msgspec.Struct, frozen=True):
    """The report of a period on a day."""

    name: str
    day: date


class AreaDay(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in an area."""

    area: str
    accounts: int
    looked: int  # accounts with a look that worked
    looks: int
    below: int  # accounts with fewer looks than the period asks for
    findings: int
    alerts: int
    emergencies: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was found, reminded of or suspected."""

    area: str
    owner: str
    name: str
    platform: str
    at: UtcDatetime
    what: str


class DailyReport(msgspec.Struct, frozen=True, kw_only=True):
    """A day of a period."""

    name: str
    day: date
    number: int  # of the day within the period, from 1
    days: int
    looks_a_day: int
    known_at: UtcDatetime
    areas: tuple[AreaDay, ...]
    findings: tuple[Seen, ...]
    alerts: tuple[Seen, ...]
    emergencies: tuple[Seen, ...]
    duty: tuple[str, ...] | None  # units on duty; None: nobody has to be

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing was found, reminded of or suspected."""
        return not (self.findings or self.alerts or self.emergencies)

    @property
    def quiet_words(self) -> str:
        """Return what a quiet day says; who was not looked at may have had anything. Empty for another day."""
        accounts, looked = (sum(getattr(a, name) for a in self.areas) for name in ("accounts", "looked"))
        if not self.is_quiet:
            return ""
        if looked == accounts:
            return "全天未发现异常情况。"
        if looked:
            return "已查看的账号未发现异常情况，其余账号有无异常不能认定。"
        return "当日没有查看记录，有无异常不能认定。"


def daily_report(workspace: Workspace, asked: AskDailyReport) -> DailyReport:
    """Return the report of a day as known now; raises `UsageError` for a day outside of the period."""
    period = find_key_period(workspace, asked.name)
    first, last = period.told.starts_on, period.ends_on
    if not first <= asked.day <= last:
        raise UsageError(
            message(
                "{day} is no day of {name}, which is from {first} to {last}",
                day=asked.day,
                name=period.told.name,
                first=first,
                last=last,
            )
        )
    known_at = workspace.known_at(None)
    begin = midnight_before(last_second(asked.day))
    end = begin + timedelta(days=1)
    day = _Day(workspace, period, begin, end, known_at)
    findings, alerts, emergencies = day.findings(), day.alerts(), day.emergencies()
    counts = look_counts(workspace.client, begin, end, known_at)
    return DailyReport(
        name=period.told.name,
        day=asked.day,
        number=(asked.day - first).days + 1,
        days=(last - first).days + 1,
        looks_a_day=period.told.looks_a_day,
        known_at=known_at,
        areas=tuple(day.by_area(counts, findings, alerts, emergencies)),
        findings=findings,
        alerts=alerts,
        emergencies=emergencies,
        duty=_on_duty(workspace, asked.day) if period.told.duty else None,
    )


def _on_duty(workspace: Workspace, day: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(turn.unit for turn in list_duty(workspace.home, day, 1)))


class _Day:
    """A day over the accounts of a period."""

    def __init__(
        self, workspace: Workspace, period: KeyPeriod, begin: datetime, end: datetime, known_at: datetime
    ) -> None:
        self._workspace, self._begin, self._end, self._known_at = workspace, begin, end, known_at
        self._looks_a_day = period.told.looks_a_day
        by_name = units_by_name(unit_tree(workspace, known_at=known_at))
        on = chinese_day(begin)
        everyone = population_at(workspace.known, end, known_at)
        self._areas = {account: area_of(entry, by_name) for account, entry in everyone.items()}
        self._accounts: Mapping[str, RegistryEntry] = {
            account: entry for account, entry in everyone.items() if period.covers(on, self._areas[account])
        }

    def findings(self) -> tuple[Seen, ...]:
        """Return the findings of the day that stand; what is kept apart is named as such alone."""
        names = rule_names(self._workspace.home.path)
        return _in_order(
            self._seen(
                row["subject"],
                row["found_at"],
                _APART if row["rule"] in REFERENCE_ONLY else names.get(row["rule"], row["rule"]),
            )
            for row in list_findings(self._workspace)
            if not row["withdrawn"] and self._is_mine(row["subject"], row["found_at"])
        )

    def alerts(self) -> tuple[Seen, ...]:
        """Return the alerts of the day that were not withdrawn."""
        return _in_order(
            self._seen(row["subject"], row["at"], "更新提醒")
            for row in list_alerts(self._workspace.client)
            if row["type"] == "alert.raised"
            and not row["withdrawn"]
            and self._is_mine(row["subject"], row["at"])
        )

    def emergencies(self) -> tuple[Seen, ...]:
        """Return the emergencies that were suspected on the day, with how far each has come."""
        return _in_order(
            self._seen(
                view.case.account_id,
                view.case.suspected_at,
                f"{_APART if view.case.rule in REFERENCE_ONLY else view.case.problem}（{WAITS_FOR[view.case.state]}）",
            )
            for view in list_emergencies(self._workspace)
            if self._is_mine(view.case.account_id, view.case.suspected_at)
        )

    def by_area(
        self,
        counts: Mapping[str, LookCount],
        findings: tuple[Seen, ...],
        alerts: tuple[Seen, ...],
        emergencies: tuple[Seen, ...],
    ) -> list[AreaDay]:
        """Return what happened in each area, by name."""
        made = []
        for area in sorted({self._area(account) for account in self._accounts}):
            mine = [account for account in self._accounts if self._area(account) == area]
            worked = [counts[account].worked if account in counts else 0 for account in mine]
            made.append(
                AreaDay(
                    area=area,
                    accounts=len(mine),
                    looked=sum(n > 0 for n in worked),
                    looks=sum(worked),
                    below=sum(n < self._looks_a_day for n in worked),
                    findings=sum(one.area == area for one in findings),
                    alerts=sum(one.area == area for one in alerts),
                    emergencies=sum(one.area == area for one in emergencies),
                )
            )
        return made

    def _is_mine(self, account: str, at: datetime) -> bool:
        return account in self._accounts and self._begin <= at < self._end

    def _area(self, account: str) -> str:
        return self._areas.get(account) or _NOWHERE

    def _seen(self, account: str, at: datetime, what: str) -> Seen:
        entry = self._accounts[account]
        return Seen(
            area=self._area(account),
            owner=entry.owner,
            name=entry.name,
            platform=entry.platform,
            at=at,
            what=what,
        )


def _in_order(found: Iterable[Seen]) -> tuple[Seen, ...]:
    return tuple(sorted(found, key=lambda one: (one.area, one.at, one.owner, one.name)))
