"""Commands about evidence files."""

from typing import Annotated

import typer

from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_rows, say
from pipeline.home.evidence import check_evidence, erase_files, unnamed_files
from pipeline.home.people import called
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import minute, text, word

evidence = typer.Typer(help="Evidence files (证据) of findings and objections.", no_args_is_help=True)
_STATES = {"whole": "一致", "missing": "缺失", "damaged": "已改动", "erased": "已删除"}
By = Annotated[str | None, typer.Option("--by", help="Who asks, for the note; default: this user.")]
_COLUMNS = (
    text("account", "账号"),
    text("media_type", "类型"),
    minute("taken_at", "取证时间"),
    word("state", "核对", _STATES),
    text("fact", "问题ID"),
    text("sha256", "SHA-256"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    evidence.command("verify")(verify)
    evidence.command("erase")(erase)
    app.add_typer(evidence, name="evidence")


@grouped
def verify(
    ctx: typer.Context,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only files that are so: 一致, 缺失, 已改动, 已删除.")
    ] = None,
    *,
    to: Output,
) -> None:
    """Hold every evidence file against the hash that its finding names. Exit 1 if one is missing or changed.

    Example: xuncha evidence verify
    """
    states = codes_meant(state, _STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        kept, unnamed = check_evidence(workspace), unnamed_files(workspace)
        registry = registry_now(workspace)
    bad = sum(k.state not in ("whole", "erased") for k in kept)
    rows = [
        {
            "sha256": k.sha256,
            "media_type": k.media_type,
            "fact_id": str(k.fact_id),
            "subject": k.subject,
            "taken_at": k.taken_at,
            "state": k.state,
            "state_zh": _STATES[k.state],
        }
        for k in kept
        if states is None or k.state in states
    ]
    head = {"holds": bad == 0, "unnamed": unnamed}
    people = [
        {**row, "account": registry.title(str(row["subject"])), "fact": str(row["fact_id"])[:8]}
        for row in rows
    ]
    if show_list(rows, _COLUMNS, to, head=head, people=people):
        say(
            f"证据 evidence {len(kept)}；缺失或改动 missing or changed {bad}；无事实引用 unnamed {len(unnamed)}"
        )
    if bad:
        raise typer.Exit(1)


def erase(
    ctx: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="SHA256...", help="Hashes; see `evidence verify`.")],
    reason: Annotated[str, typer.Option(help="Why; without names and numbers.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Erase evidence files for good. Facts keep their hashes: every digest, verdict and export stays as it was.

    Exit 1 where there is no file of one of the hashes.

    Example: xuncha evidence erase SHA256 --reason 截图含个人信息
    """
    done = erase_files(home_of(ctx), files, called(reason, by))
    rows = [{"sha256": sha256, "erased": erased} for sha256, erased in done.items()]
    print_rows(rows, as_json=as_json, columns={"sha256": "SHA-256", "erased": "已删除"})
    if not all(done.values()):
        raise typer.Exit(1)
