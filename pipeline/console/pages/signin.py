"""Signing in and out, and the link by which somebody chooses a password."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.sessions import end_session
from pipeline.access.signing_in import SignedIn, SignIn, WaitError, WrongError, sign_in
from pipeline.access.throttle import attempt, limits_of_act
from pipeline.access.user_care import accept, invited, is_empty
from pipeline.console.begun import begun_page, require_begun
from pipeline.console.local_paths import local_path
from pipeline.console.navigation import first_page
from pipeline.console.problems import said_by
from pipeline.console.proof import waited
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError, UsageError

WRONG = "登录名或密码不正确。忘记密码的，请联系系统管理员重设。"


@get("/login", sync_to_thread=True)
def show_login(visit: Asked) -> Response[Any]:
    """Ask who somebody is; whoever is signed in goes on."""
    if visit.user is not None:
        return visit.go(local_path(visit.ask("next"), first_page(visit.user)))
    if is_empty(visit.signin):
        return visit.go("/setup")
    return login_page(visit, next_=visit.ask("next"))


@post("/login", sync_to_thread=True)
def take_login(visit: Asked) -> Response[Any]:
    """Sign somebody in, with a session that is always a new one."""
    require_begun(visit)
    login, next_ = visit.form.text("username"), visit.form.text("next")
    password = next(iter(visit.form.fields.get("password", ())), "")
    asked = SignIn(login, password, visit.browser.address, visit.browser.client)
    try:
        done = sign_in(visit.signin, asked, visit.now)
    except WrongError:
        return login_page(visit, login=login, next_=next_, error=WRONG, status=422)
    except WaitError as e:
        error = f"登录失败次数过多，请 {waited(e.seconds)}后再试。"
        page = login_page(visit, login=login, next_=next_, error=error, status=429)
        page.headers["Retry-After"] = str(e.seconds)
        return page
    return let_in(visit, done, next_)


@post("/logout", sync_to_thread=True)
def sign_out(visit: Asked) -> Response[Any]:
    """End the session of this browser."""
    if visit.session is not None and visit.user is not None:
        end_session(visit.signin, visit.user.id, visit.session.id, visit.user.id, visit.now)
    answer = visit.go("/login", done="signed-out")
    answer.set_cookie(visit.browser.signed_out())
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@get("/invite/{token:str}", sync_to_thread=True)
def show_invitation(visit: Asked, token: FromPath[str]) -> Response[Any]:
    """Let somebody choose a password, once."""
    user = invited(visit.signin, token, visit.now)
    if user is None:
        return visit.page("signin/invitation_over.html", status=404)
    return begun_page(visit, "signin/invitation.html", login=user.login, name=user.name, error="")


@post("/invite/{token:str}", sync_to_thread=True)
def take_invitation(visit: Asked, token: FromPath[str]) -> Response[Any]:
    """Take the password that somebody chose, and let them sign in with it."""
    require_begun(visit)
    user = invited(visit.signin, token, visit.now)
    if user is None:
        return visit.page("signin/invitation_over.html", status=404)
    password, again = (next(iter(visit.form.fields.get(name, ())), "") for name in ("password", "again"))
    error = "" if password == again else "两次输入的密码不一致。"
    try:
        with visit.signin.transaction():
            attempt(visit.signin, limits_of_act("invite", user.id), visit.now)
        if not error:
            accept(visit.signin, token, password, visit.now)
    except NotFoundError:
        return visit.page("signin/invitation_over.html", status=404)
    except WaitError as e:
        error = f"请 {waited(e.seconds)}后再试。"
    except UsageError as e:
        error = said_by(e)
    if error:
        return begun_page(
            visit, "signin/invitation.html", status=422, login=user.login, name=user.name, error=error
        )
    return visit.go("/login", done="password-set")


def let_in(visit: Visit, done: SignedIn, next_: str, *, begin: str = "") -> Response[Any]:
    """Send on whoever signed in, where `next_` leads nowhere to where they begin; a session before it ends."""
    if visit.session is not None and visit.user is not None:
        end_session(visit.signin, visit.user.id, visit.session.id, visit.user.id, visit.now)
    answer = visit.go(local_path(next_, begin or first_page(done.user)))
    answer.set_cookie(visit.browser.signed_in(done.token))
    return answer


def login_page(
    visit: Visit, *, login: str = "", next_: str = "", error: str = "", status: int = 200
) -> Response[str]:
    """Return the page that asks who somebody is."""
    oidc = visit.home.settings.oidc
    return begun_page(
        visit,
        "signin/login.html",
        status=status,
        login=login,
        next_=local_path(next_, ""),
        error=error,
        oidc=oidc.title if oidc is not None else "",
    )


HANDLERS = [show_login, take_login, sign_out, show_invitation, take_invitation]
