"""条线: to which line of a ministry accounts belong, and the figures of a round by line or by area."""

from typing import Any, Literal

import msgspec
from litestar import Response, get, post

from pipeline.access.users import Role
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.rulings import accounts_named, first_day, places_to_choose
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.office.lines.belonging import LineAccounts, line_accounts
from pipeline.office.lines.columns import FIGURES
from pipeline.office.lines.figures import accounts_by_branch, branch_figures
from pipeline.office.rounds.state import list_rounds

_TREES = {"line": "按条线", "area": "按地区"}
_NONE = {"line": "不属于条线", "area": "没有地区"}
_BRANCH, *_NUMBERS = FIGURES


def _list_of(visit: Visit) -> ListPage:
    with visit.workspace() as workspace:
        frozen = [
            (state.name, state.announced.title)
            for state in list_rounds(workspace)
            if state.newest is not None
        ]
    return ListPage(
        title="条线和地区",
        path="/rulings/lines",
        columns=(
            PageColumn(_BRANCH),
            *(PageColumn(column, numeric=True) for column in _NUMBERS),
        ),
        filters=(
            Filter("tree", "分类", tuple(_TREES.items()), keeps=lambda *_: True),
            Filter("round", "检查", tuple(reversed(frozen)), keeps=lambda *_: True),
        ),
        none_title="还没有账号",
    )


def _rows(visit: Visit) -> list[Row]:
    tree: Literal["line", "area"] = "area" if visit.ask("tree") == "area" else "line"
    with visit.workspace() as workspace:
        named = visit.ask("round")
        if any(state.name == named and state.newest is not None for state in list_rounds(workspace)):
            found = branch_figures(workspace, named, tree)
        else:
            found = accounts_by_branch(workspace, visit.now, workspace.offered(), tree)
    return [{**msgspec.structs.asdict(one), "branch": one.branch or _NONE[tree]} for one in found]


@get("/rulings/lines", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show how many accounts each line has, and how it came out in a round."""
    return _page(visit, Refusal())


@get(["/rulings/lines.xlsx", "/rulings/lines.csv"], sync_to_thread=True)
def export_lines(visit: Asked) -> Response[bytes]:
    """Give the same as a file."""
    return _list_of(visit).export(visit, _rows(visit))


@post("/rulings/lines", sync_to_thread=True)
def take_line(visit: Asked) -> Response[Any]:
    """Take to which line accounts belong."""
    form = visit.form
    with refusing() as refusal:
        asked = LineAccounts(
            form.text("line"), first_day(visit), form.text("basis"), form.text("unit"), accounts_named(visit)
        )
        with visit.workspace() as workspace:
            line_accounts(workspace, asked, visit.actor)
    return _page(visit, refusal) if refusal else visit.go("/rulings/lines", done="line-taken")


def _page(visit: Visit, refusal: Refusal) -> Response[Any]:
    return visit.page(
        "rulings/lines.html",
        status=refusal.status,
        listing=_list_of(visit).shown(visit, _rows(visit)),
        units=places_to_choose(visit)["units"],
        clerk=has(visit, Role.CLERK) and not visit.is_past,
        refused=refusal.said,
        sent=visit.form,
    )


HANDLERS = [list_page, export_lines, take_line]
