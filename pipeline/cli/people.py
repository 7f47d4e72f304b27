"""Commands about responsible people: kept apart from the log, erasable, each access logged (design promise 11)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from events.days import chinese_day
from events.messages import message
from pipeline.cli.days import read_day
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, print_rows, say, say_notes
from pipeline.cli.sources import print_letters_erased
from pipeline.home.errors import UsageError
from pipeline.home.people import called, move_to_postgres
from pipeline.office.columns import day, ident, minute, text, word
from pipeline.office.duty import import_duty, list_duty
from pipeline.office.people import (
    ROLES,
    AddPerson,
    add_person,
    erase_people,
    find_person,
    import_people,
    list_accesses,
    list_nameless,
    list_unit,
)

people = typer.Typer(help="Responsible people (负责人员): stored apart, erasable.", no_args_is_help=True)

By = Annotated[str | None, typer.Option("--by", help="Who asks, for the access log; default: this user.")]
Why = Annotated[str, typer.Option("--why", help="Why, for the access log; without names and numbers.")]
_COLUMNS = (
    text("unit", "单位"),
    text("role", "角色"),
    text("name", "姓名"),
    text("post", "职务"),
    text("phone", "联系方式"),
    text("wecom", "企业微信账号"),
    text("dingtalk", "钉钉账号"),
    text("feishu", "飞书账号"),
    text("mail", "电子邮箱"),
    ident("person_id", "人员ID"),
)
_NAMELESS = tuple(column for column in _COLUMNS if column.key in ("unit", "role", "person_id"))
_ACTIONS = {
    "stored": "登记",
    "changed": "更新",
    "read": "查阅",
    "asked": "提请删除",
    "kept": "不予删除",
    "restored": "恢复",
    "erased": "删除",
    "wiped": "抹净",
}
_ACCESSES = (
    minute("at", "时间"),
    text("by", "操作人"),
    word("action", "操作", _ACTIONS),
    text("reason", "事由"),
    ident("person_id", "人员ID"),
)


_DUTY = (
    text("unit", "单位"),
    day("first_day", "值班日期"),
    day("last_day", "结束日期"),
    text("role", "角色"),
    ident("person_id", "值班人员ID"),
    ident("substitute_id", "替班人员ID"),
)
duty = typer.Typer(help="The duty table (值班表): who is told on which days.", no_args_is_help=True)
people.add_typer(duty, name="duty")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(people, name="people")


@people.command("add")
def take_person(
    ctx: typer.Context,
    unit: Annotated[str, typer.Option(help="Owner unit in full.")],
    role: Annotated[str, typer.Option(help=f"One of {'、'.join(ROLES)}.")],
    name: Annotated[str, typer.Option(prompt="姓名 name", help="Asked for where it is not given.")],
    post: Annotated[str, typer.Option(help="职务")] = "",
    phone: Annotated[str, typer.Option(help="联系方式")] = "",
    wecom: Annotated[str, typer.Option(help="企业微信账号")] = "",
    dingtalk: Annotated[str, typer.Option(help="钉钉账号")] = "",
    feishu: Annotated[str, typer.Option(help="飞书账号")] = "",
    mail: Annotated[str, typer.Option(help="电子邮箱")] = "",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Store a person in a role of a unit; prints the id, which is all that events may hold.

    Example: xuncha people add --unit 某市教育局 --role 分管领导
    """
    asked = AddPerson(
        unit=unit,
        role=role,
        name=name,
        post=post,
        phone=phone,
        wecom=wecom,
        dingtalk=dingtalk,
        feishu=feishu,
        mail=mail,
    )
    person_id = add_person(home_of(ctx), asked, by)
    if as_json:
        print_json({"person_id": person_id})
    else:
        say(person_id)


@people.command("import")
def import_sheet(ctx: typer.Context, file: InputFile, by: By = None, as_json: Json = False) -> None:
    """Store the people of a sheet, all of it or none: unit (单位), role (角色), name (姓名), post, phone, handles.

    The same sheet again changes nothing. Example: xuncha people import people.xlsx
    """
    done = import_people(home_of(ctx), file, by)
    if as_json:
        print_json(msgspec.structs.asdict(done))
    else:
        say(f"行 rows: {done.rows}；已登记人员 people: {len(set(done.people))}")
        say_notes(done.notes)


@people.command("show")
def show_person(
    ctx: typer.Context,
    person_id: Annotated[str, typer.Argument(help="Id of the person.")],
    why: Why,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Show a person; the reading is logged. Exit 1 where nobody has that id (any more).

    Example: xuncha people show ID --why 整改通知
    """
    person = find_person(home_of(ctx), person_id, why, by)
    if person is None:
        say(
            f"没有此人员，或已删除 nobody has the id {person_id}; see `xuncha people access --person {person_id}`"
        )
        raise typer.Exit(1)
    print_rows([msgspec.structs.asdict(person)], as_json=as_json, columns=_COLUMNS)


@people.command("list")
@grouped
def list_people(
    ctx: typer.Context,
    unit: Annotated[str | None, typer.Option(help="Unit whose people are read.")] = None,
    why: Annotated[str | None, typer.Option("--why", help="Why, for the access log.")] = None,
    by: By = None,
    *,
    to: Output,
) -> None:
    """List ids and roles without names; with --unit and --why the people of a unit, each reading logged.

    Example: xuncha people list --unit 某市教育局 --why 季度检查联络
    """
    home = home_of(ctx)
    if unit is None:
        found = list_nameless(home)
        if show_list(found.rows, _NAMELESS, to, head={"wiped": not found.unwiped}):
            _print_unwiped(found.unwiped)
        return
    if why is None:
        raise UsageError(message("--unit shows names and numbers, and the access log keeps why; add --why"))
    show_list([msgspec.structs.asdict(person) for person in list_unit(home, unit, why, by)], _COLUMNS, to)


@people.command("erase")
def erase(
    ctx: typer.Context,
    person_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of the people.")],
    reason: Annotated[str, typer.Option(help="Why, for the access log; without names and numbers.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Erase people for good: name, post and number, and the dead letters that hold them.

    Events keep the id, so every digest stays as it was. Exit 1 where nobody has one of the ids, or where bytes still
    lie in files because somebody reads them.

    Example: xuncha people erase ID --reason 调离
    """
    done = erase_people(home_of(ctx), person_ids, reason, by)
    wiped = done.of_letters.wiped and not (done.of_letters.kept or done.unwiped)
    rows = [{"person_id": person_id, "erased": erased} for person_id, erased in done.erased.items()]
    columns = {"person_id": "人员ID", "erased": "已删除"}
    print_rows(rows, as_json=as_json, columns=columns, head={"wiped": wiped, "dead_letters": done.letters})
    if not as_json:
        if done.letters:
            say(f"一并删除死信 dead letters erased with them: {'、'.join(map(str, done.letters))}")
        _print_unwiped(done.unwiped)
        print_letters_erased(done.of_letters.kept, wiped=done.of_letters.wiped)
    if not (wiped and all(done.erased.values())):
        raise typer.Exit(1)


@people.command("move")
def move_store(ctx: typer.Context, why: Why, by: By = None, as_json: Json = False) -> None:
    """Move the people of people.sqlite, ids and access log with them, to the PostgreSQL that settings name.

    Example: xuncha people move --why 迁移到数据库
    """
    moved = move_to_postgres(home_of(ctx), called(why, by))
    if as_json:
        print_json({"moved": moved})
    else:
        say(f"已迁移人员 moved: {moved}")


@people.command("access")
@grouped
def show_accesses(
    ctx: typer.Context,
    person: Annotated[str | None, typer.Option(help="Id of one person.")] = None,
    *,
    to: Output,
) -> None:
    """Show who stored, read or erased whom, when and why; holds no names and outlives the erasure."""
    rows = [msgspec.structs.asdict(access) for access in list_accesses(home_of(ctx), person)]
    show_list(rows, _ACCESSES, to)


@duty.command("import")
def import_table(ctx: typer.Context, file: InputFile, by: By = None, as_json: Json = False) -> None:
    """Take a duty table, all or none: unit (单位), days (值班日期, 结束日期), person (值班人员), substitute (替班人员).

    It stands in the place of what was known for its units and days. Example: xuncha people duty import duty.xlsx
    """
    done = import_duty(home_of(ctx), file, by, chinese_day(datetime.now(UTC)))
    if as_json:
        print_json(msgspec.structs.asdict(done))
    else:
        say(f"行 rows: {done.rows}；单位 units: {done.units}")
        say_notes(done.notes)


@duty.command("list")
@grouped
def list_table(
    ctx: typer.Context,
    begin: Annotated[str | None, typer.Option("--from", help="First day; default: today.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days.")] = 7,
    *,
    to: Output,
) -> None:
    """List who is on duty, by ids without names."""
    first = chinese_day(datetime.now(UTC)) if begin is None else read_day(begin)
    show_list([msgspec.structs.asdict(row) for row in list_duty(home_of(ctx), first, days)], _DUTY, to)


def _print_unwiped(person_ids: Sequence[str]) -> None:
    if person_ids:
        say(
            f"已删除，尚未抹净 erased, not wiped yet: {len(person_ids)}; somebody reads the people store, or has a"
            " transaction open; the next `xuncha people` command after its end wipes"
        )
