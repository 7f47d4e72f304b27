"""The trail 操作记录: who did what about what, when; facts with their actors, and acts about users and tokens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get

from events.days import midnight_before
from pipeline.access.tokens import list_tokens
from pipeline.access.trail import list_signin_acts
from pipeline.access.user_care import SYSTEM, list_users
from pipeline.access.users import ROLE_TITLES, Role
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.office.audit import AskActs, list_acts
from pipeline.office.columns import minute, text

_SPANS = (("today", "今天", 0), ("week", "近 7 天", 7), ("month", "近 30 天", 30), ("year", "近一年", 365))
_USUAL = "month"
_SIGNIN = {
    "user.added": "添加用户",
    "user.invited": "生成设置密码的链接",
    "invitation.used": "设置密码",
    "user.disabled": "停用用户",
    "user.enabled": "恢复登录",
    "password.set": "重设密码",
    "password.changed": "更改密码",
    "codes.enrolled": "启用一次性验证码",
    "codes.dropped": "停用一次性验证码",
    "session.ended": "退出用户的登录",
    "role.given": "授予角色",
    "role.proposed": "提出授予角色",
    "role.agreed": "同意授予角色",
    "role.alone": "授予角色",
    "role.taken": "收回角色",
    "token.made": "创建令牌",
    "token.revoked": "吊销令牌",
}
_ALONE = "一人办理"


@get("/audit", sync_to_thread=True)
def show_trail(visit: Asked) -> Response[Any]:
    """Show who did what."""
    rows = _rows(visit)
    return visit.page("users/audit.html", listing=_list(rows).shown(visit, rows))


@get(["/audit.xlsx", "/audit.csv"], sync_to_thread=True)
def export_trail(visit: Asked) -> Response[Any]:
    """Give the trail as a file."""
    rows = _rows(visit)
    return _list(rows).export(visit, rows, visit.path.rpartition(".")[2])


def _list(rows: Sequence[Row]) -> ListPage:
    people = sorted({str(row["who"]) for row in rows})
    titles = sorted({str(row["title"]) for row in rows})
    return ListPage(
        title="操作记录",
        path="/audit",
        columns=(
            PageColumn(minute("at", "时间"), phone="pb"),
            PageColumn(text("who", "操作人"), phone="pa"),
            PageColumn(
                text("title", "事项"),
                phone="pc",
                beside=lambda row: _ALONE if row["alone"] else "",
            ),
            PageColumn(text("about", "对象"), phone="pd"),
            PageColumn(text("words", "内容", wraps=True)),
        ),
        filters=(
            Filter(
                "span",
                "时间",
                tuple((value, word) for value, word, _ in _SPANS),
                keeps=lambda _, __: True,  # the question was narrowed by it
            ),
            Filter("who", "操作人", tuple((name, name) for name in people)),
            Filter("title", "事项", tuple((title, title) for title in titles)),
        ),
        search=("who", "title", "about", "words"),
        search_hint="操作人、事项、对象、内容",
        sort="-at",
        none_title="这段时间没有操作记录",
        none_next="近 30 天没有记录的，可把时间选得长一些。",
    )


def _rows(visit: Visit) -> list[Row]:
    since = _since(visit)
    own = visit.actor.code if visit.reach is Reach.OWN else ""
    with visit.workspace() as workspace:
        acts = list_acts(workspace, AskActs(since=since, actor=own, scope=visit.scope))
    names = _names(visit)
    rows: list[Row] = [
        {
            "at": act.at,
            "who": names.get(act.actor, "其他用户"),
            "title": act.title,
            "about": act.about,
            "words": act.words,
            "alone": act.one_person,
        }
        for act in acts
    ]
    if visit.reach is Reach.ALL:
        rows += [
            {
                "at": act.at,
                "who": names.get(act.actor, "其他用户"),
                "title": _SIGNIN.get(act.act, "其他"),
                "about": names.get(act.user_id, ""),
                "words": names.get(act.detail, "") if act.detail.startswith("t-") else _role(act.detail),
                "alone": act.act == "role.alone",
            }
            for act in list_signin_acts(visit.signin, since)
        ]
    return sorted(rows, key=lambda row: row["at"], reverse=True)


def _names(visit: Visit) -> dict[str, str]:
    """Return the words for codes that stand beside facts: users and tokens by name, the command line."""
    users = {user.id: user.name for user in list_users(visit.signin)}
    tokens = {token.id: f"接口（{token.title}）" for token in list_tokens(visit.signin)}
    return {**tokens, **users, SYSTEM: "命令行"}


def _role(detail: str) -> str:
    """Return a role as it was noted, in words."""
    role, _, scope = detail.partition(":")
    title = ROLE_TITLES[Role(role)] if role in set(Role) else ""
    return f"{title}（{scope}）" if scope else title


def _since(visit: Visit) -> datetime:
    asked = visit.ask("span") or _USUAL
    days = next((days for value, _, days in _SPANS if value == asked), 30)
    midnight = midnight_before(visit.now)
    return midnight - timedelta(days=days)


HANDLERS = [show_trail, export_trail]
