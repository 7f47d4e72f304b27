"""Commands about evidence files."""

import typer

from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_rows, say
from pipeline.home.evidence import check_evidence, unnamed_files
from pipeline.home.workspace import open_workspace

evidence = typer.Typer(help="Evidence files (证据) of findings and objections.", no_args_is_help=True)
_STATES = {"whole": "一致", "missing": "缺失", "damaged": "已改动"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    evidence.command("verify")(verify)
    app.add_typer(evidence, name="evidence")


@evidence.callback()
def _callback() -> None:
    """Keep `verify` a command of its own."""


def verify(ctx: typer.Context, as_json: Json = False) -> None:
    """Hold every evidence file against the hash that its finding names. Exit 1 if one is missing or changed.

    Example: xuncha evidence verify
    """
    with open_workspace(home_of(ctx)) as workspace:
        kept, unnamed = check_evidence(workspace), unnamed_files(workspace)
    bad = sum(k.state != "whole" for k in kept)
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
    ]
    shown = {
        "media_type": "类型",
        "subject": "账号",
        "fact_id": "问题ID",
        "taken_at": "取证时间",
        "state_zh": "核对",
        "sha256": "SHA-256",
    }
    head = {"holds": bad == 0, "unnamed": unnamed}
    print_rows(rows, as_json=as_json, columns=shown, head=head)
    if not as_json:
        say(
            f"证据 evidence {len(kept)}；缺失或改动 missing or changed {bad}；无事实引用 unnamed {len(unnamed)}"
        )
    if bad:
        raise typer.Exit(1)
