"""Columns of the adviser's list, for commands and the page."""

from typing import Any

from pipeline.office.advice.advising import CHOICES, AdviceView
from pipeline.office.columns import ACCOUNT, NUMBER, day, text, word

COLUMNS = (
    NUMBER,
    *ACCOUNT,
    text("area", "地区"),
    word("choice", "建议", CHOICES),
    text("reasons", "依据", wraps=True),
    word("decided", "决定", CHOICES),
    day("decided_at", "决定日期"),
)


def row_of(view: AdviceView) -> dict[str, Any]:
    """Return the row of a list."""
    card, decision = view.card, view.decision
    return {
        "account_id": view.account_id,
        "number": view.number,
        "name": card.name,
        "platform": card.platform,
        "owner": card.owner,
        "area": view.area,
        "choice": view.choice,
        "reasons": [reason.text for reason in view.reasons],
        "figures": {reason.code: dict(reason.figures) for reason in view.reasons},
        "decided": decision.data.choice if decision else None,
        "decided_at": decision.at if decision else None,
        "quiet": view.quiet,
    }
