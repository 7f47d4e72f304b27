"""Words of a document as blocks: what a text template renders to, before any layout.

A line is a paragraph. `# ` begins a heading of the first level, `## ` one of the second that runs into the paragraph
after it, `> ` a note; `@attachment WORDS` and `@caption WORDS` head an annex; `@table NAME`, `@chart NAME`,
`@provenance`, `@closing` and `@break` stand for a table, a chart, what the document follows from, office with date, and
a new page.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from connectors.documents.document import Block, Kind, Origin, Table, provenance_block
from connectors.documents.errors import TemplateError
from events.figures import Series
from events.messages import message

_PLAIN: dict[str, Kind] = {
    ">": "note",
    "@attachment": "attachment",
    "@caption": "caption",
    "@closing": "closing",
    "@break": "break",
}
_WORDS = (*_PLAIN, "@table", "@chart", "@provenance")
_DIGITS = "〇一二三四五六七八九"


class Objects(msgspec.Struct, frozen=True):
    """What a text may ask for by name."""

    tables: Mapping[str, Callable[[], Table]] = {}
    charts: Mapping[str, Series] = {}
    provenance: tuple[Origin, ...] = ()


def blocks_in(text: str, name: str, objects: Objects) -> list[Block]:
    """Return the blocks of a rendered text; raises `TemplateError` naming its file and the word that is no block."""
    blocks: list[Block] = []
    first = second = 0
    lead = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("## "):
            second += 1
            lead = f"（{chinese_number(second)}）{line[3:].strip()}。"
            continue
        block = _block(line, name, lead, objects)
        if line.startswith("# "):
            first, second = first + 1, 0
            block = Block("heading", f"{chinese_number(first)}、{line[2:].strip()}")
        if block.kind == "paragraph":
            lead = ""
        blocks.append(block)
    return blocks


def _block(line: str, name: str, lead: str, objects: Objects) -> Block:
    word, _, rest = line.partition(" ")
    wanted = rest.strip()
    if word in _PLAIN:
        return Block(_PLAIN[word], wanted)
    if word == "@provenance":
        return provenance_block(objects.provenance)
    if word == "@table":
        if wanted not in objects.tables:
            raise TemplateError(
                message(
                    "{name}: @table {wanted}: no such table; there are {list}",
                    name=name,
                    wanted=wanted,
                    list=_list(objects.tables),
                )
            )
        return Block("table", table=objects.tables[wanted]())
    if word == "@chart":
        chart = objects.charts.get(wanted)
        if chart is None:
            raise TemplateError(
                message(
                    "{name}: @chart {wanted}: there is no such chart; write it within {{% if"
                    ' "{wanted}" in charts %}}',
                    name=name,
                    wanted=wanted,
                )
            )
        return Block("chart", chart.title, chart=chart)
    if word.startswith("@"):
        raise TemplateError(
            message(
                "{name}: {word} is no word of a template; there are {list}",
                name=name,
                word=word,
                list=_list(_WORDS),
            )
        )
    return Block("paragraph", line, lead)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def chinese_number(n: int) -> str:
    """Return 1 to 99 as headings count."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
