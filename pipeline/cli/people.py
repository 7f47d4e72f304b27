"""Commands about responsible people: kept apart from the log, erasable, each access logged (design promise 11)."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from connectors.people.person import Action, Person, PersonGiven
from connectors.people.port import PeopleStore
from connectors.people.roles import TITLES, role_title
from connectors.sheets.people_sheet import read_people_sheet
from connectors.sheets.roles import role_of
from pipeline.cli.columns import ident, minute, text, word
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, print_rows, say, say_notes
from pipeline.cli.sources import tell_letters_erased
from pipeline.home.erasing import erase_people
from pipeline.home.errors import UsageError
from pipeline.home.people import called, import_people, move_to_postgres, open_people, remember

people = typer.Typer(help="Responsible people (负责人员): stored apart, erasable.", no_args_is_help=True)

By = Annotated[str | None, typer.Option("--by", help="Who asks, for the access log; default: this user.")]
Why = Annotated[str, typer.Option("--why", help="Why, for the access log; without names and numbers.")]
_COLUMNS = (
    text("unit", "单位"),
    text("role", "角色"),
    text("name", "姓名"),
    text("post", "职务"),
    text("phone", "联系方式"),
    ident("person_id", "人员ID"),
)
_NAMELESS = tuple(column for column in _COLUMNS if column.key in ("unit", "role", "person_id"))
_ACTIONS = {
    Action.STORED: "登记",
    Action.CHANGED: "更新",
    Action.READ: "查阅",
    Action.ERASED: "删除",
    Action.WIPED: "抹净",
}
_ACCESSES = (
    minute("at", "时间"),
    text("by", "操作人"),
    word("action", "操作", _ACTIONS),
    text("reason", "事由"),
    ident("person_id", "人员ID"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(people, name="people")


@people.command("add")
def add_person(
    ctx: typer.Context,
    unit: Annotated[str, typer.Option(help="Owner unit in full.")],
    role: Annotated[str, typer.Option(help=f"One of {'、'.join(TITLES.values())}.")],
    name: Annotated[str, typer.Option(prompt="姓名 name", help="Asked for where it is not given.")],
    post: Annotated[str, typer.Option(help="职务")] = "",
    phone: Annotated[str, typer.Option(help="联系方式")] = "",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Store a person in a role of a unit; prints the id, which is all that events may hold.

    Example: xuncha people add --unit 某市教育局 --role 分管领导
    """
    known = role_of(role)
    if known is None:
        raise UsageError(f"--role {role!r} is no role; write one of {'、'.join(TITLES.values())}")
    with _store(ctx) as store:
        given = PersonGiven(name.strip(), post.strip(), phone.strip())
        ids = remember(store, unit.strip(), {known: given}, called("people add", by))
    if not ids:
        raise UsageError("--name is empty; a person needs a name")
    if as_json:
        print_json({"person_id": ids[known]})
    else:
        say(ids[known])


@people.command("import")
def import_sheet(ctx: typer.Context, file: InputFile, by: By = None, as_json: Json = False) -> None:
    """Store the people of a sheet, all of it or none: unit (单位), role (角色), name (姓名), post, phone.

    The same sheet again changes nothing. Example: xuncha people import people.xlsx
    """
    rows = read_people_sheet(file)
    with _store(ctx) as store:
        ids = import_people(store, rows, called("people import", by))
    if as_json:
        print_json({"rows": len(rows), "people": ids, "notes": rows.notes})
    else:
        say(f"行 rows: {len(rows)}；已登记人员 people: {len(set(ids))}")
        say_notes(rows.notes)


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
    with _store(ctx) as store:
        person = store.find(person_id, called(why, by))
    if person is None:
        say(
            f"没有此人员，或已删除 nobody has the id {person_id}; see `xuncha people access --person {person_id}`"
        )
        raise typer.Exit(1)
    print_rows([_row(person)], as_json=as_json, columns=_COLUMNS)


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
    with _store(ctx) as store:
        if unit is None:
            rows = [{"unit": u, "role": role_title(r), "person_id": i} for u, r, i in store.ids()]
            unwiped = store.unwiped()
            if show_list(rows, _NAMELESS, to, head={"wiped": not unwiped}):
                _tell_unwiped(unwiped)
            return
        if why is None:
            raise UsageError("--unit shows names and numbers, and the access log keeps why; add --why")
        found = store.list_unit(unit, called(why, by))
    show_list([_row(person) for person in found], _COLUMNS, to)


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
    home = home_of(ctx)
    with contextlib.closing(open_people(home)) as store:
        done = erase_people(home, store, person_ids, called(reason, by))
    wiped = done.of_letters.wiped and not (done.of_letters.kept or done.unwiped)
    rows = [{"person_id": person_id, "erased": erased} for person_id, erased in done.erased.items()]
    columns = {"person_id": "人员ID", "erased": "已删除"}
    print_rows(rows, as_json=as_json, columns=columns, head={"wiped": wiped, "dead_letters": done.letters})
    if not as_json:
        if done.letters:
            say(f"一并删除死信 dead letters erased with them: {'、'.join(map(str, done.letters))}")
        _tell_unwiped(done.unwiped)
        tell_letters_erased(done.of_letters)
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
    with _store(ctx) as store:
        rows = [
            {
                "at": access.at,
                "by": access.by,
                "action": access.action,
                "reason": access.reason,
                "person_id": access.person_id,
            }
            for access in store.accesses(person)
        ]
    show_list(rows, _ACCESSES, to)


def _tell_unwiped(person_ids: Sequence[str]) -> None:
    if person_ids:
        say(
            f"已删除，尚未抹净 erased, not wiped yet: {len(person_ids)}; somebody reads the people store, or has a"
            " transaction open; the next `xuncha people` command after its end wipes"
        )


@contextlib.contextmanager
def _store(ctx: typer.Context) -> Iterator[PeopleStore]:
    with contextlib.closing(open_people(home_of(ctx))) as store:
        yield store


def _row(person: Person) -> dict[str, str]:
    return {
        "unit": person.unit,
        "role": role_title(person.role),
        "name": person.name,
        "post": person.post,
        "phone": person.phone,
        "person_id": person.id,
    }
