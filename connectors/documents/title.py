"""Where the title of a document breaks: words stay whole, and lines are alike in length (GB/T 9704-2012, 7.3.1)."""

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

LINE = 20
"""Characters of 二号 in a line of 156 mm."""

_WORDS = (
    "[一-龥]{1,6}〔[0-9]{4}〕[0-9]+号|(?:[0-9]{4}年)?第[一二三四1-4]季度|上半年|下半年|年度|[0-9〇一二三四五六七八九]+年|[0-9一二三四五六七八九十]+月|[0-9]+日|季度|年|月|"
    "政务新媒体|政务|新媒体|政府网站|网站|政府信息公开|政府系统|全市|全县|全区|全省|人民政府|办公厅|办公室|"
    "关于|印发|开展|进行|工作|专项|抽查|检查|核查|监测|监管|整改|考核|评估|复核|更正|情况|结果|问题|要求|意见|方案|通知|通报|报告|"
    "公告|答复|日报|期间|健康|有序|发展|账号|单位|政策|解读|转发|内容|更新|清理|规范|管理|试行|草案|"
    "(?<=[^年月日])[一-龥]{2}[省市县区州盟旗镇]|《[^》]{1,18}》|（[^）]{1,18}）|[A-Za-z0-9.]+"
)
_TOKEN = re.compile(f"(?P<word>{_WORDS})|.", re.DOTALL)
_NOT_FIRST = frozenset("的了和与及、，。：；）》”’！？")
_NOT_LAST = frozenset("（《“‘第和与及")
_LOOSE = 40.0
"""Price of a break beside a character that may belong to a word: of a line six characters longer than its share."""


def title_lines(title: str, line: float = LINE) -> list[str]:
    """Return the lines of a title; one that fits stays as it is, and what breaks nowhere is left to its reader."""
    tokens = [(found[0], found["word"] is not None) for found in _TOKEN.finditer(title)]
    fewest = math.ceil(_width(title) / line)
    for count in (fewest, fewest + 1) if fewest > 1 else ():
        best = _broken(tokens, count, line)
        if best is not None:
            return best
    return [title]


def _broken(tokens: Sequence[tuple[str, bool]], count: int, line: float) -> list[str] | None:
    """Return the best lines of that number, None where there are none."""
    texts = [text for text, _ in tokens]
    mean = sum(map(_width, texts)) / count

    @cache
    def best(begin: int, lines: int) -> tuple[float, list[str]] | None:
        """Return price and lines of what begins at a token."""
        ways = []
        for end in range(begin + 1, len(tokens) + 1) if lines > 1 else (len(tokens),):
            text = "".join(texts[begin:end])
            if not text or (width := _width(text)) > line:
                break
            price = (width - mean) ** 2
            if lines == 1:
                return price, [text]
            if (
                end < len(tokens)
                and _may_break(texts[end - 1], texts[end])
                and (rest := best(end, lines - 1))
            ):
                loose = 0.0 if tokens[end - 1][1] and tokens[end][1] else _LOOSE
                ways.append((price + loose + rest[0], [text, *rest[1]]))
        return min(ways, default=None)

    found = best(0, count)
    return None if found is None else found[1]


def _may_break(before: str, after: str) -> bool:
    return after[0] not in _NOT_FIRST and before[-1] not in _NOT_LAST


def _width(text: str) -> float:
    """Return the width in characters of full width."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)
