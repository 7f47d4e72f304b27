"""Commands that look: recorded polls, single feeds, dead letters."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Instant, Json, home_of
from pipeline.cli.output import print_json, say, say_notes
from pipeline.home.actor import OFFICE
from pipeline.home.durations import parse_duration
from pipeline.home.registry import find_alone
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import minute, number, text
from pipeline.office.poll_replays import ReplayPolls, replay_polls
from pipeline.patrol.feed_look import look_at_feed
from pipeline.patrol.lists import known_source, post_finder
from pipeline.patrol.replay import Replayed
from pipeline.upkeep.letters import erase_letters, find_letter, list_letters
from pipeline.upkeep.letters import replay as replay_again

polls = typer.Typer(help="Recorded polls of feeds.", no_args_is_help=True)
feed = typer.Typer(help="Single feeds.", no_args_is_help=True)
letters = typer.Typer(help="What could not be read: listed, shown, replayed.", invoke_without_command=True)

_LETTERS = (
    number("id", "编号"),
    text("origin", "来处"),
    text("place", "位置"),
    text("reason", "原因", wraps=True),
    minute("noted_at", "记录时间"),
    minute("replayed_at", "已重放"),
)
_LETTER_STATES = {"waiting": "待处理", "replayed": "已重放"}
LetterState = Annotated[
    list[str] | None,
    typer.Option("--state", help="Only letters that are 待处理 (waiting) or 已重放 (replayed)."),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(polls, name="polls")
    app.add_typer(feed, name="feed")
    app.add_typer(letters, name="dead-letters")


@polls.command("replay")
def replay(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of poll folders.")],
    accounts: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Registry to import first, and whom to look at."),
    ] = None,
    source: Annotated[str, typer.Option(help="Name of the source, for ever.")] = "recorded-polls",
    lag: Annotated[str, typer.Option(help="The source may show posts this late: 0, 90m, 24h, 2d.")] = "0",
    as_history: Annotated[bool, typer.Option("--as-history", help="Take the facts without ticks.")] = False,
    as_json: Json = False,
) -> None:
    """Read the polls of a folder in order, at the times of their names (NN_2021-06-16T172522, +08:00).

    Each poll is a look at every account of the source; a missing file means that nothing changed. Files are named by
    the account id of the registry or its native part.

    Example: xuncha polls replay polls --accounts accounts.csv
    """
    asked = ReplayPolls(directory, source, parse_duration(lag), accounts, as_history)
    with open_workspace(home_of(ctx)) as workspace:
        done = replay_polls(workspace, asked, OFFICE)
    _print_done(done.replayed, done.notes, as_json=as_json)


@feed.command("read")
def read_one(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="RSS, Atom or JSON Feed.")],
    account: Annotated[str, typer.Option(help="Account id.")],
    looked_at: Annotated[
        datetime, typer.Option("--looked-at", parser=Instant, metavar="TIME", help="When it was fetched.")
    ],
    source: Annotated[str, typer.Option(help="Name of the source, for ever.")] = "feed-files",
    lag: Annotated[str, typer.Option(help="The source may show posts this late: 0, 90m, 24h, 2d.")] = "0",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if anything became a dead letter.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read one feed file as a look at one account.

    Example: xuncha feed read feed.xml --account MjM5OTY3Mzk2Mg== --looked-at 2021-06-17T15:24:25+08:00
    """
    home = home_of(ctx)
    home.texts.refuse({"source": source})
    with open_workspace(home) as workspace:
        account_id = find_alone(workspace, account)
        source_ = known_source(workspace, source, parse_duration(lag))
        look = look_at_feed(workspace.log, source_, account_id, file, looked_at, post_finder(workspace))
    fields = {"new_posts": len(look.hours), "trusted": look.trusted, "dead_letters": len(look.letters)}
    if as_json:
        print_json(fields)
    else:
        say(
            f"新内容 new posts: {len(look.hours)}；可信 trusted: {look.trusted}；死信 dead letters: {len(look.letters)}"
        )
    if strict and look.letters:
        raise typer.Exit(1)


@letters.callback()
@grouped
def letters_main(
    ctx: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if there are any.")] = False,
    state: LetterState = None,
    *,
    to: Output,
) -> None:
    """List what could not be read, with where it stood and why."""
    if ctx.invoked_subcommand is None:
        list_dead_letters(ctx, strict=strict, state=state, to=to)


@letters.command("list")
@grouped
def list_dead_letters(
    ctx: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if there are any.")] = False,
    state: LetterState = None,
    *,
    to: Output,
) -> None:
    """List what could not be read."""
    states = codes_meant(state, _LETTER_STATES, "--state")
    letters_all = list_letters(home_of(ctx))
    found = [x for x in letters_all if states is None or _letter_state(x.replayed_at) in states]
    rows = [
        {
            "id": x.id,
            "origin": x.origin,
            "place": x.place,
            "reason": x.reason,
            "noted_at": x.noted_at,
            "replayed_at": x.replayed_at,
        }
        for x in found
    ]
    show_list(rows, _LETTERS, to)
    if strict and any(x.replayed_at is None for x in found):
        raise typer.Exit(1)


def _letter_state(replayed_at: datetime | None) -> str:
    return "waiting" if replayed_at is None else "replayed"


@letters.command("show")
def show_dead_letter(
    ctx: typer.Context,
    letter_id: Annotated[int, typer.Argument(help="Number of the letter.")],
    as_json: Json = False,
) -> None:
    """Show one dead letter with its bytes."""
    letter = find_letter(home_of(ctx), letter_id)
    raw = letter.raw.decode("utf-8", "backslashreplace")
    if as_json:
        fields = {"id": letter.id, "origin": letter.origin, "place": letter.place, "reason": letter.reason}
        print_json({**fields, "context": letter.context, "raw": raw})
        return
    say(f"{letter.origin}, {letter.place}: {letter.reason}")
    say(raw)


@letters.command("replay")
def replay_dead_letters(
    ctx: typer.Context,
    ids: Annotated[
        list[int] | None, typer.Argument(help="Numbers; default: all that were not replayed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read dead letters again, after what was wrong has been mended (the file, or this program)."""
    done = replay_again(home_of(ctx), ids)
    if as_json:
        print_json({"replayed": done.replayed, "still_bad": done.still_bad})
    else:
        say(f"已重放 replayed: {done.replayed}；仍不可读 still bad: {done.still_bad}")
    if done.still_bad:
        raise typer.Exit(1)


@letters.command("erase")
def erase_dead_letters(
    ctx: typer.Context,
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers; none: only wipe what was erased.")] = None,
    as_json: Json = False,
) -> None:
    """Erase bytes and reason of dead letters for good; number, origin, place and a hash stay.

    Exit 1 where bytes still lie somewhere. Example: xuncha dead-letters erase 7
    """
    done = erase_letters(home_of(ctx), ids or ())
    if as_json:
        print_json({"erased": done.erased, "kept": done.kept, "wiped": done.wiped})
    else:
        say(f"已删除死信 erased: {len(done.erased)}")
        print_letters_erased(done.kept, wiped=done.wiped)
    if done.kept or not done.wiped:
        raise typer.Exit(1)


def print_letters_erased(kept: Sequence[int], *, wiped: bool) -> None:
    """Say where the bytes of erased dead letters still lie."""
    if not wiped:
        say(
            "死信已删除，尚未抹净 erased, not wiped yet: somebody reads the log; wipe after its end with"
            " `xuncha dead-letters erase`"
        )
    if kept:
        say(
            f"无法删除的死信 not erased: {'、'.join(map(str, kept))}; their bytes stand in a topic of Kafka, or in"
            " the home that noted them: see docs/people.md"
        )


def _print_done(done: Replayed, notes: Sequence[object], *, as_json: bool) -> None:
    if as_json:
        fields = ("polls", "taken_before", "accounts", "looks", "new_posts", "dead_letters")
        print_json({**{name: getattr(done, name) for name in fields}, "notes": notes})
        return
    say(
        f"巡检轮次 polls: {done.polls}；账号 accounts: {done.accounts}；巡检 looks: {done.looks}；"
        f"新内容 new posts: {done.new_posts}；死信 dead letters: {done.dead_letters}"
    )
    if done.taken_before:
        say(f"{done.taken_before} 轮此前已回放 polls had been taken before")
    say_notes(notes)
