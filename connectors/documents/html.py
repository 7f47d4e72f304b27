"""A document as one HTML page: no script, nothing loaded from elsewhere, figures marked with `data-figure`."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from connectors.documents.document import Block, Document, Table, shown_of
from connectors.documents.environment import chinese_date, render, sandbox
from connectors.documents.layout import EXAMPLE, Layout
from connectors.documents.marks import split
from connectors.documents.svg import svg_of


def write_html(document: Document, layout: Layout) -> bytes:
    """Lay a document out on the page template; raises `TemplateError` naming file and line."""
    filters: dict[str, Callable[..., Any]] = {
        "date": chinese_date,
        "figures": with_figures,
        "table": table_html,
        "chart": chart_html,
    }
    environment = sandbox(filters, autoescape=True)
    example = EXAMPLE if layout.example else ""
    context: dict[str, Any] = {**shown_of(document), "blocks": document.blocks, "example": example}
    return render(environment, layout.page_name, layout.page, context).encode()


def with_figures(text: object) -> Markup:
    """Return a text with its figures in spans; everything else is escaped."""
    pieces = (
        Markup('<span data-figure="{}">{}</span>').format(place, words) if place else escape(words)
        for place, words in split(str(text))
    )
    return Markup("").join(pieces)


def table_html(table: Table) -> Markup:
    """Return a table; its head is repeated on every printed page."""
    total = sum(table.widths)
    columns = Markup("").join(
        Markup('<col style="width:{}%">').format(round(100 * w / total, 1)) for w in table.widths
    )
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(h) for h in table.header)
    rows = Markup("").join(
        Markup("<tr>{}</tr>\n").format(Markup("").join(_cell(table, i, cell) for i, cell in enumerate(row)))
        for row in table.rows
    )
    caption = Markup("<caption>{}</caption>").format(table.caption) if table.caption else Markup("")
    return Markup(
        '<table class="{}">{}<colgroup>{}</colgroup>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table>'
    ).format(table.name, caption, columns, head, rows)


def chart_html(block: Block) -> Markup:
    """Return a chart with its title."""
    if block.chart is None:
        return Markup("")
    drawn = Markup(svg_of(block.chart))  # noqa: S704 (drawn here, its texts escaped)
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(drawn, block.chart.title)


def _cell(table: Table, column: int, text: str) -> Markup:
    side = Markup(' class="left"') if column in table.left else Markup("")
    return Markup("<td{}>{}</td>").format(side, with_figures(text))
