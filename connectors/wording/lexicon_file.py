"""Reading a lexicon: a TOML file or a workbook that nobody but its owner may read.

No error repeats a text of the file: a fault is named by its row or entry and its field, and what a library says of the
content is left out.
"""

import re
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from connectors.sheets.cells import shown
from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from connectors.sheets.table import read_sheet
from connectors.wording.entry import LONGEST, SEVERITIES, Entry, Lexicon, LexiconError, Match
from connectors.wording.folding import fold
from events.fields import marked
from events.messages import Message, joined, message
from events.wording import Kind

MAX_BYTES = 16 * 1024 * 1024
MOST_ENTRIES = 50_000
MOST_FORMS = 50
"""Of one entry: wrong forms, or exceptions."""

_OTHERS = 0o077
_MOST_LISTED = 10
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LINE = re.compile(r"at line (\d+)")
_APART = re.compile(r"[；;|\n]")
LEAST = 2
"""Characters of a wrong form."""

LEAST_RIGHT = 3
"""Characters of a right form that stands alone: what comes near a shorter one is any word."""

KINDS: Mapping[str, Kind] = {
    "领导人姓名职务": "leader",
    "国家地区称谓": "region",
    "机构名称": "organ",
    "错别字": "typo",
    "禁用语": "banned",
    "其他": "other",
}
_SEVERITIES = {"红线1": "red-1", "单项否决1": "red-1", "黄线5": "yellow-5", "扣分5": "yellow-5"}
_MATCHES: Mapping[str, Match] = {"精确": "exact", "近似": "near"}
_LISTS = ("wrong", "exceptions")
_TEXTS = ("id", "right", "kind", "severity", "match")


def _column(
    key: str, title: str, names: tuple[str, ...], zh: str, en: str, *, needed: bool = False
) -> Column:
    return Column(key, title, names, zh, en, "", "yes" if needed else "no")


SHEET = SheetKind(
    "lexicon",
    "词库",
    (
        _column("id", "条目编号", ("编号", "序号编码"), "字母、数字，不写词语", "Opaque id", needed=True),
        _column("wrong", "错误写法", ("错误表述", "错词"), "多个用；隔开", "Wrong forms", needed=True),
        _column("right", "正确写法", ("正确表述", "正词"), "可空", "Right form"),
        _column("kind", "类别", ("类型",), "领导人姓名职务、错别字等", "Kind", needed=True),
        _column("severity", "严重程度", ("程度",), "红线1或黄线5", "red-1 or yellow-5"),
        _column("match", "匹配方式", ("匹配",), "精确或近似", "exact or near"),
        _column("exceptions", "例外", ("例外语境",), "多个用；隔开", "Contexts in which it is right"),
    ),
)
"""Columns of a lexicon as a workbook; no template is written of it."""


def read_lexicon(path: Path) -> Lexicon:
    """Read a lexicon; raises `LexiconError` for a file that others may read, and for the rows that are not in order."""
    _require_protected(path)
    rows = list(_sheet_rows(path) if path.suffix.lower() == ".xlsx" else _toml_rows(path))
    if not rows:
        raise LexiconError(message("{path}: the lexicon has no entries", path=path))
    if len(rows) > MOST_ENTRIES:
        raise LexiconError(
            message("{path}: more than {most} entries; leave some out", path=path, most=MOST_ENTRIES)
        )
    entries: list[Entry] = []
    faults: list[Message] = []
    ids: set[str] = set()
    for place, fields in rows:
        found = _entry(fields)
        if isinstance(found, Entry) and found.id in ids:
            found = message("an entry before it has its id; each needs its own")
        if isinstance(found, Entry):
            ids.add(found.id)
            entries.append(found)
        else:
            faults.append(message("{place}: {problem}", place=place, problem=found))
    if faults:
        more = (
            [message("and {more} more", more=len(faults) - _MOST_LISTED)]
            if len(faults) > _MOST_LISTED
            else []
        )
        raise LexiconError(
            message("{path}: {faults}", path=path, faults=joined("; ", (*faults[:_MOST_LISTED], *more)))
        )
    return Lexicon(tuple(entries))


def _require_protected(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as e:
        raise LexiconError(
            message("{path}: the lexicon cannot be opened ({error})", path=path, error=e.strerror)
        ) from None
    if stat.S_ISREG(mode) and mode & _OTHERS:
        raise LexiconError(
            message(
                "{path}: others may read the lexicon; let its owner alone: `chmod 600 {name}`",
                path=path,
                name=path.name,
            )
        )


def _toml_rows(path: Path) -> Iterator[tuple[Message, Mapping[str, Any]]]:
    try:
        raw = read_file(path, max_bytes=MAX_BYTES, smaller=message("leave entries out"))
    except SheetError as e:
        raise LexiconError(marked(e)) from None
    try:
        content = tomllib.loads(raw.decode())
    except (ValueError, RecursionError) as e:
        found = _LINE.search(str(e))
        line = message(" at line {line}", line=found[1]) if found else ""
        raise LexiconError(
            message("{path}: no TOML in UTF-8{line}; correct it, or hand in a workbook", path=path, line=line)
        ) from None
    entries = content.get("entry")
    if content.keys() != {"entry"} or not isinstance(entries, list):
        raise LexiconError(
            message("{path}: a lexicon holds [[entry]] tables, and nothing beside them", path=path)
        )
    for number, fields in enumerate(entries, 1):
        yield message("entry {number}", number=number), fields if isinstance(fields, dict) else {}


def _sheet_rows(path: Path) -> Iterator[tuple[Message, Mapping[str, Any]]]:
    try:
        sheet = read_sheet(path, SHEET)
    except SheetError:  # what it says may repeat a cell
        needed = "、".join(column.title for column in SHEET.columns)
        raise LexiconError(
            message(
                "{path}: no workbook with rows under the columns {columns}; save it as .xlsx, and see that these"
                " stand in its first rows",
                path=path,
                columns=needed,
            )
        ) from None
    for table in sheet.tables:
        for row in table.rows:
            fields: dict[str, Any] = {}
            for key, header in table.columns.items():
                text = shown(row.cells.get(header)).strip()
                if key in _LISTS:
                    fields[key] = [part.strip() for part in _APART.split(text) if part.strip()]
                elif text:
                    fields[key] = _in_words(key, text)
            yield message("row {number}", number=row.number), fields


def _in_words(key: str, text: str) -> str:
    words: Mapping[str, Mapping[str, str]] = {"severity": _SEVERITIES, "match": _MATCHES}
    return words.get(key, {}).get(text.replace(" ", ""), text)


def _entry(fields: Mapping[str, Any]) -> Entry | Message:
    """Return an entry, or what is wrong with it; no text of it is repeated."""
    texts = {name: fields.get(name, "") for name in _TEXTS}
    lists = {name: fields.get(name, []) for name in _LISTS}
    if fault := next(_misshapen(fields, texts, lists), None):
        return fault
    kind = KINDS.get(texts["kind"], texts["kind"])
    severity, match = SEVERITIES.get(texts["severity"] or "yellow-5"), texts["match"] or "exact"
    wrong, exceptions = (tuple(dict.fromkeys(f.strip() for f in lists[n] if f.strip())) for n in _LISTS)
    if fault := next(_of_no_code(texts["id"], kind, severity, match), None):
        return fault
    checked = {"id": texts["id"], "kind": kind, "severity": severity, "match": match, "wrong": wrong}
    entry = msgspec.convert(checked | {"right": texts["right"].strip(), "exceptions": exceptions}, Entry)
    return next(_faults(entry), None) or entry


def _misshapen(
    fields: Mapping[str, Any], texts: Mapping[str, Any], lists: Mapping[str, Any]
) -> Iterator[Message]:
    if unknown := len(fields.keys() - Entry.__struct_fields__):
        yield message("{count} fields that no entry has", count=unknown)
    if not all(isinstance(text, str) for text in texts.values()):
        yield message("id, right, kind, severity and match are texts")
    if not all(isinstance(one, list) and all(isinstance(f, str) for f in one) for one in lists.values()):
        yield message("wrong and exceptions are lists of texts")


def _of_no_code(entry_id: str, kind: str, severity: str | None, match: str) -> Iterator[Message]:
    if _ID.fullmatch(entry_id) is None:
        yield message(
            "the id is not 1 to 40 Latin letters, digits, - and _; it stands in facts and tells nothing"
        )
    if kind not in KINDS.values():
        yield message("the kind is none of {kinds}", kinds="、".join(KINDS))
    if severity is None:
        yield message("the severity is neither red-1 nor yellow-5")
    if match not in _MATCHES.values():
        yield message("the match is neither exact nor near")


def _faults(entry: Entry) -> Iterator[Message]:
    forms = (*entry.wrong, entry.right) if entry.right else entry.wrong
    near = entry.match == "near"
    read: Callable[[str], str] = fold if near else str
    wrong = set(map(read, entry.wrong))
    if max(len(entry.wrong), len(entry.exceptions)) > MOST_FORMS:
        yield message("more than {most} forms or exceptions", most=MOST_FORMS)
    if any(len(form) > LONGEST for form in (*forms, *entry.exceptions)):
        yield message("a form or exception of more than {most} characters", most=LONGEST)
    if entry.id.casefold() in {form.casefold() for form in forms}:
        yield message("the id is one of its forms; it stands in facts, and has to tell nothing")
    if not wrong and not (near and len(fold(entry.right)) >= LEAST_RIGHT):
        yield message(
            "no wrong form; without one a right form of {least} characters or more is matched near",
            least=LEAST_RIGHT,
        )
    if any(len(form) < LEAST for form in wrong):
        yield message("a wrong form of fewer than {least} characters", least=LEAST)
    if entry.right and read(entry.right) in wrong:
        yield message("a wrong form is the right one; where they differ in 繁/简 or width alone, match exact")
    if wrong & set(map(read, entry.exceptions)):
        yield message("an exception is a wrong form; it is a longer text in which that is right")
