"""Bulletins and letters against the rules that lighten the burden of grassroots: advice, and never a refusal."""

import re
from functools import cache
from importlib import resources
from pathlib import Path

from connectors.sheets.files import read_file
from events.messages import message
from pipeline.office.bulletin.preview import Preview
from pipeline.office.document_texts import MAX_BYTES, document_text
from projections.bulletin.burden import Advice, BurdenRules, Of, burden_advice, parse_burden

_PROSE = frozenset({"heading", "paragraph"})
_ANNEX = re.compile(r"附\s*件\s*[0-9一二三四五六七八九十]*")


@cache
def burden_rules() -> BurdenRules:
    """Return the clauses of this release."""
    return parse_burden((resources.files("infra") / "bulletin" / "burden.toml").read_bytes())


def advice_on(preview: Preview) -> list[Advice]:
    """Return what is to be heeded of a bulletin as it will be, without its tables and annexes; it is of one matter."""
    return burden_advice(burden_rules(), prose_of(preview), "single")


def prose_of(preview: Preview) -> str:
    """Return the text of a bulletin up to its closing, a paragraph a line."""
    lines = []
    for block in preview.blocks:
        if block.kind in ("closing", "break", "attachment"):
            break
        if block.kind in _PROSE:
            lines.append("".join(piece.text for piece in (*block.lead, *block.text)))
    return "\n".join(lines)


def advice_on_file(path: Path, of: Of) -> list[Advice]:
    """Return what is to be heeded of a letter or another document; raises `SheetError` or `NotReadError`.

    Tables of a Word document, and what stands behind a line that says 附件 alone, are no text.
    """
    content = read_file(path, max_bytes=MAX_BYTES, smaller=message("hand in the document alone"))
    lines = document_text(path, content, tables=False).split("\n")
    end = next((n for n, line in enumerate(lines) if _ANNEX.fullmatch(line.strip())), len(lines))
    return burden_advice(burden_rules(), "\n".join(lines[:end]), of)
