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


class Tab(NamedTuple):
    """A page of the bar at the foot of a phone."""

    title: str
    path: str
    current: bool
    drawing: str  # path of an SVG of 20 by 20


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
            ("巡查清单", "/looks"),
            ("备案", "/filings"),
            ("重点关注", "/focus"),
            ("网站", "/sites"),
            ("转载任务", "/reposts"),
            ("重要时间节点", "/key-periods"),
            ("阅评", "/review"),
            ("公众纠错", "/reports-from-public"),
            ("互动测试", "/interaction"),
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
            ("政策解读", "/interpretation"),
            ("督导", "/supervision"),
            ("季度报告", "/upward"),
            ("年度考核", "/assessment"),
            ("上级工单", "/work-orders"),
            ("比对", "/compare"),
            ("历年数据", "/counts"),
            ("提升整合关停", "/advice"),
            ("监测验收", "/firm"),
        ),
    ),
    (
        "管理",
        (
            ("单位与人员", "/units"),
            ("规则", "/rulesets"),
            ("适用规则", "/rulings"),
            ("数据来源", "/sources"),
            ("操作记录", "/audit"),
            ("两人办理", "/two-persons"),
            ("用户", "/users"),
            ("接口", "/tokens"),
        ),
    ),
)


_TABS = (
    ("今日", "/today", "M3 4.5h14v12H3zM3 8h14M7 2.5v4M13 2.5v4"),
    (
        "我的账号",
        "/my",
        "M10 3a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM3.5 17c.5-3.6 3-5.5 6.5-5.5s6 1.9 6.5 5.5",
    ),
    ("账号", "/accounts", "M3 5h14M3 10h14M3 15h14"),
    ("报送", "/in", "M3 11l2.5-7h9L17 11v5H3zM3 11h4l1 2h4l1-2h4"),
    ("检查", "/rounds", "M4 3h12v14H4zM7 8l2 2 4-4M7 13.5h6"),
    ("通报", "/bulletins", "M5 3h7l3 3v11H5zM8 9h4M8 12h4"),
    ("备案", "/filings", "M4 4h12v12H4zM7 10l2 2 4-4"),
)
_MOST_TABS = 4  # and one that leads to the menu


def menu(visit: "Visit") -> tuple[Group, ...]:
    """Return the menu of whoever is signed in; pages that nobody has built, or that are not theirs, are left out."""
    if visit.user is None:
        return ()
    groups = (
        Group(title, tuple(Item(*p, _is_at(visit.path, p[1])) for p in pages if may_open(visit.user, p[1])))
        for title, pages in _GROUPS
    )
    return tuple(group for group in groups if group.items)


def tabs(visit: "Visit") -> tuple[Tab, ...]:
    """Return the pages that somebody reaches with one touch on a phone."""
    if visit.user is None:
        return ()
    mine = [(title, path, drawn) for title, path, drawn in _TABS if may_open(visit.user, path)]
    return tuple(
        Tab(title, path, _is_at(visit.path, path), drawn) for title, path, drawn in mine[:_MOST_TABS]
    )


def may_open(user: User, path: str) -> bool:
    """Tell whether somebody may open a page."""
    right = RIGHTS.get(("GET", path))
    return right is not None and (
        right.everybody or right.signed_in or any(grant.role in right.who for grant in user.grants)
    )


def first_page(user: User) -> str:
    """Return where somebody begins."""
    begin = ["/my", "/today"] if user.grant(Role.OWNER) else ["/today", "/my"]
    if user.grant(Role.ADMIN):
        begin.append("/users")
    pages = [*begin, *(path for _, pages in _GROUPS for _, path in pages)]
    return next((path for path in pages if may_open(user, path)), "/me")


def _is_at(path: str, page: str) -> bool:
    return path == page or path.startswith(f"{page}/")
