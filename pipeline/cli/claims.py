"""Commands of claims: what is held, and letting go of a claim that nothing was done under."""

from typing import Annotated, Any

import typer

from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.claims import claims_now, release
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ident, minute, text, word
from projections.rounds.claims import Claim, ClaimState

_STATES = {
    ClaimState.HELD: "占用中",
    ClaimState.USED: "已办",
    ClaimState.VOID: "无效",
    ClaimState.RELEASED: "已释放",
}
_COLUMNS = (
    text("what", "事项"),
    text("purpose", "用途"),
    minute("made_at", "时间"),
    word("state", "状态", _STATES),
    text("reason", "理由"),
    ident("short", "占用ID"),
    text("fact", "事实"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="Claims (占用): what must hold once is claimed before it is done.", no_args_is_help=True
    )
    group.command("list")(show_all)
    group.command("release")(let_go)
    app.add_typer(group, name="claims")


@grouped
def show_all(
    ctx: typer.Context,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that hold and were not used.")
    ] = False,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those that are so: 占用中, released, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """List claims with what became of them: who held a number, who lost, what was released and why.

    Example: xuncha claims list --waiting
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = claims_now(workspace.known)
    states = codes_meant(state, _STATES, "--state")
    claims = found.waiting if waiting else sorted(found.by_id.values(), key=lambda c: c.made_at)
    void_acts = [str(k.event.id) for k in found.void_acts]
    rows = [_fields(claim) for claim in claims if states is None or claim.state in states]
    people = [{**row, "fact": (row["act"] or "")[:8]} for row in rows]
    show_list(rows, _COLUMNS, to, head={"void_acts": void_acts}, people=people)
    if void_acts and not to.as_json:
        say(f"不计入 acts that count nowhere, their claims do not hold: {'、'.join(void_acts)}")


def let_go(
    ctx: typer.Context,
    claim: Annotated[str, typer.Argument(help="Id of the claim, or its beginning.")],
    reason: Annotated[str, typer.Option(help="Why nothing will be done under it.")] = "",
    as_json: Json = False,
) -> None:
    """Let go of a claim that nothing was done under; whoever claims the thing next holds it.

    What was cut off goes on by the same command where it began: release a claim only if nobody will.

    Example: xuncha claims release 1c3f9a20 --reason 印发中断，改用其他文号
    """
    with open_workspace(home_of(ctx)) as workspace:
        released = release(workspace, claim, reason)
    if as_json:
        print_json(_fields(released))
        return
    say(f"已释放 released {released.what}")


def _fields(claim: Claim) -> dict[str, Any]:
    return {
        "claim_id": str(claim.id),
        "short": str(claim.id)[:8],
        "subject": claim.subject,
        "what": claim.what,
        "purpose": claim.purpose,
        "made_at": claim.made_at,
        "state": str(claim.state),
        "state_zh": _STATES[claim.state],
        "rival": str(claim.rival) if claim.rival else None,
        "act": str(claim.act) if claim.act else None,
        "reason": claim.reason,
    }
