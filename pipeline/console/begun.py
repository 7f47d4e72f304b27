"""Forms before anybody is signed in: they carry what their browser holds as a cookie, so that no other site sends them.

Signing somebody in as somebody else is an attack, too; a session with its token is not there yet to prevent it.
"""

import hmac
from typing import Any

from litestar import Response

from pipeline.access.secrets import new_token
from pipeline.console.problems import ForgedError
from pipeline.console.visit import Visit

COOKIE = "xuncha_begun"
FIELD = "_begun"
_HOUR_S = 3600


def begun_page(visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """Answer with a page whose form has `_begun` in it."""
    held = visit.browser.cookies.get(COOKIE, "")
    token = held if len(held) == len(new_token()) and held.isascii() else new_token()
    page = visit.page(template, status=status, begun=token, **context)
    page.set_cookie(visit.browser.short_lived(COOKIE, token, "/", _HOUR_S))
    return page


def require_begun(visit: Visit) -> None:
    """Refuse a form that another site sent; raises `ForgedError`."""
    held, sent = visit.browser.cookies.get(COOKIE, ""), visit.form.text(FIELD)
    if not held or not hmac.compare_digest(held.encode(), sent.encode()):
        raise ForgedError
