"""Commands about the links in messages."""

from typing import Annotated

import typer

from pipeline.access.links import LIVES, rotate_key
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say

links = typer.Typer(help="Links in messages (消息中的链接): the key that signs them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(links, name="links")


@links.callback()
def _callback() -> None:
    """Keep `new-key` a command of its own."""


@links.command("new-key")
def new_key(
    ctx: typer.Context,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Links that were sent before are over now, not in their time.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Sign links with a new key from now on. Those sent before go on until they are over, unless with --at-once.

    Example: xuncha links new-key --at-once
    """
    rotate_key(home_of(ctx), ends_former=at_once)
    if as_json:
        print_json({"new_key": True, "former_links_end": at_once})
    else:
        say(f"已换用新密钥；此前发出的链接{'立即失效' if at_once else f'在 {LIVES.days} 天有效期内照常可用'}")
