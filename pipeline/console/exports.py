"""The two files of a list: `/x.xlsx` and `/x.csv` beside `/x`, each with exactly the rows that `/x` shows."""

from collections.abc import Callable, Sequence
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from pipeline.console.listing import ListPage, Row
from pipeline.console.visit import Asked, Visit


def exports(page: ListPage, rows: Callable[[Visit], Sequence[Row]]) -> list[HTTPRouteHandler]:
    """Return the handlers of both files of a list whose address has no parts that change."""

    @get(f"{page.path}.xlsx", sync_to_thread=True)
    def workbook(visit: Asked) -> Response[Any]:
        return page.export(visit, rows(visit), "xlsx")

    @get(f"{page.path}.csv", sync_to_thread=True)
    def delimited(visit: Asked) -> Response[Any]:
        return page.export(visit, rows(visit), "csv")

    return [workbook, delimited]
