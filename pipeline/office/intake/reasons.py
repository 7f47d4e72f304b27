"""Reasons of a plan, and times of its pages, as people read them."""

import re
from collections.abc import Mapping

from connectors.papers.paper import Context, Reason, Stated
from connectors.papers.reasons import text_of

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:\+08:00)?")


def in_words(reason: Reason, fields: Mapping[str, str]) -> str:
    """Return the text of a reason; `fields` has what people call the fields of a row."""
    says = {key: fields.get(value, value) for key, value in reason.says.items()}
    return plain_times(text_of(Reason(reason.code, says), "zh"))


def stated_by_page(context: Context) -> list[str]:
    """Return the time and the area that a page states of all its rows."""
    told = (context.looked_at or context.sheet_date, context.area)
    return [plain_times(str(one.value)) for one in told if isinstance(one, Stated)]


def plain_times(text: str) -> str:
    """Return a text with its moments as people write them: to the minute, Chinese time unsaid."""
    return _MOMENT.sub(r"\1 \2", text)
