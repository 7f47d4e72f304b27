"""Rows of the sheets that the units of a simulated year hand in, and the accounts that they run."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from connectors.sheets.rows import AccountRef, AccountRow, FindingRow
from connectors.sheets.self_checks import SelfCheckRow
from events.ids import account_id
from events.instants import SHANGHAI
from events.platforms import platform_slug
from pipeline.simulate.year_place import TIERS, UnitPlan, YearPlace
from projections.year.schemes import AssessedUnit

_MORNING = time(10)


class Run(msgspec.Struct, frozen=True):
    """An account of a unit, by its place in the plan."""

    unit: AssessedUnit
    account_id: str
    native_id: str
    name: str
    platform: str
    number: int
    opened_on: date
    closed_on: date | None

    def open_at(self, day: date) -> bool:
        """Tell whether it is open on a day."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)

    @property
    def ref(self) -> AccountRef:
        return AccountRef(self.account_id, self.name, self.platform, self.unit.name)


def runs_of(place: YearPlace, unit: AssessedUnit, plan: UnitPlan) -> list[Run]:
    """Return the accounts of a unit; those that it files as opened begin then, those that it closes end then."""
    opened = {f.account: f.on for f in plan.filings if f.kind == "opened"}
    closed = {f.account: f.on for f in plan.filings if f.kind in ("stopped", "cancelled")}
    return [
        Run(
            unit=unit,
            account_id=account_id(platform_slug(platform), native),
            native_id=native,
            name=f"{unit.name}{platform}{n}",
            platform=platform,
            number=n,
            opened_on=opened.get(n, place.opened_on),
            closed_on=closed.get(n),
        )
        for n, platform in enumerate(plan.running, start=1)
        for native in (f"{unit.code.lower()}-{n}",)
    ]


def account_row(n: int, run: Run, place: YearPlace) -> AccountRow:
    return AccountRow(
        row=n,
        given_id=run.native_id,
        name=run.name,
        platform=run.platform,
        owner=run.unit.name,
        supervisor="",
        tier=TIERS[run.unit.kind],
        area=place.city_area,
        opened_at=morning(run.opened_on),
        opened_at_date_only=False,
        description="政务信息发布",
        extra={},
        people={},
    )


def checked_row(n: int, run: Run, unchecked: Sequence[int], on: date) -> SelfCheckRow:
    looked = run.number not in unchecked
    return SelfCheckRow(
        row=n,
        account=run.ref,
        outcome="passed" if looked else "not_checked",
        checked_at=morning(on) if looked else None,
        date_only=False,
        rule=None,
        rule_text="",
        count=1,
        newest_post_at=None,
        newest_post_date_only=False,
        rectified=False,
        note="",
    )


def finding_row(n: int, run: Run, place: YearPlace) -> FindingRow:
    bulletin = place.bulletin
    return FindingRow(
        row=n,
        account=run.ref,
        rule=bulletin.rule,
        rule_text=bulletin.rule,
        severity=None,
        count=1,
        found_at=bulletin.check_point - timedelta(days=2),
        date_only=False,
        finder="检查组",
        note=bulletin.note,
    )


def morning(day: date) -> datetime:
    return datetime.combine(day, _MORNING, SHANGHAI).astimezone(UTC)
