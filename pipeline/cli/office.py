"""Commands about the office itself: what stands below and above its documents, and in which order its areas."""

from typing import Annotated

import typer

from events.messages import message
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.adoptions import list_adoptions
from pipeline.office.own_office import DescribeOffice, describe_office, office_now

office = typer.Typer(
    help="The office (本办): name and heading of its documents, order of areas.", no_args_is_help=True
)
_ADOPTIONS = {"ruleset": "规则", "document": "文号", "title": "名称", "since": "起用"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(office, name="office")


Letterhead = Annotated[str | None, typer.Option(help="Red heading of the first page 版头; '' for none.")]
Area = Annotated[str, typer.Option("--area", help="Of the competent office (主管单位) of this area.")]
Areas = Annotated[str | None, typer.Option(help="Areas in the order of tables, with commas.")]


def areas_in(text: str | None) -> tuple[str, ...] | None:
    """Return areas that a person typed with commas between them."""
    return None if text is None else tuple(text.replace("，", ",").split(","))


@office.command("set")
def set_office(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help="Name below documents 落款, 江城市人民政府办公室.")] = None,
    letterhead: Letterhead = None,
    areas: Areas = None,
    example: Annotated[
        bool,
        typer.Option(
            "--example", help="All of this home is invented 示例数据; pages and documents say so for good."
        ),
    ] = False,
    area: Area = "",
    as_json: Json = False,
) -> None:
    """Say how documents are signed and headed; what is not given stays as it was.

    Example: xuncha office set --name 江城市政府办公室 --letterhead 江城市政府办公室文件 --areas 江城市,甲区,乙区
    """
    asked = DescribeOffice(name, letterhead, areas_in(areas), example)
    if asked == DescribeOffice():
        raise UsageError(message("nothing is said; give --name, --letterhead, --areas or --example"))
    with open_workspace(home_of(ctx)) as workspace:
        said = describe_office(workspace, asked, OFFICE, area)
    if as_json:
        print_json({"name": said.name, "letterhead": said.letterhead, "areas": said.areas})
        return
    say(f"落款 {said.name or '-'}；版头 {said.letterhead or '-'}；地区 {'、'.join(said.areas) or '-'}")


@office.command("show")
def show_office(ctx: typer.Context, area: Area = "", as_json: Json = False) -> None:
    """Show what the office says of itself, and the rulesets that it put in force.

    Example: xuncha office show
    """
    with open_workspace(home_of(ctx)) as workspace:
        said, adoptions = office_now(workspace, area), list_adoptions(workspace)
    rows = [{name: getattr(adoption, name) for name in _ADOPTIONS} for adoption in adoptions]
    if as_json:
        head = {"name": said.name, "letterhead": said.letterhead, "areas": said.areas}
        print_json({**head, "rulesets": rows})
        return
    say(f"落款：{said.name or '-'}")
    say(f"版头：{said.letterhead or '-'}")
    say(f"地区顺序：{'、'.join(said.areas) or '按登记先后'}")
    if rows:
        print_rows(rows, as_json=False, columns=_ADOPTIONS, title="\n检查指标")
