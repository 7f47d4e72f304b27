"""Commands about texts that people typed: kept apart from the log, erasable, each access logged."""

from typing import Annotated

import typer

from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_rows, say
from pipeline.home.people import called
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.fact_words import FACTS
from pipeline.upkeep.texts import erase_texts, list_texts, text_accesses, without_fact

texts = typer.Typer(help="Texts that people typed (文字): stored apart, erasable.", no_args_is_help=True)

By = Annotated[str | None, typer.Option("--by", help="Who asks, for the access log; default: this user.")]
_ACTIONS = {"read": "查阅", "erased": "删除", "wiped": "抹净"}
_TEXTS = (
    minute("at", "时间"),
    word("type", "事实", FACTS),
    text("field", "字段"),
    text("text", "内容", wraps=True),
    text("by", "登记人"),
    ident("short", "文字ID"),
)
_ACCESSES = (
    minute("at", "时间"),
    text("by", "操作人"),
    word("action", "操作", _ACTIONS),
    text("reason", "事由", wraps=True),
    ident("short", "文字ID"),
)
_SHORT = 8


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(texts, name="texts")


@texts.command("list")
@grouped
def show_texts(
    ctx: typer.Context,
    holding: Annotated[str, typer.Option(help="Only texts that hold these words.")] = "",
    fact: Annotated[list[str] | None, typer.Option(help="Only texts of this fact; may be repeated.")] = None,
    without: Annotated[
        bool, typer.Option("--without-fact", help="Only texts whose fact is not in the log.")
    ] = False,
    by: By = None,
    *,
    to: Output,
) -> None:
    """List the texts with their ids and facts; the reading is logged. An erased text stands as （已删除）.

    Example: xuncha texts list --holding 张
    """
    home = home_of(ctx)
    found = list_texts(home, called("texts list", by), holding=holding, facts=fact or ())
    if without:
        with open_workspace(home) as workspace:
            found = without_fact(workspace, found)
    rows = [
        {
            "at": kept.at,
            "type": kept.type,
            "field": kept.field,
            "text": kept.shown,
            "by": kept.by,
            "fact_id": kept.fact,
            "text_id": kept.id,
            "short": kept.id[:_SHORT],
        }
        for kept in found
    ]
    show_list(rows, _TEXTS, to)


@texts.command("erase")
def erase(
    ctx: typer.Context,
    text_ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Ids of the texts, or their beginnings.")
    ],
    reason: Annotated[str, typer.Option(help="Why, for the access log; without names and numbers.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Erase texts for good. Facts keep their references: every digest, verdict and export stays as it was.

    Exit 1 where there is no text of one of the ids, or where bytes still lie in files because somebody reads them.

    Example: xuncha texts erase ID --reason 涉及个人信息
    """
    done = erase_texts(home_of(ctx), text_ids, called(reason, by))
    rows = [{"text_id": text_id, "erased": erased} for text_id, erased in done.erased.items()]
    columns = {"text_id": "文字ID", "erased": "已删除"}
    print_rows(rows, as_json=as_json, columns=columns, head={"wiped": not done.unwiped})
    if not as_json and done.unwiped:
        say(
            f"已删除，尚未抹净 erased, not wiped yet: {len(done.unwiped)}; somebody reads the store, or has a"
            " transaction open; the next command after its end that opens the store wipes"
        )
    if done.unwiped or not all(done.erased.values()):
        raise typer.Exit(1)


@texts.command("access")
@grouped
def show_accesses(
    ctx: typer.Context,
    of: Annotated[str, typer.Option("--text", help="Id of one text, or its beginning.")] = "",
    *,
    to: Output,
) -> None:
    """Show who read or erased texts, when and why; a command that shows texts is one line."""
    rows = [
        {
            "at": access.at,
            "by": access.by,
            "action": access.action,
            "reason": access.reason,
            "text_id": access.text_id,
            "short": access.text_id[:_SHORT],
        }
        for access in text_accesses(home_of(ctx), of)
    ]
    show_list(rows, _ACCESSES, to)
