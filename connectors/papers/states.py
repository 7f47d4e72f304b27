"""Words for the state of an account, the result of a check, an answer or an application, as one of a few meanings."""

import re

from connectors.papers.paper import Doubt, Reason
from connectors.papers.row_fields import Reading, RowFields
from connectors.papers.time_words import BadTimeError, read_time
from events.folding import fold

_CLOSED = frozenset({"stopped", "cancelled", "moved"})
_ASKED_WHETHER = {"是否关停": "stopped", "是否注销": "cancelled"}
_YES, _NO = "是", "否"
_TELLING = 3  # characters of a word that tells a state within a sentence
_CLOSING = ("注销", "关停", "停用", "销号", "关闭", "撤销")
_CLOSED_IN_REMARK = re.compile(
    r"(?:[该此本]账?号)?(?P<before>已经?)?(?:[于在]\s*)?(?P<day>\d[\d年月日./\-\s]*)?起?(?P<behind>已经?)?(?:正式|完成)?"
    r"(?P<word>关停|停用|注销|销号)(?:完成|完毕|了)?[。.]?"
)


def read_status(fields: RowFields, reading: Reading, doubts: list[Doubt]) -> None:
    """Read the state of an account into `state`; what closes it without a day is asked."""
    text = fields.raw.get("status")
    column = fields.column("status")
    if reading.kind_name != "accounts" or text is None or column is None:
        return
    moved = fold(text).startswith(reading.words.words.values.status["moved_to"])
    state = "moved" if moved else reading.words.meanings["status"].get(fold(text))
    if column.header in _ASKED_WHETHER and text in (_YES, _NO):
        state = _ASKED_WHETHER[column.header] if text == _YES else "open"
    if state is None:
        answers: tuple[str, ...] = ("open", "stopped", "cancelled")
        default = None if any(word in text for word in _CLOSING) else answers[0]
        doubts.append(fields.doubt("status_unclear", "status", answers, default))
        return
    fields.values["state"] = state
    if state in _CLOSED and "closed_at" not in fields.values:
        answers = ("by_sheet_date", "not_closed")
        doubts.append(fields.doubt("closed_without_day", "status", answers, answers[0]))


def read_closing_remark(fields: RowFields, reading: Reading, doubts: list[Doubt]) -> str:
    """Read a remark that says of the account that it is closed, and nothing else; it is asked whether it counts.

    Returns the header of the column, empty where no remark says so, or a column of states or closings says more.
    """
    if "state" in fields.values or "status" in fields.raw:
        return ""
    if "closed_at" in fields.values:
        _closed_by_day(fields, reading, doubts)
        return ""
    for column in reading.columns:
        text = fields.aside.get(column.header, "") if "remark" in column.fields else ""
        found = _CLOSED_IN_REMARK.fullmatch(text.strip())
        if found is None or not (found["before"] or found["behind"] or found["day"]):
            continue
        try:
            day = read_time(found["day"], reading.latest) if found["day"] else None
        except BadTimeError:
            continue
        if day is not None and day.day > reading.received:
            continue
        fields.values["state"] = state = reading.words.meanings["status"][fold(f"已{found['word']}")]
        if day is not None:
            fields.values["closed_at"] = day
        why = Reason("closed_by_remark", {"header": column.header, "cell": text})
        doubts.append(Doubt(why, "status", column.letter, answers=(state, "not_closed"), default=state))
        return column.header
    return ""


def _closed_by_day(fields: RowFields, reading: Reading, doubts: list[Doubt]) -> None:
    """Ask what a day of closing means beside no state: the header says it, 停更时间 leaves it open."""
    column = fields.column("closed_at")
    header = column.header if column is not None else ""
    word = next((word for word in _CLOSING if word in header), "")
    default = reading.words.meanings["status"].get(fold(f"已{word}"))
    answers = tuple(dict.fromkeys((*((default,) if default else ()), "stopped", "cancelled", "not_closed")))
    fields.values["state"] = default or "stopped"
    doubts.append(fields.doubt("closed_without_state", "closed_at", answers, default))


def read_outcome(fields: RowFields, reading: Reading, doubts: list[Doubt]) -> None:
    """Read the result of a check as passed, failed or not_checked."""
    answers = ("passed", "failed", "not_checked")
    if reading.kind_name == "self_check" and not _replace(fields, "outcome", reading):
        doubts.append(fields.doubt("outcome_unclear", "outcome", answers, answers[0]))


def read_answer(fields: RowFields, reading: Reading, doubts: list[Doubt]) -> None:
    """Read what a unit answers, and what it applies for, as one of the meanings of the vocabulary."""
    if reading.kind_name == "answers" and "objection" in fields.raw and "answer_state" not in fields.raw:
        fields.values["answer_state"] = "objection"
    if reading.kind_name == "answers" and fields.column("answer_state") is None:
        told = _told_state(" ".join(str(fields.values.get(f, "")) for f in ("measures", "answer")), reading)
        if told:
            fields.values.setdefault("answer_state", told)
    for field, code in (("answer_state", "answer_unclear"), ("filing_kind", "filing_unclear")):
        if not _replace(fields, field, reading):
            answers = tuple(getattr(reading.words.words.values, field))
            doubts.append(fields.doubt(code, field, answers))


def _told_state(text: str, reading: Reading) -> str:
    """Return what the words of an answer say against its being put right, 不属实 or 正在整改; empty for nothing."""
    said = {
        meaning
        for word, meaning in reading.words.meanings["answer_state"].items()
        if len(word) >= _TELLING and meaning != "rectified" and word in fold(text)
    }
    if "objection" in said:
        return "objection"
    return "in_work" if said else ""


def _replace(fields: RowFields, field: str, reading: Reading) -> bool:
    """Put the meaning in place of the words of a field; false where they have none."""
    text = fields.raw.get(field)
    if text is None:
        return True
    meaning = reading.words.meanings[field].get(fold(text))
    fields.values.pop(field, None)
    if meaning is not None:
        fields.values[field] = meaning
    return meaning is not None
