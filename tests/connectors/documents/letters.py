"""A letter 函 about accounts: what a kind of document beside the bulletin has to bring."""

from datetime import UTC, datetime
from typing import Any

from connectors.documents.document import Document, FigureRow, Origin, Table, WorkbookPage
from connectors.documents.environment import chinese_date, render, sandbox
from connectors.documents.marks import marked
from connectors.documents.words import Objects, blocks_in
from events.figures import Series

AT = datetime(2026, 3, 2, 1, 2, 4, tzinfo=UTC)
HEADER = ("序号", "账号名称", "平台", "未更新天数")
ROWS = (("1", "某局发布", "微博", "21"), ("2", "=名<b>&", "抖音", "16"))
DIGEST = "sha256:0a1b2c"
FACTS = (Origin("run_id", "检查批次", "r-1"), Origin("digest", "结果摘要", DIGEST))
WORDS = """
你单位主办的政务新媒体中，有{{ count }}个超过两周未更新，具体如下。
@table stale
@chart days
# 整改要求
## 期限
请于{{ deadline }}前书面回复。
@provenance
@closing
"""


def letter(**fields: Any) -> Document:
    """Return a letter with a table, a chart and what it follows from."""
    values = {"count": marked("stale", str(len(ROWS))), "deadline": "2026年3月15日"}
    rows = tuple((*row[:3], marked(f"days.{i}", row[3])) for i, row in enumerate(ROWS))
    table = Table("stale", HEADER, rows, (7, 30, 14, 14), frozenset({1}), "未更新的账号")
    chart = Series("days", "未更新天数", "天", "bars", tuple((row[1], float(row[3])) for row in ROWS))
    text = render(sandbox({"date": chinese_date}), "letter.txt", WORDS, values)
    objects = Objects({"stale": lambda: table}, {"days": chart}, FACTS)
    made = {
        "title": "关于政务新媒体更新情况的函",
        "letterhead": "某市人民政府办公室",
        "number": "某府办函〔2026〕3号",
        "secrecy": "秘密★1年",
        "addressees": "某局：",
        "office": "某市人民政府办公室",
        "issued_on": "2026年3月2日",
        "blocks": tuple(blocks_in(text, "letter.txt", objects)),
        "provenance": FACTS,
        "at": AT,
        "pages": (WorkbookPage("账号", table),),
        "figures": (
            FigureRow("stale", "超过两周未更新账号数", "", len(ROWS)),
            *(FigureRow(f"days.{i}", "未更新天数", row[1], int(row[3])) for i, row in enumerate(ROWS)),
        ),
    }
    return Document(**{**made, **fields})
