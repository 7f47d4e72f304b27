"""The words of a bulletin as blocks: what a text template renders to, before any layout.

A line is a paragraph. `# ` begins a heading of the first level, `## ` one of the second that runs into the paragraph
after it, `> ` a note; `@attachment WORDS` and `@caption WORDS` head an annex; `@table NAME`, `@chart NAME`, `@closing`
and `@break` stand for a table, a chart, office with date, and a new page.
"""

from typing import Literal

import msgspec

from connectors.publish.environment import chinese_date, render, sandbox
from connectors.publish.errors import TemplateError
from connectors.publish.shown import context_of
from connectors.publish.tables import TABLES, Table, table_of
from connectors.publish.templates import TEXT, Templates
from events.bulletin_content import BulletinContent
from events.figures import Series

Kind = Literal["heading", "paragraph", "note", "attachment", "caption", "table", "chart", "closing", "break"]
_PLAIN: dict[str, Kind] = {
    ">": "note",
    "@attachment": "attachment",
    "@caption": "caption",
    "@closing": "closing",
    "@break": "break",
}
_WORDS = (*_PLAIN, "@table", "@chart")
_DIGITS = "〇一二三四五六七八九"


class Block(msgspec.Struct, frozen=True):
    """One piece of a bulletin, in order; texts may hold marked figures."""

    kind: Kind
    text: str = ""
    lead: str = ""  # heading of the second level that the paragraph begins with
    table: Table | None = None
    chart: Series | None = None


def blocks_of(content: BulletinContent, templates: Templates) -> list[Block]:
    """Put the content into words; raises `TemplateError` naming file and line."""
    name = templates.names[TEXT]
    environment = sandbox({"date": chinese_date})
    text = render(environment, name, templates.text, context_of(content, templates.style))
    return _parse(text, content, name)


def _parse(text: str, content: BulletinContent, name: str) -> list[Block]:
    blocks: list[Block] = []
    first = second = 0
    lead = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        if line.startswith("## "):
            second += 1
            lead = f"（{chinese_number(second)}）{line[3:].strip()}。"
            continue
        block = _block(line, content, name, lead)
        if line.startswith("# "):
            first, second = first + 1, 0
            block = Block("heading", f"{chinese_number(first)}、{line[2:].strip()}")
        if block.kind == "paragraph":
            lead = ""
        blocks.append(block)
    return blocks


def _block(line: str, content: BulletinContent, name: str, lead: str) -> Block:
    word, _, rest = line.partition(" ")
    wanted = rest.strip()
    if word in _PLAIN:
        return Block(_PLAIN[word], wanted)
    if word == "@table":
        try:
            return Block("table", table=table_of(wanted, content))
        except KeyError:
            raise TemplateError(
                f"{name}: @table {wanted}: no such table; there are {', '.join(TABLES)}"
            ) from None
    if word == "@chart":
        chart = next((s for s in content.series if s.name == wanted), None)
        if chart is None:
            raise TemplateError(
                f'{name}: @chart {wanted}: there is no such chart; write it within {{% if "{wanted}" in charts %}}'
            )
        return Block("chart", chart.title, chart=chart)
    if word.startswith("@"):
        raise TemplateError(f"{name}: {word} is no word of a template; there are {', '.join(_WORDS)}")
    return Block("paragraph", line, lead)


def chinese_number(n: int) -> str:
    """Return 1 to 99 as headings count."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
