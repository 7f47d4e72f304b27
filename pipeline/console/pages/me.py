"""What is somebody's own: browsers that are signed in, password, one-time codes, large print."""

from typing import Any

import segno
from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from pipeline.access.one_time_codes import address_of, new_key, step_of
from pipeline.access.passwords import require_good
from pipeline.access.sessions import end_session, end_sessions, list_sessions
from pipeline.access.signing_in import WaitError, WrongError, change_password
from pipeline.access.user_care import drop_codes, enrol_codes
from pipeline.access.users import User
from pipeline.console.browsers import named
from pipeline.console.local_paths import local_path
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.proof import proven, waited
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import grant_title
from pipeline.home.errors import UsageError


@get("/me", sync_to_thread=True)
def show_me(visit: Asked) -> Response[Any]:
    """Show what is somebody's own."""
    return _page(visit)


@get("/me/token", sync_to_thread=True)
def give_token(visit: Asked) -> Response[Any]:
    """Give a page that stood long the token of its forms as it is now; whoever it showed must be signed in still."""
    if not visit.reader or visit.reader != visit.ask("who"):
        raise no_such_page()
    return Response(visit.csrf, media_type=MediaType.TEXT)


@post("/me/large", sync_to_thread=True)
def set_large(visit: Asked) -> Response[Any]:
    """Keep large print on or off in this browser."""
    answer = visit.go(local_path(visit.form.text("next"), "/me"), done="large")
    answer.set_cookie(visit.browser.large(on=visit.form.text("large") == "1"))
    return answer


@post("/me/password", sync_to_thread=True)
def set_password(visit: Asked) -> Response[Any]:
    """Change one's own password; every other browser is signed out."""
    session, user = visit.session, visit.user
    if session is None or user is None:
        raise no_such_page()
    old, new, again = (next(iter(visit.form.fields.get(n, ())), "") for n in ("old", "password", "again"))
    errors = {} if new == again else {"again": "两次输入的密码不一致。"}
    try:
        require_good(new, user.login)
        if not errors:
            change_password(visit.signin, session, old, new, visit.now)
    except WrongError:
        errors = {"old": "现用密码不正确。"}
    except WaitError as e:
        errors = {"old": f"请 {waited(e.seconds)}后再试。"}
    except UsageError as e:
        errors = {"password": said_by(e)}
    return _page(visit, errors, status=422) if errors else visit.go("/me", done="password-changed")


@post("/me/sessions/{session:str}/end", sync_to_thread=True)
def end_one(visit: Asked, session: FromPath[str]) -> Response[Any]:
    """Sign out of another browser."""
    user = _user(visit)
    if not end_session(visit.signin, user.id, session, user.id, visit.now):
        raise no_such_page()
    return visit.go("/me", done="session-ended")


@post("/me/sessions/end", sync_to_thread=True)
def end_others(visit: Asked) -> Response[Any]:
    """Sign out of every other browser."""
    user = _user(visit)
    with visit.signin.transaction():
        end_sessions(visit.signin, user.id, visit.now, but=visit.session.id if visit.session else "")
    return visit.go("/me", done="sessions-ended")


@get("/me/codes", sync_to_thread=True)
def show_codes(visit: Asked) -> Response[Any]:
    """Show a new key of one-time codes, to be scanned."""
    return _codes_page(visit, new_key())


@post("/me/codes", sync_to_thread=True)
def take_codes(visit: Asked) -> Response[Any]:
    """Ask for one-time codes from now on, once one of the new key was shown."""
    user, key = _user(visit), visit.form.text("key")
    if wrong := proven(visit):
        return _codes_page(visit, key, proof_error=wrong, status=422)
    try:
        step = step_of(key, visit.form.text("code"), visit.now)
    except ValueError:
        raise no_such_page() from None
    if step is None:
        error = "验证码不正确。请核对手机时间后，输入应用中当前显示的六位数字。"
        return _codes_page(visit, key, error=error, status=422)
    enrol_codes(visit.signin, user.id, key, step, visit.now)
    return visit.go("/me", done="codes-on")


@get("/me/proof", sync_to_thread=True)
def show_proof(visit: Asked) -> Response[Any]:
    """Ask again who somebody is."""
    return visit.page("signin/proof.html", next_=local_path(visit.ask("next"), "/me"), error="")


@post("/me/proof", sync_to_thread=True)
def take_proof(visit: Asked) -> Response[Any]:
    """Take what shows again who somebody is, and go on to where it was asked."""
    next_ = local_path(visit.form.text("next"), "/me")
    if wrong := proven(visit):
        return visit.page("signin/proof.html", status=422, next_=next_, error=wrong)
    return visit.go(next_, done="proven")


@post("/me/codes/drop", sync_to_thread=True)
def stop_codes(visit: Asked) -> Response[Any]:
    """Ask for no one-time codes any more."""
    user = _user(visit)
    if wrong := proven(visit):
        return _page(visit, {"proof": wrong}, status=422)
    drop_codes(visit.signin, user.id, user.id, visit.now)
    return visit.go("/me", done="codes-off")


def _page(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response[Any]:
    user = _user(visit)
    sessions = [
        {
            "id": one.id,
            "current": visit.session is not None and one.id == visit.session.id,
            "client": named(one.client),
            "address": one.address,
            "began_at": one.began_at,
            "seen_at": one.seen_at,
        }
        for one in list_sessions(visit.signin, user.id, visit.now)
    ]
    roles = "、".join(_grant_titles(user))
    return visit.page("signin/me.html", status=status, sessions=sessions, roles=roles, errors=errors or {})


def _codes_page(
    visit: Visit, key: str, *, error: str = "", proof_error: str = "", status: int = 200
) -> Response[Any]:
    user = _user(visit)
    try:
        drawn = segno.make(address_of(key, user.login), error="m")
        step_of(key, "000000", visit.now)
    except ValueError:
        raise no_such_page() from None
    picture = Markup(drawn.svg_inline(scale=5, border=3, omitsize=True, title="一次性验证码的二维码"))  # noqa: S704 (drawn here)
    spaced = " ".join(key[i : i + 4] for i in range(0, len(key), 4))
    return visit.page(
        "signin/codes.html",
        status=status,
        key=key,
        spaced=spaced,
        picture=picture,
        error=error,
        proof_error=proof_error,
    )


def _grant_titles(user: User) -> list[str]:
    return [grant_title(grant) for grant in user.grants]


def _user(visit: Visit) -> User:
    if visit.user is None:
        raise no_such_page()
    return visit.user


HANDLERS = [
    show_me,
    give_token,
    set_large,
    set_password,
    end_one,
    end_others,
    show_codes,
    take_codes,
    show_proof,
    take_proof,
    stop_codes,
]
