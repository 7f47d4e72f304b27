"""Commands about rules: the rulesets and ladders there are, what each says, and whether a home-made one is sound."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from pipeline.cli.days import FirstDay
from pipeline.cli.field_options import with_options
from pipeline.cli.listing import show_list, write_files
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, TextFile, home_of
from pipeline.cli.output import cell, print_json, print_rows, say
from pipeline.cli.rulings import register_rules
from pipeline.cli.tables import out
from pipeline.home.actor import OFFICE
from pipeline.home.rulesets import (
    check_text,
    find_ladder,
    find_ruleset,
    list_ladders,
    list_rulesets,
    on_named_ladder,
)
from pipeline.home.toml_files import read_text
from pipeline.home.workspace import open_workspace
from pipeline.office.adoptions import Adopt, adopt
from pipeline.office.columns import any_of, day, ident, text
from pipeline.scores.rules_shown import (
    assumption_rows,
    facts_of_ladder,
    facts_of_ruleset,
    rule_rows,
    step_rows,
)

_RULESETS = (
    ident("ruleset", "规则"),
    text("title", "名称", wraps=True),
    day("effective_from", "起用"),
    text("documents", "依据", wraps=True),
)
_RULES = (
    ident("code", "代码"),
    text("line_shown", "类别"),
    text("name", "指标", wraps=True),
    text("effect_shown", "扣分/效果", wraps=True),
    text("by_shown", "判定"),
    text("clause", "依据条款", wraps=True),
)
_LADDERS = (
    ident("ladder", "预警阶梯"),
    text("title", "名称", wraps=True),
    text("source", "来源", wraps=True),
)
_STEPS = any_of({"level": "级别", "when": "何时", "audience": "对象"})
_ASSUMPTIONS = {"name": "参数", "value": "取值", "why": "文件未明确，我们的理由"}


class ShowsByName(TyperGroup):
    """Takes a word that is no command for the name of a ruleset to show: `xuncha rulesets NAME`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that the words mean."""
        if args and self.get_command(ctx, args[0]) is None:
            args = ["show", *args]
        return super().resolve_command(ctx, args)


rulesets = typer.Typer(help="The rules, and what they say.", cls=ShowsByName, invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    register_rules(rulesets)
    app.add_typer(rulesets, name="rulesets")


@rulesets.callback()
@grouped
def rulesets_or_one(ctx: typer.Context, to: Output) -> None:
    """List the rulesets; `xuncha rulesets NAME` shows one of them."""
    if ctx.invoked_subcommand is None:
        list_all(ctx, to=to)


@rulesets.command("list")
@grouped
def list_all(ctx: typer.Context, to: Output) -> None:
    """List the rulesets of this release and of the home."""
    rows = [
        {
            "ruleset": n.ruleset.label,
            "title": n.ruleset.title,
            "effective_from": n.ruleset.effective_from,
            "documents": list(n.ruleset.documents),
            "sha256": n.sha256,
        }
        for n in list_rulesets(ctx.obj.home_path)
    ]
    show_list(rows, _RULESETS, to)


@rulesets.command("show")
@grouped
def show_one(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Name or name@version.")],
    *,
    to: Output,
) -> None:
    """Show a ruleset for people: its rules with their clauses and points, its ladder, what documents leave open.

    Example: xuncha rulesets show suzhou-practice-2023
    """
    named = find_ruleset(name, ctx.obj.home_path)
    ruleset = on_named_ladder(named.ruleset, named.ruleset.ladder_from, ctx.obj.home_path)
    rows = rule_rows(ruleset)
    steps = step_rows(ruleset.ladder, ruleset.freshness.limit_days)
    write_files(rows, _RULES, to)
    if to.as_json:
        head = {
            "ruleset": ruleset.label,
            "title": ruleset.title,
            "sha256": named.sha256,
            "documents": ruleset.documents,
            "pass_mark": ruleset.pass_mark,
            "full_points": ruleset.full_points,
            "rounds": [{"months": planned.months, "kind": planned.kind} for planned in ruleset.rounds],
            "ladder": steps,
            "assumptions": assumption_rows(ruleset.assumptions),
        }
        print_json({**head, "rows": rows})
    if to.as_json or to.files:
        return
    _print_facts(ruleset.title, facts_of_ruleset(ruleset, named.sha256))
    print_rows(rows, as_json=False, columns=_RULES, title="\n指标")
    print_rows(steps, as_json=False, columns=_STEPS, title="\n预警阶梯")
    print_rows(
        assumption_rows(ruleset.assumptions), as_json=False, columns=_ASSUMPTIONS, title="\n文件未明确之处"
    )


@rulesets.command("adopt")
def adopt_ruleset(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Name or name@version.")],
    document: Annotated[str, typer.Option(help="Number of the document 文号 of the city or province.")],
    title: Annotated[str, typer.Option(help="Title of the document with the indicators.")],
    on: FirstDay,
    as_json: Json = False,
) -> None:
    """Put a ruleset in force by a document: bulletins cite it, and print points only where there is one.

    Example: xuncha rulesets adopt suzhou-practice-2023 --document 苏府办〔2019〕156号 --title 检查指标 --on 2023-01-01
    """
    with open_workspace(home_of(ctx)) as workspace:
        adopted = adopt(workspace, Adopt(name, document, title, on), OFFICE)
    if as_json:
        print_json({field: getattr(adopted, field) for field in adopted.__struct_fields__})
        return
    say(f"{adopted.ruleset} 自{on}起用 in force：《{adopted.title}》（{adopted.document}）")


@rulesets.command("ladders")
@grouped
def show_ladders(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Show one ladder.")] = None,
    *,
    to: Output,
) -> None:
    """List the ladders of alerts that a home may name in its settings, or show the steps of one.

    Example: xuncha rulesets ladders yixing-red-yellow-blue
    """
    home_path = ctx.obj.home_path
    if name is None:
        rows = [
            {"ladder": ladder.label, "title": ladder.title, "source": ladder.source}
            for ladder in list_ladders(home_path)
        ]
        show_list(rows, _LADDERS, to)
        return
    ladder = find_ladder(name, home_path)
    assumptions = assumption_rows(ladder.assumptions)
    steps = step_rows(ladder.steps)
    write_files(steps, _STEPS, to)
    if to.as_json:
        print_json({"ladder": ladder.label, "assumptions": assumptions, "rows": steps})
    if to.as_json or to.files:
        return
    _print_facts(ladder.title, facts_of_ladder(ladder))
    print_rows(steps, as_json=False, columns=_STEPS, title="\n步骤")
    print_rows(assumptions, as_json=False, columns=_ASSUMPTIONS, title="\n文件未明确之处")


@rulesets.command("check")
def check_file(ctx: typer.Context, file: TextFile, as_json: Json = False) -> None:
    """Check a home-made ruleset and say all that is wrong with it; exit 1 where anything is.

    Example: xuncha rulesets check my-rules.toml; a sound one goes into the folder rulesets of the home.
    """
    ruleset, faults = check_text(read_text(file), ctx.obj.home_path)
    if as_json:
        print_json({"ruleset": ruleset.label if ruleset else None, "faults": faults})
    elif faults:
        for fault in faults:
            say(f"{file}: {with_options(fault)}")
    elif ruleset is not None:
        say(f"可以使用 sound: {ruleset.label}（{ruleset.title}），{len(ruleset.rules)} 条指标 rules")
    if faults:
        raise typer.Exit(1)


def _print_facts(title: str, facts: Mapping[str, Any]) -> None:
    """Print what stands above the tables: a name and its text a line, long texts wrapped beside the names."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, escape(cell(value)))
    out().print(table)
