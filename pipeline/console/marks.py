"""Marks: how an account stands, as shape, colour and word; by the names of the sheet and by the codes of folds."""

from typing import NamedTuple


class Mark(NamedTuple):
    """A mark: the symbol of its shape (`macros/sprite.html`), and the word beside it."""

    name: str
    word: str


_OVER = Mark("over", "已超期")
_RED = Mark("red", "红 需立即更新")
_BLUE = Mark("blue", "蓝 休息日需更新")
_YELLOW = Mark("yellow", "黄 需及时更新")
_OK = Mark("ok", "更新正常")
_UNKNOWN = Mark("unk", "待核实")
_STALLED = Mark("stall", "来源停滞")

MARKS = {
    "over": _OVER,
    "red": _RED,
    "blue": _BLUE,
    "yellow": _YELLOW,
    "ok": _OK,
    "unk": _UNKNOWN,
    "stall": _STALLED,
    # as verdicts and states say it
    "stale": _OVER,
    "fresh": _OK,
    "unknown": _UNKNOWN,
    "stalled": _STALLED,
}


def mark_of(name: str) -> Mark:
    """Return a mark; raises `KeyError` for a name that no sheet has."""
    return MARKS[str(name)]
