"""Columns of the accounts that have rules or a class of their own, for commands and the page."""

from pipeline.office.columns import ACCOUNT, NUMBER, day, ident, text, word
from pipeline.office.rulings.classes import CLASSES

COLUMNS = (
    NUMBER,
    *ACCOUNT,
    text("area", "地区"),
    ident("ruleset", "适用规则"),
    day("since", "起用"),
    text("basis", "依据", wraps=True),
    word("account_class", "类别", CLASSES),
    text("classed_by", "类别依据", wraps=True),
)
