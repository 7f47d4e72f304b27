"""Signing in with the identity service of the city."""

from typing import Any

import msgspec
import structlog
from litestar import Response, get

from pipeline.access.oidc import OidcBegun, OidcRefusedError, begin_oidc, finish_oidc
from pipeline.access.signing_in import WrongError, sign_in_known
from pipeline.console.local_paths import local_path
from pipeline.console.pages.signin import let_in, login_page
from pipeline.console.problems import no_such_page
from pipeline.console.visit import Asked, Visit
from pipeline.home.settings import Oidc

COOKIE = "xuncha_oidc"
_PATH = "/oidc/"
_TEN_MINUTES_S = 600
_log = structlog.get_logger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    """What the browser keeps meanwhile."""

    state: str
    nonce: str
    verifier: str
    next_: str


@get("/oidc/login", sync_to_thread=True)
def begin(visit: Asked) -> Response[Any]:
    """Send a browser to the identity service."""
    settings = _settings(visit)
    try:
        begun = begin_oidc(settings, _back(visit))
    except OidcRefusedError as e:
        _log.warning("oidc", said=str(e))
        return _refused(visit, f"{settings.title}暂时无法使用，请稍后再试，或用密码登录。", 503)
    kept = _Kept(begun.state, begun.nonce, begun.verifier, local_path(visit.ask("next"), ""))
    answer = visit.go(begun.url)
    value = msgspec.json.encode(kept).hex()
    answer.set_cookie(visit.browser.short_lived(COOKIE, value, _PATH, _TEN_MINUTES_S))
    return answer


@get("/oidc/callback", sync_to_thread=True)
def finish(visit: Asked) -> Response[Any]:
    """Sign in whom the identity service names, where they are a user here."""
    settings = _settings(visit)
    try:
        kept = msgspec.json.decode(bytes.fromhex(visit.browser.cookies.get(COOKIE, "")), type=_Kept)
    except (ValueError, msgspec.DecodeError):
        return _refused(visit, "登录等待过久，请重新登录。", 422)
    answer = {name: visit.ask(name) for name in ("state", "code", "error")}
    try:
        begun = OidcBegun("", kept.state, kept.nonce, kept.verifier)
        login = finish_oidc(settings, begun, answer, _back(visit))
        done = sign_in_known(visit.signin, login, visit.browser.address, visit.browser.client, visit.now)
    except OidcRefusedError as e:
        _log.warning("oidc", said=str(e))
        return _refused(visit, f"{settings.title}没有确认您的身份，请重新登录。", 422)
    except WrongError:
        return _refused(visit, "您尚未开通本系统，请联系系统管理员。", 422)
    page = let_in(visit, done, kept.next_)
    page.set_cookie(visit.browser.short_lived(COOKIE, "", _PATH, 0))
    return page


def _refused(visit: Visit, error: str, status: int) -> Response[Any]:
    page = login_page(visit, error=error, status=status)
    page.set_cookie(visit.browser.short_lived(COOKIE, "", _PATH, 0))
    return page


def _settings(visit: Visit) -> Oidc:
    if visit.home.settings.oidc is None:
        raise no_such_page()
    return visit.home.settings.oidc


def _back(visit: Visit) -> str:
    """Return where the identity service sends a browser back."""
    return f"{visit.home.settings.console.url or visit.browser.origin}/oidc/callback"


HANDLERS = [begin, finish]
