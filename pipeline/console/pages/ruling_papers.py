"""备案材料: certificates, licences and notices that accounts have or lack, as filings ask for them."""

from typing import Any

from litestar import Response, get, post

from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.times import read_past
from pipeline.console.visit import Asked, Visit
from pipeline.office.credentials.columns import COLUMNS, HELD, row_of
from pipeline.office.credentials.papers import RecordPaper, list_papers, record_paper
from projections.registry.credentials import PAPERS

_PHONE = {"name": "pa", "has": "pb", "owner": "pc", "credential": "pd"}
LIST = ListPage(
    title="备案材料",
    path="/rulings/papers",
    columns=tuple(
        PageColumn(
            column,
            href=(lambda row: row["url"]) if column.key == "name" else None,
            tag=(lambda row: "ok" if row["held"] else "warn") if column.key == "has" else None,
            phone=_PHONE.get(column.key, "hide"),
        )
        for column in COLUMNS
    ),
    filters=(Filter("credential", "材料", tuple(PAPERS.items())), Filter("has", "有无", tuple(HELD.items()))),
    search=("name", "owner", "number"),
    none_title="还没有登记备案材料",
    none_next="编制部门证书、新闻和视听许可等，登记后列在这里；登记为没有的，台账检查会提示。",
)


@get("/rulings/papers", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show what is known of the papers of accounts."""
    return _page(visit, Refusal())


@post("/rulings/papers", sync_to_thread=True)
def take_paper(visit: Asked) -> Response[Any]:
    """Take that an account has a paper, or lacks it."""
    form = visit.form
    credential = next((code for code in PAPERS if code == form.text("credential")), None)
    with refusing() as refusal:
        if credential is None or form.text("has") not in HELD:
            refusal.refuse("请选择材料和有无。")
        else:
            asked = RecordPaper(
                account=form.text("account"),
                credential=credential,
                held=form.text("has") == "held",
                at=read_past(form.text("at"), visit.now).at,
                number=form.text("number"),
            )
            with visit.workspace() as workspace:
                record_paper(workspace, asked, visit.actor)
    return _page(visit, refusal) if refusal else visit.go("/rulings/papers", done="paper-taken")


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        found = [row_of(one) for one in list_papers(workspace, visit.scope)]
    return [{**row, "url": f"/accounts/{row['number'] or row['account_id']}"} for row in found]


def _page(visit: Visit, refusal: Refusal) -> Response[Any]:
    return visit.page(
        "rulings/papers.html",
        status=refusal.status,
        listing=LIST.shown(visit, _rows(visit)),
        papers=tuple(PAPERS.items()),
        held=tuple(HELD.items()),
        clerk=has(visit, Role.CLERK) and not visit.is_past,
        refused=refusal.said,
        sent=visit.form,
    )


HANDLERS = [list_page, *exports(LIST, _rows), take_paper]
