"""Commands about twins: one account that was registered twice is merged into one, and taken apart again."""

from typing import Annotated

import msgspec
import typer

from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.withdrawing import Second, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now, title_alone
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import NUMBER, minute, text
from pipeline.office.twins import (
    MergeAccounts,
    SeparateAccounts,
    list_twins,
    merge_accounts,
    separate_accounts,
)

_TWINS = (
    NUMBER,
    text("name", "重复登记名称"),
    text("platform", "平台"),
    text("account", "并入账号"),
    minute("merged_at", "合并时间"),
)


def register(group: typer.Typer) -> None:
    """Add these commands to those about accounts."""
    group.command("merge")(merge)
    group.command("separate")(separate)
    group.command("twins")(list_merged)


def merge(
    ctx: typer.Context,
    twin: Annotated[str, typer.Argument(help="The account that was registered again: name or id.")],
    into: Annotated[str, typer.Option(help="The account that it is, which stays.")],
    reason: Annotated[str, typer.Option(help="Why they are one account.")],
    although: Annotated[
        bool, typer.Option("--although", help="Go on though both bear ids of the platform.")
    ] = False,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Merge two accounts that are one: what was seen of the twin counts for the other, under which its names are found.

    Whoever knows this sees no twin at any time; old rounds stay as they were. `accounts separate` takes it back.

    Example: xuncha accounts merge 江城水务发步 --into 江城水务发布 --reason 台账录错一个字
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = merge_accounts(workspace, MergeAccounts(twin, into, reason, although, second), OFFICE)
        title = title_alone(workspace, done.into)
    if as_json:
        print_json(msgspec.to_builtins(done))
        return
    again = "（此前已合并 merged before）" if done.done_before else ""
    say(f"{done.name} 已并入 merged into {title}{again}")
    say(f"转入观察记录 observations moved: {done.moved}；撤回 withdrawn: {done.withdrawn}")
    for type_, number in sorted(done.left.items()):
        say(f"保留在原账号名下、不再计入 stay with the twin and count for nobody: {type_} {number}")
    say_due(done.revisions_due)


def separate(
    ctx: typer.Context,
    twin: Annotated[str, typer.Argument(help="The account that was merged into another: name or id.")],
    reason: Annotated[str, typer.Option(help="Why they are two accounts.")],
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Take a merge back: the twin is an account again, with what was seen of it before.

    What was told since then under either name stays with the account that it was merged into.

    Example: xuncha accounts separate 江城水务发步 --reason 确为两个账号
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = separate_accounts(workspace, SeparateAccounts(twin, reason, second), OFFICE)
        title = title_alone(workspace, done.into)
    if as_json:
        print_json(msgspec.to_builtins(done))
        return
    say(f"{done.name} 已从 {title} 拆出 is an account of its own again")
    say(f"恢复记录 restored: {done.withdrawn}；从原账号撤回 taken from the other: {done.moved}")
    say_due(done.revisions_due)


@grouped
def list_merged(ctx: typer.Context, *, to: Output) -> None:
    """List the twins that were merged, with the account that each is now."""
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        rows = [
            {
                "number": registry.twin_numbers.get(twin.subject),
                "name": twin.name,
                "platform": twin.platform,
                "account": registry.title(twin.into),
                "merged_at": twin.merged_at,
                "given_id": twin.given_id,
                "subject": twin.subject,
                "into": twin.into,
            }
            for twin in list_twins(workspace)
        ]
    show_list(rows, _TWINS, to)
