"""Who did something, as pages say it: no codes, and no name of somebody that the reader need not know."""

import re
from typing import TYPE_CHECKING

from pipeline.home.actor import OFFICE

if TYPE_CHECKING:
    from pipeline.console.visit import Visit

_GROUP = re.compile(r"C(\d{1,3})", re.ASCII)
_COMMANDS = {OFFICE.code: "办公室", "": "办公室"}


def who(visit: "Visit", code: str) -> str:
    """Return what a page calls an actor, a finder or a checker: 您, 检查组 2, 办公室, or 另一名工作人员."""
    if visit.user is not None and code == visit.user.id:
        return "您"
    if code in _COMMANDS:
        return _COMMANDS[code]
    if found := _GROUP.fullmatch(code):
        return f"检查组 {found[1]}"
    return "另一名工作人员" if code.startswith("u-") else code
