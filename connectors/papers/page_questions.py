"""Questions that concern all rows of a page: the time of looking, the platform, what ticks and crosses mean."""

from collections.abc import Sequence

from connectors.papers.matrix import explained
from connectors.papers.paper import Column, Context, Doubt, Reason, Record, Stated
from connectors.papers.paper_time import PaperTime

NEED_TIME = frozenset({"looks", "warnings", "self_check", "site_looks"})
ABOUT_ACCOUNTS = frozenset(
    {"accounts", "looks", "warnings", "counts", "findings", "self_check", "answers", "reposts"}
)
NO_OWNER = "no_owner"
BY_DAYS = "by_days"
_USUAL_PLATFORM = "微信公众号"


def ask_about_page(
    kind: str,
    columns: Sequence[Column],
    context: Context,
    records: Sequence[Record],
) -> list[Doubt]:
    """Ask what the page leaves open for all of its rows; a time has no default, for it moves verdicts."""
    asked = []
    stated = context.looked_at
    if kind in NEED_TIME and not _is_timed(kind, columns, context):
        asked.append(Doubt(Reason("no_time"), "looked_at"))
    if kind == "looks" and holds(columns, "days_silent") and not holds(columns, "newest_post_at"):
        asked.append(Doubt(Reason("days_alone"), "newest_post_at", answers=(BY_DAYS,)))
    if kind in NEED_TIME and stated is not None and (days := _other_days(records, stated)):
        answers = (*days, str(stated.value))
        asked.append(Doubt(Reason("time_conflicts"), "looked_at", answers=answers))
    unnamed = kind in ABOUT_ACCOUNTS and not holds(columns, "platform")
    if unnamed and any(not (record.platform or record.platforms) for record in records):
        answers = (_USUAL_PLATFORM, "stop")
        asked.append(Doubt(Reason("no_platform"), "platform", answers=answers, default=_USUAL_PLATFORM))
    unit = context.reported_by
    if (
        kind == "accounts"
        and unit is not None
        and any(not record.text("owner") for record in records)
        and not holds(columns, "owner")
    ):
        name = str(unit.value)
        asked.append(Doubt(Reason("no_owner"), "owner", answers=(name, NO_OWNER), default=name))
    if not explained(columns, context.marks):
        asked.append(Doubt(Reason("marks_unexplained"), answers=("tick_is_fine", "tick_is_problem")))
    if kind == "counts" and context.span is None:
        asked.append(Doubt(Reason("no_span"), "span"))
    return asked


def holds(columns: Sequence[Column], field: str) -> bool:
    """Tell whether a column holds a field."""
    return any(field in column.fields for column in columns)


def _is_timed(kind: str, columns: Sequence[Column], context: Context) -> bool:
    """Tell whether rows or page say when somebody looked; a warning may have its own day, a check that of its sheet."""
    if holds(columns, "looked_at") or context.looked_at is not None:
        return True
    if kind == "warnings":
        return holds(columns, "found_at")
    return kind == "self_check" and context.sheet_date is not None


def _other_days(records: Sequence[Record], stated: Stated) -> list[str]:
    """Give the time that the rows name where none of them is of the day that the page says."""
    if not isinstance(stated.value, PaperTime):
        return []
    times = [
        time
        for record in records
        for field in ("looked_at", "checked_at")
        if field not in record.inherited and (time := record.time(field)) is not None
    ]
    if not times or any(time.day == stated.value.day for time in times):
        return []
    return [str(times[0])]
