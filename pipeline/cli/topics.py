"""Commands that make and check the topics of a log on Kafka."""

from typing import Annotated, Any

import typer
from msgspec import to_builtins

from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.office.columns import text

topics = typer.Typer(help="The topics of a log on Kafka.", no_args_is_help=True)

Partitions = Annotated[
    int | None,
    typer.Option(
        min=1, max=1024, help="Partitions of the facts and what follows them, for ever; default: 16."
    ),
]
Replication = Annotated[
    int | None,
    typer.Option(
        min=1, max=9, help="Copies of each record, 3 where there are 3 brokers; default: the brokers'."
    ),
]

_COLUMNS = (text("topic", "主题"), text("setting", "设置"), text("found", "现值"), text("wanted", "应为"))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(topics, name="topics")


@topics.command("apply")
@grouped
def apply(
    ctx: typer.Context, partitions: Partitions = None, replication: Replication = None, *, to: Output
) -> None:
    """Make the topics that are missing and set what differs; what is right is left alone.

    A topic with another number of partitions is refused, and nothing is changed.

    Example: xuncha --kafka 127.0.0.1:9092 topics apply --partitions 16
    """
    from pipeline.upkeep.topics import (  # noqa: PLC0415 (Kafka's library is slow to import)
        WantedTopics,
        apply_topics,
    )

    changed = apply_topics(home_of(ctx), WantedTopics(partitions, replication))
    title = f"已设置 done: {len(changed)}" if changed else "无需改动 nothing to do"
    _show(to_builtins(changed), title, to)


@topics.command("check")
@grouped
def check(
    ctx: typer.Context, partitions: Partitions = None, replication: Replication = None, *, to: Output
) -> None:
    """Compare the topics with what they must be; exit 1 if something differs.

    Example: xuncha --kafka 127.0.0.1:9092 topics check
    """
    from pipeline.upkeep.topics import (  # noqa: PLC0415 (Kafka's library is slow to import)
        WantedTopics,
        check_topics,
    )

    different = check_topics(home_of(ctx), WantedTopics(partitions, replication))
    title = f"不符 different: {len(different)}" if different else "全部正确 all right"
    _show(to_builtins(different), title, to)
    if different:
        raise typer.Exit(1)


@topics.command("delete")
def delete(
    ctx: typer.Context,
    prefix: Annotated[str, typer.Argument(help="The prefix of the log, typed out: all of it will be gone.")],
    as_json: Json = False,
) -> None:
    """Delete all topics of a log, and with them the record; for a log that is to be restored or was a trial.

    Nothing is deleted while a worker, sink or notifier of it runs: these are members of its groups. A ticker, a poll or
    an import has no group and is not noticed; stop them first.

    Example: xuncha --kafka 127.0.0.1:9092 topics delete xuncha
    """
    from pipeline.upkeep.topics import delete_topics  # noqa: PLC0415 (Kafka's library is slow to import)

    names = delete_topics(home_of(ctx), prefix)
    if as_json:
        print_json({"deleted": names})
    else:
        say(f"已删除 deleted: {'、'.join(names) if names else '-'}")


def _show(rows: list[dict[str, Any]], title: str, to: Output) -> None:
    if not rows and not (to.as_json or to.files):
        say(title)
        return
    show_list(rows, _COLUMNS, to, title=title)
