"""What a clerk and a signer see of a draft before it goes out: line by line what holds, what does not, what to heed.

The figures of the files are read back by `check`, which is recorded; what costs little is looked at each time.
"""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from events.messages import message
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.burden import advice_on
from pipeline.office.bulletin.compose import Bulletin
from pipeline.office.bulletin.imprint import unsaid_of
from pipeline.office.bulletin.preview import Preview
from pipeline.office.bulletin.written import file_hash
from pipeline.office.rounds.state import load_round
from projections.bulletin.contradictions import contradictions
from projections.bulletin.state import BulletinState
from projections.rules.calendar import Days

Verdict = Literal["holds", "fails", "heed"]


class Line(msgspec.Struct, frozen=True):
    """One thing that was looked at, in words for people."""

    verdict: Verdict
    text: str
    more: str = ""


def inspect(
    workspace: Workspace, name: str, bulletin: Bulletin, preview: Preview, state: BulletinState, folder: Path
) -> list[Line]:
    """Return what is to be said of a draft, faults first; `folder` is that of its files."""
    lines = [
        _read_back(state, preview),
        _untouched(state, folder),
        *_sums(bulletin),
        _newest(workspace, name, state),
        _unknown(bulletin),
        _objections(workspace, name),
        _office(workspace, name, bulletin),
        *_heeded(bulletin),
        *_burden(preview),
    ]
    order = {"fails": 0, "heed": 1, "holds": 2}
    return sorted(lines, key=lambda line: order[line.verdict])


def _read_back(state: BulletinState, preview: Preview) -> Line:
    if state.checked_at is None:
        return Line("fails", message("the documents were not checked yet"))
    return Line(
        "holds",
        message(
            "{figures} figures of the text and {rows} rows of the annex are those of the rows",
            figures=preview.figures,
            rows=preview.annex_rows,
        ),
    )


def _untouched(state: BulletinState, folder: Path) -> Line:
    files = state.draft.files
    if all((path := folder / f.name).is_file() and file_hash(path.read_bytes()) == f.sha256 for f in files):
        return Line("holds", message("nobody edited the documents by hand"))
    return Line(
        "fails",
        message("the documents were edited by hand, or are gone"),
        message("change words and demands here, and draft anew"),
    )


def _sums(bulletin: Bulletin) -> list[Line]:
    found = contradictions(bulletin.content.figures, bulletin.templates.style.conventions.digits)
    if not found:
        return [Line("holds", message("sums by tier, kind and area agree"))]
    return [Line("fails", fault) for fault in found]


def _newest(workspace: Workspace, name: str, state: BulletinState) -> Line:
    newest = load_round(workspace, name).newest
    if newest is not None and newest.run_id == state.draft.run_id:
        return Line("holds", message("the round was not revised since"))
    return Line("fails", message("the round was revised since; draft anew"))


def _unknown(bulletin: Bulletin) -> Line:
    waiting = len(bulletin.unknown) - len(bulletin.content.overrides)
    if waiting <= 0:
        return Line("holds", message("no account waits to be judged"))
    return Line(
        "heed",
        message("{count} accounts wait to be judged", count=waiting),
        message("look at them by hand and revise, or say for each why it may stay so when you issue"),
    )


def _objections(workspace: Workspace, name: str) -> Line:
    undecided = len(load_round(workspace, name).undecided)
    if not undecided:
        return Line("holds", message("no objection waits for a decision"))
    return Line("heed", message("{count} objections wait for a decision", count=undecided))


def _office(workspace: Workspace, name: str, bulletin: Bulletin) -> Line:
    office = load_round(workspace, name).announced.office
    if not unsaid_of(workspace, bulletin.templates.style, office):
        return Line("holds", message("office and heading of the document are said"))
    return Line("fails", message("office and heading of the document are not said"))


def _heeded(bulletin: Bulletin) -> list[Line]:
    """Return reminders: they hinder nothing."""
    content = bulletin.content
    lines = []
    unnamed = content.figures.count("not_named")
    if content.edition != "internal" and unnamed:
        lines.append(
            Line(
                "heed",
                message("{count} failing accounts are counted and not named", count=unnamed),
                message("their kind of problem is not for the public; see that the text says so"),
            )
        )
    praised = {name for practice in content.extras.practices for name in practice.accounts}
    both = sorted(praised & {row.name for row in content.annex})
    if both:
        lines.append(Line("heed", message("praised and named for problems: {names}", names="、".join(both))))
    elif praised:
        lines.append(Line("holds", message("no account that is praised is named for problems")))
    return [*lines, *_deadline(content.extras.report_deadline)]


def _burden(preview: Preview) -> list[Line]:
    """Return what the rules that lighten burdens ask to heed; nothing is said where they ask nothing."""
    return [Line("heed", advice.text, advice.excerpt) for advice in advice_on(preview)]


def _deadline(on: date | None) -> list[Line]:
    if on is None:
        return [Line("heed", message("no last day for the answers of units is set"))]
    if Days().is_workday(on):
        return [Line("holds", message("the last day for answers is a working day"))]
    return [
        Line(
            "heed",
            message(
                "the last day for answers, {on}, is no working day", on=f"{on.year}年{on.month}月{on.day}日"
            ),
        )
    ]
