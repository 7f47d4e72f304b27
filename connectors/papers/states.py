"""Words for the state of an account and for the result of a check, as one of a few meanings."""

from connectors.papers.paper import Doubt
from connectors.papers.row_fields import Reading, RowFields
from events.folding import fold

_CLOSED = frozenset({"stopped", "cancelled", "moved"})
_ASKED_WHETHER = {"是否关停": "stopped", "是否注销": "cancelled"}
_YES, _NO = "是", "否"


def read_status(fields: RowFields, reading: Reading, doubts: list[Doubt]) -> None:
    """Read the state of an account into `state`; what closes it without a day is asked."""
    told = fields.raw.get("status")
    column = fields.column("status")
    if reading.kind_name != "accounts" or told is None or column is None:
        return
    moved = fold(told).startswith(reading.words.words.values.status["moved_to"])
    state = "moved" if moved else reading.words.meanings["status"].get(fold(told))
    if column.header in _ASKED_WHETHER and told in (_YES, _NO):
        state = _ASKED_WHETHER[column.header] if told == _YES else "open"
    if state is None:
        answers: tuple[str, ...] = ("open", "stopped", "cancelled")
        doubts.append(fields.doubt("status_unclear", "status", answers, answers[0]))
        return
    fields.values["state"] = state
    if state in _CLOSED and "closed_at" not in fields.values:
        answers = ("by_sheet_date", "not_closed")
        doubts.append(fields.doubt("closed_without_day", "status", answers, answers[0]))


def read_outcome(fields: RowFields, reading: Reading, doubts: list[Doubt]) -> None:
    """Read the result of a check as passed, failed or not_checked."""
    told = fields.raw.get("outcome")
    if told is None or reading.kind_name != "self_check":
        return
    outcome = reading.words.meanings["outcome"].get(fold(told))
    if outcome is None:
        fields.values.pop("outcome", None)
        answers = ("passed", "failed", "not_checked")
        doubts.append(fields.doubt("outcome_unclear", "outcome", answers, answers[0]))
        return
    fields.values["outcome"] = outcome
