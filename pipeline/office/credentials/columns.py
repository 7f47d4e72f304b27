"""Columns of the papers of accounts, for commands and the page."""

from typing import Any

from pipeline.office.columns import ACCOUNT, NUMBER, day, text, word
from pipeline.office.credentials.papers import Paper
from projections.registry.credentials import PAPERS

HELD = {"held": "有", "lacking": "没有"}
COLUMNS = (
    NUMBER,
    *ACCOUNT,
    word("credential", "材料", PAPERS),
    word("has", "有无", HELD),
    text("paper_number", "证号"),
    day("at", "登记日期"),
)


def row_of(paper: Paper) -> dict[str, Any]:
    """Return the row of a list."""
    return {
        **{name: getattr(paper, name) for name in paper.__struct_fields__},
        "number": paper.account_number,
        "paper_number": paper.number,
        "has": "held" if paper.held else "lacking",
    }
