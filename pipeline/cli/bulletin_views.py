"""Commands that look at bulletins: figures, how far each has come, templates; and what all commands of them share."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from events.bulletin import Edition, PublishedFile
from events.days import chinese_day
from events.figures import printed
from events.messages import message
from pipeline.cli.field_options import with_options
from pipeline.cli.listing import show_list, write_files
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.bulletin import Examination, bulletin_state, compose, list_bulletins, write_templates
from pipeline.office.bulletin.burden import advice_on_file
from pipeline.office.columns import any_of, day, text, word

RoundName = Annotated[str, typer.Argument(metavar="ROUND", help="Name of a frozen round, suzhou-2023Q1.")]
Internal = Annotated[
    bool, typer.Option("--internal/--public", help="The version with scores, evidence and finders.")
]
Tree = Annotated[
    Literal["area", "line"],
    typer.Option(help="By area (块), or by line of ministries (条): another bulletin of the same freeze."),
]
Folder = Annotated[
    Path | None,
    typer.Option("--out", file_okay=False, help="Folder of the documents; default: in the home."),
]
_STAGES = {
    "drafted": "已起草",
    "checked": "已核对",
    "submitted": "待签发",
    "signed": "已签发",
    "issued": "已印发",
}
_LISTED = (
    text("round", "检查"),
    word("edition", "版本", {"public": "公开", "internal": "内部", "line": "按条线"}),
    word("stage", "进度", _STAGES),
    text("number", "文号"),
    day("issued_on", "印发日期"),
    word("final", "已核对印发稿", {True: "是", False: "否"}),
    text("corrections", "更正"),
)
_ADVICE = (
    text("article", "条款"),
    text("text", "提醒", wraps=True),
    text("excerpt", "原文", wraps=True),
)
_FIGURES = any_of({"name": "名称", "label": "说明", "key": "项", "value": "数值"})


def register(group: typer.Typer) -> None:
    """Add these commands to the group of the bulletin."""
    group.command("figures")(figures)
    group.command("show")(show)
    group.command("list")(list_all)
    group.command("templates")(templates)
    group.command("burden")(burden)


@grouped
def burden(
    ctx: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A .docx, .html or .txt file.")
    ],
    general: Annotated[
        bool, typer.Option("--general", help="It is of more than one matter: 5,000 characters, not 4,000.")
    ] = False,
    *,
    to: Output,
) -> None:
    """Hold a letter or another document against the rules that lighten burdens: advice, and never a refusal.

    Example: xuncha bulletin burden 提醒函.docx
    """
    del ctx
    found = advice_on_file(path, "general" if general else "single")
    rows = [
        {"code": one.code, "article": one.article, "text": one.text, "excerpt": one.excerpt} for one in found
    ]
    people = [{**row, "text": with_options(one.text)} for row, one in zip(rows, found, strict=True)]
    show_list(rows, _ADVICE, to, people=people)


def edition_of(*, internal: bool, tree: Literal["area", "line"] = "area") -> Edition:
    """Return the edition that options name; raises `UsageError` for one that there is not."""
    if internal and tree == "line":
        raise UsageError(message("a bulletin by line is a public one: leave out --internal, or --tree line"))
    return "internal" if internal else "line" if tree == "line" else "public"


@grouped
def figures(ctx: typer.Context, name: RoundName, *, to: Output) -> None:
    """Show every figure of a round's bulletin by name; nothing is written.

    Example: xuncha bulletin figures suzhou-2023Q1 --json
    """
    with open_workspace(home_of(ctx)) as workspace:
        content = compose(workspace, name).content
    rows: list[dict[str, Any]] = []
    for place, key, value in content.figures.by_place():
        figure = place.partition(".")[0]
        label = content.labels.get(figure, "")
        rows.append(
            {
                "name": figure,
                "label": label,
                "key": key,
                "value": value if isinstance(value, int) else printed(value),
            }
        )
    write_files(rows, _FIGURES, to)
    if to.as_json:
        print_json(
            {"round": name, "run_id": str(content.provenance.run_id), "figures": content.figures.plain()}
        )
    elif not to.files:
        print_rows(rows, as_json=False, columns=_FIGURES)


def show(
    ctx: typer.Context,
    name: RoundName,
    internal: Internal = False,
    tree: Tree = "area",
    as_json: Json = False,
) -> None:
    """Show how far a round's bulletin has come.

    Example: xuncha bulletin show suzhou-2023Q1
    """
    with open_workspace(home_of(ctx)) as workspace:
        state = bulletin_state(workspace, name, edition_of(internal=internal, tree=tree))
    if state is None:
        raise UsageError(
            message(
                "round {name} has no draft of a bulletin; write one: xuncha bulletin draft {name}", name=name
            )
        )
    issued = state.issued
    signed = f"{state.signed.office}{state.signed.role}" if state.signed else None
    fields: dict[str, Any] = {
        "round": name,
        "stage": str(state.stage),
        "run_id": str(state.draft.run_id),
        "drafted_at": state.drafted_at,
        "signed_by": issued.signed_by if issued else signed,
        "number": issued.number if issued else None,
        "issued_on": issued.issued_on.isoformat() if issued else None,
        "copy_to": issued.copy_to if issued else (),
        "overrides": [f"{o.account_id}={o.reason}" for o in issued.overrides] if issued else [],
        "final": issued.final.name if issued and issued.final else None,
        "files": {f.name: f.sha256 for f in (issued.files if issued else state.draft.files)},
    }
    if as_json:
        print_json(fields)
        return
    print_rows([fields], as_json=False, columns={k: k for k in fields if k != "files"})


@grouped
def list_all(ctx: typer.Context, *, to: Output) -> None:
    """List the bulletins: how far each has come, under which number it went out, what corrected it.

    Example: xuncha bulletin list
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = [
            {name: getattr(bulletin, name) for name in bulletin.__struct_fields__}
            for bulletin in list_bulletins(workspace)
        ]
    show_list(rows, _LISTED, to)


def templates(
    folder: Annotated[
        Path, typer.Argument(file_okay=False, help="Where to write them; `HOME/templates` is used.")
    ],
    as_json: Json = False,
) -> None:
    """Write the templates of a bulletin to change: words, page, DOCX and conventions. Files that are there stay.

    Example: xuncha bulletin templates .xuncha/templates
    """
    written = write_templates(folder)
    if as_json:
        print_json({"folder": str(folder), "files": [path.name for path in written]})
        return
    for path in written:
        say(f"已写 written {path}")


def number_or_asked(number: str | None) -> str:
    """Return the number 文号 of a document, asked for where somebody sits at a terminal."""
    if number is not None:
        return number
    if sys.stdin.isatty() and sys.stdout.isatty():
        return str(typer.prompt("文号"))
    raise UsageError(message("--number is missing; give the number 文号 of the document: 苏府办〔2023〕12号"))


def say_final(final: PublishedFile | None) -> None:
    """Say whether what went out was held against ours."""
    if final is None:
        say("没有交来用印后的文件（--final），未与印发稿核对 no final file: what went out was not compared")
    else:
        say(f"印发稿与本稿一致 the final file says what ours says: {final.name}")


def day_or_today(text: str | None) -> date:
    """Read the date on a document, by default today in China."""
    if text is None:
        return chinese_day(datetime.now(UTC))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(message("--on {text!r} is no date; write it like 2023-02-21", text=text)) from None


def print_examination(found: Examination, title: Callable[[str], str], *, as_json: bool) -> None:
    """Print what a check found, accounts by `title`."""
    if as_json:
        print_json(
            {
                "round": found.round,
                "holds": found.holds,
                "faults": found.faults,
                "unknown": found.unknown,
                "advice": [
                    {"code": one.code, "article": one.article, "text": one.text, "excerpt": one.excerpt}
                    for one in found.advice
                ],
            }
        )
        return
    for fault in found.faults:
        say(f"不符 {with_options(fault)}")
    for account in map(title, found.unknown):
        say(f"无法判定 unknown {account}: 人工查看后重新定版，或签发时写 --override {account}=原因")
    for one in found.advice:
        say(f"提醒 heed: {with_options(one.text)}{f'（{one.excerpt}）' if one.excerpt else ''}")
    if not found.faults:
        say(f"{found.round}: 一致 the documents say what the rows say")
