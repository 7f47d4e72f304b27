"""The day that stands beside a link in a list, as it is written: whole, in parts, or without its year."""

import re
from collections.abc import Iterator

from lxml import etree

from connectors.sites.words import words
from connectors.sources.page_tags import BLOCKS, MAX_TEXT, text_of

_SIGNS = "[]()（）【】|·• \t\r\n\xa0"
_YEAR = r"(20\d\d)"
_WHOLE = re.compile(
    rf"(?<!\d){_YEAR} ?[-/.年] ?(\d{{1,2}}) ?[-/.月] ?(\d{{1,2}})(?!\d) ?日?(?:[ T]{{0,3}}(\d{{1,2}}:\d\d)(?::\d\d)?)?"
)
_LABEL = re.compile(r"([\u4e00-\u9fff]{1,8})[】\]]?\s*[:：]?\s*[\[(（]?\s*$")
_YEAR_MONTH = re.compile(rf"{_YEAR} ?[-/.年] ?(\d{{1,2}})月?")
_MONTH_DAY = re.compile(r"(0?[1-9]|1[0-2]) ?[-/.月] ?(0?[1-9]|[12]\d|3[01]) ?日?")
_DAY = re.compile(r"(0?[1-9]|[12]\d|3[01])日?")
_YEAR_ALONE = re.compile(rf"{_YEAR}年?")
_MONTH_ALONE = re.compile(r"(0?[1-9]|1[0-2])月")
_BESIDE = 8  # characters that may stand with a day which stands for itself
_ENTRIES = BLOCKS | {"article", "section"}
_LEVELS = 4  # above a link that are looked at


def day_near(anchor: etree._Element) -> str:
    """Return the day within a link, else in the nearest block around it that holds no link to another article."""
    if inside := _day_of(anchor, anchor, inside=True):
        return inside
    here, block = anchor.get("href", ""), anchor
    for _ in range(_LEVELS):
        parent = block.getparent()
        if parent is None or any(_is_other(one, here) for one in parent.iter("a")):
            return ""
        block = parent
        if len(text_of(block)) > MAX_TEXT:
            return ""
        if block.tag in _ENTRIES and (day := _day_of(block, anchor)):
            return day
    return ""


def published_in(text: str) -> list[str]:
    """Return the days in a text that words right before them call the days of publication, each once."""
    return list(dict.fromkeys(day for day, is_published in _labelled(text) if is_published))


def only_day_in(text: str) -> str:
    """Return the only day that a text names, empty for none, several, or one that is called another one."""
    days = {day for day, is_published in _labelled(text) if is_published is not False}
    return days.pop() if len(days) == 1 and len(_WHOLE.findall(text)) == 1 else ""


def _is_other(anchor: etree._Element, here: str) -> bool:
    """Tell whether a link leads to another article, and not to the same one, its author or its class."""
    return anchor.get("href", "") != here and len(text_of(anchor).strip(_SIGNS)) > 6


def _labelled(text: str) -> Iterator[tuple[str, bool | None]]:
    """Yield each whole day of a text, and whether the words before it call it that of publication."""
    for match in _WHOLE.finditer(text):
        label = _LABEL.search(text[max(0, match.start() - 14) : match.start()])
        year, month, day, clock = match.groups()
        yield (
            f"{year}-{month}-{day}" + (f" {clock}" if clock else ""),
            words().says_published(label[1]) if label else None,
        )


def _day_of(block: etree._Element, anchor: etree._Element, *, inside: bool = False) -> str:
    """Return the day that a block says outside the title of its link."""
    parts = [part for part in _parts(block, None if inside else anchor) if part]
    if block.tag == "tr" and not inside:
        parts = _cells(block, anchor) or parts
    if inside and len(parts) < 2:
        return ""  # a day that is a part of the title
    whole = " ".join(parts)
    if not inside and (published := published_in(whole)):
        return published[0] if len(published) == 1 else ""
    alone = [part for part in parts if _stands_alone(part)]
    if alone:
        return only_day_in(" | ".join(alone))
    return _of_parts(parts)


def _cells(row: etree._Element, anchor: etree._Element) -> list[str]:
    """Return the cells of a row behind the heads of their columns; empty where the table has none."""
    table = next(row.iterancestors("table"), None)
    head = next(iter(table.iter("tr")), row) if table is not None else row
    names, cells = [text_of(cell) for cell in head], list(row)
    if next(head.iter("a"), None) is not None or len(names) != len(
        cells
    ):  # a first row with a link is no head
        return []
    return [
        f"{name}：{text_of(cell)}"
        for name, cell in zip(names, cells, strict=True)
        if anchor not in cell.iter("a")
    ]


def _stands_alone(part: str) -> bool:
    """Tell whether a text is little more than a day; one in a sentence is a day that something happens on."""
    return _WHOLE.search(part) is not None and len(_WHOLE.sub("", part)) <= _BESIDE


def _of_parts(parts: list[str]) -> str:
    """Put a day together of parts that stand for themselves, as 13 and 2026-10; else return one without its year."""

    def only(pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = [match for part in parts if (match := pattern.fullmatch(part))]
        return found[0] if len(found) == 1 else None

    year_month, day, month_day = only(_YEAR_MONTH), only(_DAY), only(_MONTH_DAY)
    year, month = only(_YEAR_ALONE), only(_MONTH_ALONE)
    if year_month and day:
        return f"{year_month[1]}-{year_month[2]}-{day[1]}"
    if year and month_day:
        return f"{year[1]}-{month_day[1]}-{month_day[2]}"
    if year and month and day:
        return f"{year[1]}-{month[1]}-{day[1]}"
    return f"{month_day[1]}-{month_day[2]}" if month_day else ""


def _parts(block: etree._Element, title: etree._Element | None) -> Iterator[str]:
    """Yield the texts of a block that stand for themselves, but for what stands within the title."""
    for element in block.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        is_title = title is not None and (element is title or title in element.iterancestors())
        stated = _plain(element.get("datetime", ""))[:10] if element.tag == "time" else ""
        if not is_title and (stated or element.text):
            yield stated or _plain(element.text or "")
        if element is not block and element.tail and not (is_title and element is not title):
            yield _plain(element.tail)


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(_SIGNS + "/-")
