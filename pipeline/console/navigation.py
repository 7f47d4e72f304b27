"""The menu: what a signed-in person may open, in the three groups of the office."""

from typing import TYPE_CHECKING, NamedTuple

from pipeline.access.users import Role, User
from pipeline.console.rights import RIGHTS

if TYPE_CHECKING:
    from pipeline.console.visit import Visit


class Item(NamedTuple):
    """A page of the menu."""

    title: str
    path: str
    current: bool


class Group(NamedTuple):
    """Pages under one heading."""

    title: str
    items: tuple[Item, ...]


_GROUPS = (
    (
        "每日",
        (
            ("今日", "/today"),
            ("我的账号", "/my"),
            ("账号", "/accounts"),
            ("数据报送", "/in"),
            ("备案", "/filings"),
            ("重点关注", "/focus"),
        ),
    ),
    (
        "每季",
        (
            ("检查", "/rounds"),
            ("问题与异议", "/findings"),
            ("自查报送", "/reports"),
            ("通报", "/bulletins"),
            ("整改", "/tasks"),
            ("比对", "/compare"),
        ),
    ),
    (
        "管理",
        (
            ("单位与人员", "/units"),
            ("规则", "/rulesets"),
            ("数据来源", "/sources"),
            ("操作记录", "/audit"),
            ("用户", "/users"),
            ("接口", "/tokens"),
        ),
    ),
)


def menu(visit: "Visit") -> tuple[Group, ...]:
    """Return the menu of whoever is signed in; pages that nobody has built, or that are not theirs, are left out."""
    if visit.user is None:
        return ()
    groups = (
        Group(title, tuple(Item(*p, _is_at(visit.path, p[1])) for p in pages if may_open(visit.user, p[1])))
        for title, pages in _GROUPS
    )
    return tuple(group for group in groups if group.items)


def may_open(user: User, path: str) -> bool:
    """Tell whether somebody may open a page."""
    right = RIGHTS.get(("GET", path))
    return right is not None and (
        right.everybody or right.signed_in or any(grant.role in right.who for grant in user.grants)
    )


def first_page(user: User) -> str:
    """Return where somebody begins."""
    begin = ["/my", "/today"] if user.grant(Role.OWNER) else ["/today", "/my"]
    pages = [*begin, *(path for _, pages in _GROUPS for _, path in pages)]
    return next((path for path in pages if may_open(user, path)), "/me")


def _is_at(path: str, page: str) -> bool:
    return path == page or path.startswith(f"{page}/")
