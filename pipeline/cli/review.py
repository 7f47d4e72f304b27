"""Commands of reading review 阅评: files read with the office's lexicon, suggestions judged, figures of the lexicon."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from events.finding import Severity
from pipeline.cli.days import At, moment_or_now
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.withdrawing import Second, due_fields, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now
from pipeline.home.wording_texts import forget_old_snippets
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import placed
from pipeline.office.reading_review.figures import COLUMNS as FIGURES
from pipeline.office.reading_review.figures import wording_figures
from pipeline.office.reading_review.lexicon import check_lexicon
from pipeline.office.reading_review.listing import (
    COLUMNS,
    KINDS,
    SEVERITIES,
    STATES,
    list_wording,
    read_passages,
)
from pipeline.office.reading_review.reviewing import Reviewed, ReviewFiles, review_files
from pipeline.office.reading_review.settling import (
    ConfirmWording,
    DismissWording,
    SettledWording,
    UndoWording,
    confirm_wording,
    dismiss_wording,
    undo_wording,
)

review = typer.Typer(
    help="Reading review (阅评): texts read with the office's lexicon, which suggests and never finds.",
    no_args_is_help=True,
)
lexicon = typer.Typer(help="The lexicon (词库): counted, and never shown.", no_args_is_help=True)
review.add_typer(lexicon, name="lexicon")
Which = Annotated[str, typer.Argument(help="Id of the suggestion, or its beginning.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(review, name="review")


@review.command("run")
def run(
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            exists=True,
            metavar="FILE|FOLDER…",
            help="Sheets with titles, documents, pages, pictures, recordings.",
        ),
    ],
    account: Annotated[
        str, typer.Option(help="Whose texts these are; without it each row of a sheet says so.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Read files with the lexicon; what it suspects is recorded, and told here as numbers alone.

    Exit 1 where a file could not be read. Example: xuncha review run 七月标题.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = review_files(workspace, ReviewFiles(tuple(paths), account), OFFICE)
    _print_read(done, as_json=as_json)
    if any(file.problem for file in done.files):
        raise typer.Exit(1)


def _print_read(done: Reviewed, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "files": [
                    {
                        "path": str(file.path),
                        "texts": file.texts,
                        "characters": file.characters,
                        "suspected": file.suspected,
                        "rows_of_strangers": list(file.strangers),
                        "problem": file.problem,
                    }
                    for file in done.files
                ],
                "suspicions": [str(one) for one in done.suspicions],
                "known": done.known,
                "forgotten": done.forgotten,
            }
        )
        return
    for file in done.files:
        if file.problem:
            say(f"{file.path.name}：未读 not read: {file.problem}")
            continue
        strangers = (
            f"，账号未登记的行 rows of unknown accounts: {'、'.join(map(str, file.strangers))}"
            if file.strangers
            else ""
        )
        say(
            f"{file.path.name}：文字 {file.texts} 段，{file.characters} 字，疑似 {file.suspected} 处{strangers}"
        )
    say(f"新的疑似 new: {len(done.suspicions)}；此前已有 known: {done.known}")
    if done.suspicions:
        say("下一步 next: xuncha review list --state 待核")


@review.command("list")
@grouped
def show_suspected(
    ctx: typer.Context,
    filters: Filters,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only suggestions that stand so: 待核, dismissed, …")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only of this kind: 机构名称, typo, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """List what is suspected, by time; by the id of the entry, and without what stands there.

    Example: xuncha review list --state 待核
    """
    states, kinds = codes_meant(state, STATES, "--state"), codes_meant(kind, KINDS, "--kind")
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        kept = kept_accounts(workspace, filters, registry)
        found = [
            row
            for row in list_wording(workspace)
            if (kept is None or row["subject"] in kept)
            and (states is None or row["state"] in states)
            and (kinds is None or row["kind"] in kinds)
        ]
    people = [placed(row, registry.entries.get(row["subject"])) for row in found]
    rows = [{key: row[key] for key in row if key != "subject"} for row in found]
    show_list(rows, COLUMNS, to, people=people)


@review.command("show")
def show_passage(ctx: typer.Context, which: Which) -> None:
    """Show what stands there, for whoever judges it; the reading is logged. There is no JSON of it.

    Example: xuncha review show 316f4b8e
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = read_passages(workspace, which)
    say(found.snippet or "原文已不可查 the text is gone: ninety days are over, or it lies elsewhere")
    if found.link:
        say(found.link)


@review.command("confirm")
def confirm(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str, typer.Option(help="What is wrong, for the finding; no names.")] = "",
    severity: Annotated[
        str | None, typer.Option(metavar="红线1|黄线5", help="Default: as the lexicon suggests.")
    ] = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Confirm a suggestion: it becomes a finding of the wording rule, by whoever confirms.

    Example: xuncha review confirm 316f4b8e --reason 机构名称有误
    """
    line = _line(severity)
    with open_workspace(home_of(ctx)) as workspace:
        done = confirm_wording(workspace, ConfirmWording(which, moment_or_now(at), reason, line), OFFICE)
    _print_settled(f"已确认 confirmed, finding {str(done.finding)[:8]}", done, as_json=as_json)


def _line(severity: str | None) -> Severity | None:
    meant = codes_meant([severity] if severity else None, SEVERITIES, "--severity")
    if meant is None:
        return None
    return "red" if "red" in meant else "yellow"


@review.command("dismiss")
def dismiss(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str, typer.Option(help="Why it is none; no names.")] = "",
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Always right in this context, in whatever post.")
    ] = False,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Dismiss a suggestion; it is not made again.

    Example: xuncha review dismiss 316f4b8e --everywhere
    """
    with open_workspace(home_of(ctx)) as workspace:
        asked = DismissWording(which, moment_or_now(at), reason, everywhere)
        done = dismiss_wording(workspace, asked, OFFICE)
    _print_settled("已排除 dismissed", done, as_json=as_json)


@review.command("undo")
def undo(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Take a settlement back: the suggestion waits again, and a finding that followed is withdrawn.

    Example: xuncha review undo 316f4b8e --reason 核定有误
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = undo_wording(workspace, UndoWording(which, reason, second), OFFICE)
    _print_settled("已撤回核定 taken back", done, as_json=as_json)


@review.command("figures")
@grouped
def figures(ctx: typer.Context, *, to: Output) -> None:
    """Show how well the lexicon does: precision by kind and entry, and by rule what others found and it missed.

    Example: xuncha review figures
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = wording_figures(workspace)
    show_list(rows, FIGURES, to)


@review.command("forget")
def forget(ctx: typer.Context, as_json: Json = False) -> None:
    """Erase what was read around hits ninety days ago; a patrol does so daily.

    Example: xuncha review forget
    """
    gone = forget_old_snippets(home_of(ctx), datetime.now(UTC))
    if as_json:
        print_json({"forgotten": gone})
        return
    say(f"已删除到期文字 forgotten: {gone}")


@lexicon.command("check")
def check(ctx: typer.Context, as_json: Json = False) -> None:
    """Examine the lexicon of the settings: what is wrong is told by row or entry, what is right by numbers.

    Example: xuncha review lexicon check
    """
    found = check_lexicon(home_of(ctx))
    if as_json:
        print_json(
            {
                "entries": found.entries,
                "forms": found.forms,
                "near": found.near,
                "red": found.red,
                "only_right": found.only_right,
                "kinds": dict(found.kinds),
            }
        )
        return
    words = {str(kind): title for kind, title in KINDS.items()}
    say(f"条目 entries: {found.entries}；错误写法 forms: {found.forms}")
    say(
        f"近似匹配 near: {found.near}；红线1 red: {found.red}；仅有正确写法 right form alone: {found.only_right}"
    )
    say("；".join(f"{words.get(kind, kind)} {count}" for kind, count in found.kinds.items()))


def _print_settled(words: str, done: SettledWording, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "suspicion_id": str(done.suspicion),
                "state": done.state,
                "finding_id": str(done.finding) if done.finding else None,
                "events": [{"id": str(event.id), "type": event.type} for event in done.events],
                "revisions_due": due_fields(done.revisions_due),
            }
        )
        return
    say(f"{words}: {str(done.suspicion)[:8]}")
    say_due(done.revisions_due)
