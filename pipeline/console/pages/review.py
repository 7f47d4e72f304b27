"""阅评: what the lexicon suspects, judged one after another; the lexicon itself stands on no page."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.finding import Severity
from events.moments import Moment
from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.filings import may
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.registry import registry_now
from pipeline.office.columns import ACCOUNT, ident, minute, word
from pipeline.office.reading_review.figures import wording_figures
from pipeline.office.reading_review.listing import (
    KINDS,
    MATCHES,
    PLACES,
    SEVERITIES,
    STATES,
    list_wording,
    read_passages,
)
from pipeline.office.reading_review.settling import (
    ConfirmWording,
    DismissWording,
    UndoWording,
    confirm_wording,
    dismiss_wording,
    undo_wording,
)
from pipeline.office.scope import Scope, accounts_within

_TAGS = {"open": "warn", "confirmed": "bad", "dismissed": "plain"}
_LIST = ListPage(
    title="阅评",
    path="/review",
    columns=(
        PageColumn(ACCOUNT[0], href=lambda row: f"/review/{row['suspicion_id']}", phone="pa"),
        PageColumn(ACCOUNT[1], phone="hide"),
        PageColumn(ACCOUNT[2], phone="hide"),
        PageColumn(word("where", "位置", PLACES), phone="pc"),
        PageColumn(word("kind", "类别", KINDS), phone="pd"),
        PageColumn(word("severity", "建议", SEVERITIES), keeps_line=True),
        PageColumn(word("match", "匹配", MATCHES), phone="hide"),
        PageColumn(ident("entry", "条目"), phone="hide"),
        PageColumn(minute("read_at", "读取时间"), keeps_line=True),
        PageColumn(word("state", "状态", STATES), tag=lambda row: _TAGS[str(row["state"])], phone="pb"),
    ),
    filters=(
        Filter("state", "状态", tuple(STATES.items())),
        Filter("kind", "类别", tuple(KINDS.items())),
        Filter("where", "位置", tuple(PLACES.items())),
    ),
    search=("name", "owner", "entry"),
    sort="-read_at",
    none_title="没有疑似表述错误",
    none_next="巡查读到的标题和正文，与词库相符的会列在这里，由人工核定。",
)


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        rows = list_wording(workspace)
        if visit.scope == Scope() or not rows:
            return rows
        kept = accounts_within(workspace, registry_now(workspace), visit.scope)
    return [row for row in rows if row["subject"] in kept]


@get("/review", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """List what is suspected, what nobody judged among it."""
    rows = _rows(visit)
    counts = [
        {
            "word": title,
            "value": sum(row["state"] == state for row in rows),
            "url": f"/review?state={state}",
            "current": visit.ask("state") == state,
        }
        for state, title in STATES.items()
    ]
    return visit.page("review/list.html", listing=_LIST.shown(visit, rows), counts=counts, first=_next(rows))


@get("/review/figures", sync_to_thread=True)
def figures_page(visit: Asked) -> Response[Any]:
    """Show how well the lexicon does."""
    with visit.workspace() as workspace:
        rows = wording_figures(workspace)
    return visit.page(
        "review/figures.html",
        kinds=[row for row in rows if row["by"] == "kind"],
        entries=[row for row in rows if row["by"] == "entry"],
        rules=[row for row in rows if row["by"] == "rule"],
    )


@get("/review/{suspicion:str}", sync_to_thread=True)
def show_one(visit: Asked, suspicion: FromPath[str]) -> Response[Any]:
    """Show what stands there, with the forms that judge it."""
    return _page(visit, suspicion, Refusal())


@post("/review/{suspicion:str}/confirm", sync_to_thread=True)
def confirm_one(visit: Asked, suspicion: FromPath[str]) -> Response[Any]:
    """Say that it is wrong: a finding is recorded, and the next suggestion shown."""
    _require(visit, suspicion)
    form = visit.form
    with refusing() as refusal, visit.workspace() as workspace:
        line: Severity = "red" if form.text("severity") == "red" else "yellow"
        asked = ConfirmWording(suspicion, Moment(visit.now, date_only=False), form.text("reason"), line)
        confirm_wording(workspace, asked, visit.actor)
    return _page(visit, suspicion, refusal) if refusal else _onward(visit, "wording-confirmed")


@post("/review/{suspicion:str}/dismiss", sync_to_thread=True)
def dismiss_one(visit: Asked, suspicion: FromPath[str]) -> Response[Any]:
    """Say that it is none, here or wherever the same stands around it, and show the next suggestion."""
    _require(visit, suspicion)
    form = visit.form
    with refusing() as refusal, visit.workspace() as workspace:
        asked = DismissWording(
            suspicion,
            Moment(visit.now, date_only=False),
            form.text("reason"),
            everywhere=bool(form.text("everywhere")),
        )
        dismiss_wording(workspace, asked, visit.actor)
    return _page(visit, suspicion, refusal) if refusal else _onward(visit, "wording-dismissed")


@post("/review/{suspicion:str}/undo", sync_to_thread=True)
def undo_one(visit: Asked, suspicion: FromPath[str]) -> Response[Any]:
    """Take a settlement back."""
    _require(visit, suspicion)
    form = visit.form
    with refusing() as refusal, visit.workspace() as workspace:
        undo_wording(workspace, UndoWording(suspicion, form.text("reason"), form.text("second")), visit.actor)
    if refusal:
        return _page(visit, suspicion, refusal)
    return visit.go(f"/review/{suspicion}", done="wording-undone")


def _require(visit: Visit, suspicion: str) -> Row:
    row = next((row for row in _rows(visit) if row["suspicion_id"] == suspicion), None)
    if row is None:
        raise no_such_page()
    return row


def _page(visit: Visit, suspicion: str, refusal: Refusal) -> Response[Any]:
    row = _require(visit, suspicion)
    with visit.workspace() as workspace:
        passage = read_passages(workspace, suspicion)
    before, hit, after = _parts(passage.snippet or "")
    open_still, acts = row["state"] == "open", may(visit, "POST", "/review/{suspicion}/confirm")
    return visit.page(
        "review/one.html",
        status=refusal.status,
        row=row,
        passage=passage,
        before=before,
        hit=hit,
        after=after,
        words={
            "where": PLACES[row["where"]],
            "kind": KINDS[row["kind"]],
            "severity": SEVERITIES[row["severity"]],
            "match": MATCHES[row["match"]],
            "state": STATES[row["state"]],
        },
        severities=tuple(SEVERITIES.items()),
        may_judge=acts and (open_still or row["by_context"] is not None),
        may_undo=acts and not open_still and row["by_context"] is None,
        next=_next([other for other in _rows(visit) if other["suspicion_id"] != suspicion]),
        said=refusal.said,
    )


def _parts(snippet: str) -> tuple[str, str, str]:
    """Return what stands before, in and behind the marks of a snippet."""
    before, _, rest = snippet.partition("⟦")
    hit, _, after = rest.partition("⟧")
    return before, hit, after


def _next(rows: list[Row]) -> str:
    """Return the page of the oldest suggestion that nobody judged; empty where there is none."""
    return next((f"/review/{row['suspicion_id']}" for row in rows if row["state"] == "open"), "")


def _onward(visit: Visit, done: str) -> Response[Any]:
    """Go to the next suggestion, so that one after another is judged from the keyboard."""
    return visit.go(_next(_rows(visit)) or "/review", done=done)


HANDLERS = [
    list_page,
    *exports(_LIST, _rows),
    figures_page,
    show_one,
    confirm_one,
    dismiss_one,
    undo_one,
]
