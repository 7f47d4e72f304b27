"""Reasons of a plan, and times of its pages, as people read them."""

import re
from collections.abc import Mapping

from connectors.papers.paper import Context, Reason, Stated
from connectors.papers.reasons import text_of
from pipeline.home.catalogue import in_chinese

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:\+08:00)?")


def in_words(reason: Reason, fields: Mapping[str, str]) -> str:
    """Return the text of a reason; `fields` has what people call the fields of a row."""
    values = {key: fields.get(value) or in_chinese(value) for key, value in reason.says.items()}
    return plain_times(text_of(Reason(reason.code, values), "zh"))


def stated_by_page(context: Context) -> list[str]:
    """Return the time and the area that a page states of all its rows."""
    stated = (context.looked_at or context.sheet_date, context.area)
    return [plain_times(str(one.value)) for one in stated if isinstance(one, Stated)]


def plain_times(text: str) -> str:
    """Return a text with its moments as people write them: to the minute, Chinese time unsaid."""
    return _MOMENT.sub(r"\1 \2", text)


_INSTEAD = {
    "kind_not_taken": "这类表不在这里入库，请在相应的页面登记",
    "by_reference": "涉密或有害内容的答复不录入内容，请在“整改”中登记存放编号",
}
"""Reasons whose texts name a command, as pages say them."""

_OF_PROGRAMS = re.compile(r"（[^（）\u4e00-\u9fff]*[A-Za-z]{3}[^（）\u4e00-\u9fff]*）")


def on_a_page(reason: Reason, fields: Mapping[str, str]) -> str:
    """Return the text of a reason as pages show it: without commands, and without what a library said in English."""
    return _OF_PROGRAMS.sub("", _INSTEAD.get(reason.code) or in_words(reason, fields))
