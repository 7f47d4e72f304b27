"""历年数据: figures of each quarter as drawings and as a table, whole and by area, tier or platform."""

from typing import Any, cast

from litestar import Response, get
from litestar.params import FromPath

from pipeline.console.count_charts import CHARTS, chart_svg, described
from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.times import QUARTERS, quarter_choices
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError
from pipeline.office.columns import Kind, word
from pipeline.office.counts.columns import BY, COLUMNS, row_of
from pipeline.office.counts.over_time import AskCounts, list_counts
from projections.counts.counts import By, Count

_SVG = "image/svg+xml"
_ON_PHONES = {"part_said": "pa", "quarter": "pb", "pass_rate": "pc", "accounts": "pd"}
_PARTS = tuple((key, word) for key, word in BY.items() if key)
LIST = ListPage(
    title="历年数据",
    path="/counts",
    columns=tuple(
        PageColumn(
            word("quarter", "季度", QUARTERS) if column.key == "quarter" else column,
            sort_key=(lambda row: row["quarter"]) if column.key == "quarter" else None,
            numeric=column.kind in (Kind.NUMBER, Kind.SHARE),
            keeps_line=True,
            phone=_ON_PHONES.get(column.key, "hide"),
        )
        for column in COLUMNS
    ),
    filters=(Filter("by", "分列", _PARTS, lambda _row, _chosen: True),),
    wide=True,
    none_title="没有可统计的季度",
    none_next="检查定稿后，每个季度的数据列在这里。",
)


@get("/counts", sync_to_thread=True)
def show_counts(visit: Asked) -> Response[Any]:
    """Show the drawings, and the same figures as a table."""
    counts: list[Count] = []
    with refusing() as refused:
        counts = _counts(visit)
    whole = [count for count in counts if count.whole]
    charts = [(name, chart.title, described(chart, whole)) for name, chart in CHARTS.items()]
    return visit.page(
        "counts/list.html",
        status=refused.status,
        listing=LIST.shown(visit, [row_of(count) for count in counts]),
        charts=charts if whole else [],
        since=visit.ask("since"),
        until=visit.ask("until"),
        since_choices=quarter_choices(visit.at or visit.now, visit.ask("since")),
        until_choices=quarter_choices(visit.at or visit.now, visit.ask("until")),
        refused=refused.said,
    )


@get("/counts/{figure:str}", sync_to_thread=True)
def draw_chart(visit: Asked, figure: FromPath[str]) -> Response[str]:
    """Draw one figure over the quarters."""
    chart = CHARTS.get(figure.removesuffix(".svg"))
    if chart is None or not figure.endswith(".svg"):
        raise no_such_page()
    whole = [count for count in _counts(visit, parts=False) if count.whole]
    svg = chart_svg(chart, whole)
    return Response(svg, media_type=_SVG, headers={"Cache-Control": "private, max-age=60"})


def _counts(visit: Visit, *, parts: bool = True) -> list[Count]:
    by = visit.ask("by") if parts and visit.ask("by") in BY else ""
    asked = AskCounts(visit.ask("since"), visit.ask("until"), cast("By", by))
    with visit.workspace() as workspace:
        try:
            return list_counts(workspace, asked, visit.at or visit.now, visit.scope)
        except NotFoundError:  # an area without accounts
            return []


def _rows(visit: Visit) -> list[Row]:
    return [row_of(count) for count in _counts(visit)]


HANDLERS = [show_counts, draw_chart, *exports(LIST, _rows)]
