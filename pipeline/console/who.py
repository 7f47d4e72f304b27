"""Who did something, as pages say it: no codes, and no name of somebody that the reader need not know."""

import re
from typing import TYPE_CHECKING

from pipeline.access.user_care import list_users
from pipeline.access.users import ROLE_TITLES, Grant, Role
from pipeline.console.pages.senders import source_title
from pipeline.console.rights import Reach
from pipeline.home.actor import OFFICE
from pipeline.office.two_persons import is_person

if TYPE_CHECKING:
    from pipeline.console.visit import Visit

_GROUP = re.compile(r"(?:[0-9a-f]{4}-)?C(\d{1,3})", re.ASCII)
_COMMANDS = {OFFICE.code, ""}


def grant_title(grant: Grant) -> str:
    """Return a role and what it is about: 主办单位（某局）, 检查组 2."""
    title = ROLE_TITLES[grant.role]
    if grant.role is Role.CHECKER and (found := _GROUP.fullmatch(grant.scope)):
        return f"{title} {found[1]}"
    about = source_title(grant.scope) if grant.role is Role.FIRM else grant.scope
    return f"{title}（{about}）" if about else title


class Who:
    """What pages call actors, finders and checkers: 您, 检查组 2, 办公室; by name to those who see everything."""

    def __init__(self, visit: "Visit") -> None:
        self._visit = visit
        self._names: dict[str, str] | None = None

    def __call__(self, code: str) -> str:
        """Return what a page calls a code."""
        if self._visit.user is not None and code == self._visit.user.id:
            return "您"
        if code in _COMMANDS:
            return "办公室"
        if found := _GROUP.fullmatch(code):
            return f"检查组 {found[1]}"
        if not is_person(code):
            return code
        return self._name(code) if self._visit.reach is Reach.ALL else "工作人员"

    def _name(self, code: str) -> str:
        if self._names is None:
            self._names = {user.id: user.name for user in list_users(self._visit.signin)}
        return self._names.get(code, "工作人员")
