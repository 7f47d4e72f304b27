"""Commands of a day: `today`, whom to look at, what changed, and the read model behind them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

import msgspec
import typer

from events.days import chinese_day
from events.instants import SHANGHAI
from pipeline.cli.days import read_day
from pipeline.cli.filters import scope_of
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.home.read_model import open_read_model
from pipeline.office.columns import NUMBER, Column
from pipeline.office.today.picture import AskToday, NeedView, Today, today
from pipeline.office.today.rows import (
    SECTIONS,
    URGENT_HEADERS,
    came_in_rows,
    need_rows,
    urgent_rows,
    waiting_rows,
)
from pipeline.office.today.short_quota import LATE_HEADERS, late_rows, short_quota_words
from projections.patrol.forecast import WORKING_DAYS

_MOST_ROWS = 50
_NINE = time(9)

readmodel = typer.Typer(
    help="The read model (视图): what `today` reads; it follows from the log.", no_args_is_help=True
)

On = Annotated[
    date | None,
    typer.Option(
        "--on", parser=read_day, metavar="DAY", help="As of nine in the morning of a day. Default: now."
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("today")(show_today)
    app.add_typer(readmodel, name="readmodel")


def morning_of(day: date | None) -> datetime:
    """Return nine in the morning of a day, without one: now."""
    if day is None:
        return datetime.now(UTC)
    return datetime.combine(day, _NINE, SHANGHAI).astimezone(UTC)


@grouped
def show_today(
    ctx: typer.Context,
    filters: Filters,
    days: Annotated[
        int,
        typer.Option(
            min=1, max=30, help="How many working days ahead; holidays between them are looked over."
        ),
    ] = WORKING_DAYS,
    on: On = None,
    *,
    to: Output,
) -> None:
    """Show what today asks: who fails when if nothing is posted, who is over the limit, what came in, what waits.

    It reads what is known now; with --on, as that day would ask it.

    Example: xuncha today --area 甲区
    """
    asked = AskToday(morning_of(on), scope_of(filters), days)
    found = today(home_of(ctx), asked)
    if to.files:
        from pipeline.office.today.workbooks import (  # noqa: PLC0415 (openpyxl is slow to import)
            write_today,
            write_today_text,
        )

        for path, write in ((to.xlsx, write_today), (to.csv, write_today_text)):
            if path is not None:
                write(path, found)
                if not to.as_json:
                    say(f"已写入 written: {path}")
    if to.as_json:
        print_json(msgspec.to_builtins(found, builtin_types=(datetime,)))
    elif not to.files:
        _print(found)


@readmodel.command("rebuild")
def rebuild(ctx: typer.Context, as_json: Json = False) -> None:
    """Make the read model anew from the first record of the log; whatever reads it waits meanwhile."""
    with open_read_model(home_of(ctx), from_scratch=True) as model:
        accounts = len(model.lines())
    if as_json:
        print_json({"accounts": accounts})
    else:
        say(f"视图已重建 rebuilt；账号 accounts: {accounts}")


def _print(found: Today) -> None:
    say(f"{chinese_day(found.now):%Y年%-m月%-d日}  在册账号 {found.accounts} 个")
    if found.urgent:
        rows = [
            (*row[:3], f"{row[3].astimezone(SHANGHAI):%m-%d %H:%M}", row[4]) for row in urgent_rows(found)
        ]
        _table("应急处置（立即办理）", URGENT_HEADERS, rows)
    for ahead in holidays_ahead(found.needs):
        say(ahead)
    for section in SECTIONS:
        needs = found.of(*section.standings)
        if needs:
            _table(
                section.title.format(until=found.until.astimezone(SHANGHAI)),
                section.headers,
                need_rows(section, needs),
            )
    for short in found.short_quotas:
        say(short_quota_words(short, found.until))
    if late := late_rows(found.short_quotas):
        late_cells = [(*row[:4], f"{row[4].astimezone(SHANGHAI):%m-%d %H:%M}", row[5]) for row in late]
        _table("额度不足，需人工检查或增加登录", LATE_HEADERS, late_cells)
    if not found.needs:
        say("没有即将到期、已超期或待核实的账号")
    if found.came_in:
        _table("最近报送", ("事项", "数量"), came_in_rows(found))
    if found.waiting:
        _table("待办事项", ("事项", "对象", "时间", "编号"), waiting_rows(found))


def holidays_ahead(needs: Sequence[NeedView]) -> list[str]:
    """Say how many accounts fail by each holiday that lies ahead."""
    ahead: dict[tuple[date, str], int] = {}
    for need in needs:
        if need.holiday and need.holiday_ends is not None:
            key = need.holiday_ends, need.holiday
            ahead[key] = ahead.get(key, 0) + 1
    return [
        f"注意：如不更新，{count} 个账号将在{name}假期（至{ends.month}月{ends.day}日）内或节后首日超期，请于放假前提醒"
        for (ends, name), count in sorted(ahead.items())
    ]


def _table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str | date | None]]) -> None:
    columns = [
        Column(str(n), header, spare=header == NUMBER.title and n == 0) for n, header in enumerate(headers)
    ]
    cells: list[dict[str, Any]] = [{str(n): value for n, value in enumerate(row)} for row in rows]
    more = f"，显示前 {_MOST_ROWS} 项" if len(cells) > _MOST_ROWS else ""
    say("")
    print_rows(cells[:_MOST_ROWS], as_json=False, columns=columns, title=f"{title}：{len(cells)}{more}")
