"""Users: who signs in, and as what; added, invited, given roles, disabled."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.instants import from_micros
from pipeline.access.user_care import AddUser, add_user, find_user, invite, list_users
from pipeline.access.users import ROLE_TITLES, SCOPED, Grant, Role, StoredUser
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.proof import proven
from pipeline.console.user_rights import UserRights
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import grant_title
from pipeline.home.errors import ConflictError, UsageError
from pipeline.office.columns import minute, text

STATES = {"active": "正常", "invited": "未设密码", "disabled": "停用"}
_LOOKS = {"正常": "ok", "未设密码": "warn", "停用": "plain"}
ABOUT = {Role.COMPETENT: "地区", Role.OWNER: "单位", Role.FIRM: "数据来源", Role.CHECKER: "检查组代码"}

_LIST = ListPage(
    title="用户",
    path="/users",
    columns=(
        PageColumn(text("name", "姓名"), href=lambda row: f"/users/{row['id']}", phone="pa"),
        PageColumn(text("login", "登录名"), phone="pc"),
        PageColumn(text("roles", "角色"), phone="pb"),
        PageColumn(text("state", "状态"), tag=lambda row: _LOOKS[str(row["state"])], phone="pd"),
        PageColumn(minute("made_at", "添加时间")),
    ),
    filters=(
        Filter(
            "role",
            "角色",
            tuple((role.value, title) for role, title in ROLE_TITLES.items()),
            keeps=lambda row, chosen: chosen in row["codes"],
        ),
        Filter(
            "state",
            "状态",
            tuple(STATES.items()),
            keeps=lambda row, chosen: row["state"] == STATES.get(chosen),
        ),
    ),
    search=("name", "login", "roles"),
    search_hint="姓名、登录名、角色",
    sort="login",
    none_title="还没有用户",
    none_next="添加后，把设置密码的链接转交本人。",
)


@get("/users", sync_to_thread=True)
def show_users(visit: Asked) -> Response[Any]:
    """Show who signs in."""
    rights, users = UserRights(visit), list_users(visit.signin)
    rows = [row_of(user) for user in users if rights.sees(user)]
    adds = _adds(visit) and rights.may_add(users)
    return visit.page("users/list.html", listing=_LIST.shown(visit, rows), adds=adds)


@get(["/users.xlsx", "/users.csv"], sync_to_thread=True)
def export_users(visit: Asked) -> Response[Any]:
    """Give the list as a file."""
    rights = UserRights(visit)
    rows = [row_of(user) for user in list_users(visit.signin) if rights.sees(user)]
    return _LIST.export(visit, rows, visit.path.rpartition(".")[2])


@get("/users/new", sync_to_thread=True)
def ask_new(visit: Asked) -> Response[Any]:
    """Ask for a new user."""
    return _form(visit, UserRights(visit))


@post("/users", sync_to_thread=True)
def take_new(visit: Asked) -> Response[Any]:
    """Add a user, and show once the link by which they choose a password."""
    rights = UserRights(visit)
    grant = grant_of(visit)
    if not rights.may_add(list_users(visit.signin)):
        raise no_such_page()
    if grant is None or not rights.of_mine(grant):
        return _form(visit, rights, error="请选择您可以授予的角色和范围。", status=422)
    if wrong := proven(visit):
        return _form(visit, rights, proof_error=wrong, status=422)
    asked = AddUser(visit.form.text("login"), visit.form.text("name"), (grant,))
    try:
        user = add_user(visit.signin, asked, visit.actor.code, visit.now)
    except (UsageError, ConflictError) as e:
        return _form(visit, rights, error=said_by(e), status=422)
    return show_invitation(visit, user)


@get("/users/{user:str}", sync_to_thread=True)
def show_user(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Show a user, and what may be done about them."""
    return user_page(visit, seen(visit, user))


def user_page(visit: Visit, user: StoredUser, *, error: str = "", proof_error: str = "") -> Response[Any]:
    """Return the page of a user; 422 where something is wrong with what was sent."""
    rights = UserRights(visit)
    of_admin = rights.of_all and visit.grant is not None and visit.grant.role is Role.ADMIN
    by = {one.id: one.name for one in list_users(visit.signin)}
    grants = [
        {
            "role": one.role,
            "scope": one.scope,
            "title": grant_title(Grant(Role(one.role), one.scope)),
            "by": by.get(one.given_by, "命令行"),
            "at": from_micros(one.given_at),
            "waits": not one.agreed_by,
            "agrees": of_admin and not one.agreed_by and visit.actor.code not in (one.given_by, user.id),
        }
        for one in user.grants
    ]
    return visit.page(
        "users/user.html",
        status=422 if error or proof_error else 200,
        one=user,
        state=state_of(user),
        look=_LOOKS[state_of(user)],
        grants=grants,
        roles=list(ROLE_TITLES.items()),
        abouts=ABOUT,
        units=rights.units() if of_admin else [],
        of_admin=of_admin,
        cares=_adds(visit) and visit.grant is not None and visit.grant.role is not Role.OWNER,
        own=user.id == visit.actor.code,
        made_at=from_micros(user.made_at),
        error=error,
        proof_error=proof_error,
    )


def show_invitation(visit: Visit, user: StoredUser) -> Response[Any]:
    """Show once the link by which a user chooses a password."""
    made = invite(visit.signin, user.id, visit.actor.code, visit.now)
    base = visit.home.settings.console.url.rstrip("/") or visit.browser.origin
    return visit.page("users/invited.html", one=user, url=f"{base}/invite/{made.token}", until=made.until)


def seen(visit: Visit, user_id: str) -> StoredUser:
    """Return a user whom the visitor may see; any other is not there."""
    try:
        user = find_user(visit.signin, user_id)
    except UsageError:
        raise no_such_page() from None
    if not UserRights(visit).sees(user):
        raise no_such_page()
    return user


def grant_of(visit: Visit) -> Grant | None:
    """Return the role that a form names, None where it names none."""
    named = visit.form.text("role")
    if named not in set(Role):
        return None
    role = Role(named)
    return Grant(role, visit.form.text("scope") if role in SCOPED else "")


def state_of(user: StoredUser) -> str:
    """Return in a word whether a user may sign in."""
    return STATES["disabled" if user.disabled else "active" if user.password else "invited"]


def row_of(user: StoredUser) -> Row:
    """Return a user as a row of the list."""
    roles = [
        grant_title(Grant(Role(one.role), one.scope)) + ("" if one.agreed_by else "，待同意")
        for one in user.grants
    ]
    return {
        "id": user.id,
        "name": user.name,
        "login": user.login,
        "roles": "、".join(roles),
        "codes": [one.role for one in user.grants],
        "state": state_of(user),
        "made_at": from_micros(user.made_at),
    }


def _form(
    visit: Visit, rights: UserRights, *, error: str = "", proof_error: str = "", status: int = 200
) -> Response[Any]:
    if not rights.may_add(list_users(visit.signin)):
        raise no_such_page()
    roles = [(r.value, t) for r, t in ROLE_TITLES.items()] if rights.of_all else [("owner", "主办单位")]
    return visit.page(
        "users/new.html",
        status=status,
        roles=roles,
        abouts=ABOUT,
        about_hint="" if rights.of_all else "单位全称，可从列表中选",
        units=rights.units(),
        error=error,
        proof_error=proof_error,
    )


def _adds(visit: Visit) -> bool:
    return visit.grant is not None and visit.grant.role is not Role.AUDITOR


HANDLERS = [show_users, export_users, ask_new, take_new, show_user]
