"""Commands of objections (申诉): raised by units, decided by the office."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from events.messages import message
from pipeline.cli.options import Instant, Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.round_shown import Reference, RoundName
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.rounds.decisions import OverlookedPost, reject, uphold
from pipeline.office.rounds.objections import object_to_finding, object_to_silence


def register(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("object")(raise_objection)
    group.command("decide")(decide)


def raise_objection(
    ctx: typer.Context,
    name: RoundName,
    account: Annotated[str, typer.Option(help="Account: its name, 名称（平台，主办单位）, or an id.")],
    reason: Annotated[str, typer.Option(help="Why the unit objects; no names.")] = "",
    finding: Annotated[str | None, typer.Option(help="Id of the finding, or its beginning.")] = None,
    silence: Annotated[
        bool, typer.Option("--silence", help="The account is called silent, but it posted.")
    ] = False,
    evidence: Annotated[
        list[Path] | None, typer.Option(exists=True, dir_okay=False, help="A file that shows it.")
    ] = None,
    reference: Reference = "",
    as_json: Json = False,
) -> None:
    """Record an objection (申诉) of a unit to a finding, or to being called silent.

    Example: xuncha round object suzhou-2023Q1 --account gh_0123456789ab --finding 88a5e2df --reason 已对外公告
    """
    if (finding is None) == (not silence):
        raise UsageError(message("write --finding ID or --silence: an objection is to one of them"))
    if reference and silence:
        raise UsageError(message("--reference goes with --finding; write --reason instead"))
    with open_workspace(home_of(ctx)) as workspace:
        if finding is not None:
            objection = object_to_finding(
                workspace,
                name,
                account,
                finding,
                reason,
                evidence or (),
                actor=OFFICE,
                reference=reference,
            )
        else:
            objection = object_to_silence(workspace, name, account, reason, evidence or (), actor=OFFICE)
    if as_json:
        print_json(
            {
                "objection_id": str(objection.id),
                "account": objection.raised.account,
                "ground": objection.raised.ground,
                "evidence": [e.sha256 for e in objection.raised.evidence],
            }
        )
        return
    say(f"异议 objection {objection.id}")


def decide(
    ctx: typer.Context,
    objection: Annotated[str, typer.Argument(help="Id of the objection, or its beginning.")],
    upheld: Annotated[bool, typer.Option("--upheld/--rejected", help="How the office decides.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    post_link: Annotated[
        str | None, typer.Option("--post-link", help="Against silence: the post that was overlooked.")
    ] = None,
    post_at: Annotated[
        datetime | None,
        typer.Option("--post-at", parser=Instant, metavar="TIME", help="When it was published."),
    ] = None,
    reference: Reference = "",
    as_json: Json = False,
) -> None:
    """Decide an objection. Upheld, the finding is withdrawn (核减), or the overlooked post is taken in.

    A frozen round stays as it is; `xuncha round revise` then says what changed.

    Example: xuncha round decide 3f1c2a9e --upheld --reason 公告属实
    """
    if (post_link is None) != (post_at is None):
        raise UsageError(message("--post-link and --post-at go together"))
    post = OverlookedPost(post_link, post_at) if post_link is not None and post_at is not None else None
    if post is not None and not upheld:
        raise UsageError(message("a post is named only where the objection is upheld"))
    with open_workspace(home_of(ctx)) as workspace:
        correction = None
        if upheld:
            correction = uphold(workspace, objection, reason, post, actor=OFFICE, reference=reference)
        else:
            reject(workspace, objection, reason, actor=OFFICE, reference=reference)
    outcome = "upheld" if upheld else "rejected"
    if as_json:
        print_json({"outcome": outcome, "correction_id": str(correction) if correction else None})
        return
    say(
        f"异议{'成立 upheld' if upheld else '不成立 rejected'}"
        + (f"；更正 correction {correction}" if correction else "")
    )
