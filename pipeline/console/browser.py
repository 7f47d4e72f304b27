"""What a request tells of the browser behind it, and the cookies that a browser holds."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import Cookie

SESSION_COOKIE = "xuncha_session"
LARGE_COOKIE = "large"
_YEAR_S = 365 * 24 * 3600


class Browser(msgspec.Struct, frozen=True):
    """Who sent a request, as far as it tells."""

    address: str = ""
    client: str = ""  # what it calls itself
    cookies: Mapping[str, str] = {}
    secure: bool = False  # it speaks HTTPS with us, or with the proxy before us
    origin: str = ""  # how it calls us: https://xuncha.example.org

    def signed_in(self, token: str) -> Cookie:
        """Return the cookie of a session: for this server alone, out of reach of scripts, gone with the browser."""
        return Cookie(
            key=SESSION_COOKIE, value=token, path="/", httponly=True, secure=self.secure, samesite="lax"
        )

    def signed_out(self) -> Cookie:
        """Return what takes the cookie of a session away."""
        return Cookie(
            key=SESSION_COOKIE,
            value="",
            path="/",
            max_age=0,
            httponly=True,
            secure=self.secure,
            samesite="lax",
        )

    def short_lived(self, name: str, value: str, path: str, seconds: int) -> Cookie:
        """Return a cookie for a step of something, as while another service is asked."""
        return Cookie(
            key=name,
            value=value,
            path=path,
            max_age=seconds,
            httponly=True,
            secure=self.secure,
            samesite="lax",
        )

    def large(self, *, on: bool) -> Cookie:
        """Return what keeps large print on, or takes it away."""
        return Cookie(
            key=LARGE_COOKIE,
            value="1" if on else "",
            path="/",
            max_age=_YEAR_S if on else 0,
            httponly=True,
            secure=self.secure,
            samesite="lax",
        )


NO_BROWSER = Browser()


def browser_of(request: Request[Any, Any, Any], *, secure: bool) -> Browser:
    """Return the browser of a request; `secure`: whatever its scheme, HTTPS is spoken before the server."""
    is_secure = secure or request.url.scheme == "https"
    return Browser(
        request.client.host if request.client is not None else "",
        request.headers.get("user-agent", "")[:400],
        request.cookies,
        is_secure,
        f"{'https' if is_secure else 'http'}://{request.headers.get('host', '')[:253]}",
    )
