"""Commands that look at a bulletin: its figures, how far it has come, and the templates behind it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from connectors.publish.templates import write_templates
from events.bulletin import Edition
from events.figures import printed
from pipeline.cli.columns import any_of
from pipeline.cli.listing import write_files
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.bulletin import bulletin_state, compose

RoundName = Annotated[str, typer.Argument(metavar="ROUND", help="Name of a frozen round, suzhou-2023Q1.")]
Internal = Annotated[
    bool, typer.Option("--internal/--public", help="The version with scores, evidence and finders.")
]
_FIGURES = any_of({"name": "名称", "label": "说明", "key": "项", "value": "数值"})


def register(group: typer.Typer) -> None:
    """Add these commands to the group of the bulletin."""
    group.command("figures")(figures)
    group.command("show")(show)
    group.command("templates")(templates)


def edition_of(*, internal: bool) -> Edition:
    """Return the edition that an option names."""
    return "internal" if internal else "public"


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


def show(ctx: typer.Context, name: RoundName, internal: Internal = False, as_json: Json = False) -> None:
    """Show how far a round's bulletin has come.

    Example: xuncha bulletin show suzhou-2023Q1
    """
    with open_workspace(home_of(ctx)) as workspace:
        state = bulletin_state(workspace, name, edition_of(internal=internal))
    if state is None:
        raise UsageError(f"round {name} has no draft of a bulletin; write one: xuncha bulletin draft {name}")
    issued = state.issued
    told: dict[str, Any] = {
        "round": name,
        "stage": str(state.stage),
        "run_id": str(state.draft.run_id),
        "drafted_at": state.drafted_at,
        "signed_by": f"{state.signed.office}{state.signed.role}" if state.signed else None,
        "number": issued.number if issued else None,
        "issued_on": issued.issued_on.isoformat() if issued else None,
        "copy_to": issued.copy_to if issued else (),
        "overrides": [f"{o.account_id}={o.reason}" for o in issued.overrides] if issued else [],
        "files": {f.name: f.sha256 for f in (issued.files if issued else state.draft.files)},
    }
    if as_json:
        print_json(told)
        return
    print_rows([told], as_json=False, columns={k: k for k in told if k != "files"})


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
