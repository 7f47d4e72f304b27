"""Reports from below: the quarterly self-check 季度自查 of areas and units (昆政办发〔2019〕162号 三(三))."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload

Whole = Annotated[int, msgspec.Meta(ge=0)]
CheckOutcome = Literal["passed", "failed"]


class ReportReceived(Payload, frozen=True):
    """The city office received at `time` what a unit checked in a quarter; the subject is the unit."""

    type: ClassVar[str] = "report.received"

    unit: str  # name
    quarter: str  # 2023Q1
    sha256: str  # of the file
    accounts: Whole  # that the sheet lists
    checked: Whole
    failed: Whole
    kind: Literal["self_check"] = "self_check"
    covers_year: bool = False  # a report of the fourth quarter that also tells of the whole year
    date_only: bool = False


class SelfCheckRecorded(Payload, frozen=True):
    """A unit says that it checked an account at `time`, and with what outcome."""

    type: ClassVar[str] = "self_check.recorded"

    report_id: UUID
    unit: str  # subject of the report
    quarter: str
    outcome: CheckOutcome
    finding_ids: tuple[UUID, ...] = ()
    date_only: bool = False
