"""The application: routes, who may call them, and what goes wrong as a page.

It knows no service: pages do. Whatever is not in the table of rights does not start.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Router
from litestar.config.compression import CompressionConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders, UploadFile
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope
from litestar.utils.sync import AsyncCallable

from pipeline.access.sessions import Session, Sessions
from pipeline.access.store import Store, open_signin
from pipeline.access.tokens import Tokens as StoredTokens
from pipeline.access.users import Grant, User
from pipeline.console.api.door import PagesAsJson
from pipeline.console.api.limits import Limits, Throttle
from pipeline.console.api.observing import Intake
from pipeline.console.api.problems import AS_JSON, for_programs
from pipeline.console.api.programs import NoTokenError, ProgramToken, Tokens, bearer_of, reader_of
from pipeline.console.browser import LARGE_COOKIE, SESSION_COOKIE, browser_of
from pipeline.console.csrf import same_token
from pipeline.console.problems import REFUSED, ForgedError, NotSignedInError, no_such_page
from pipeline.console.rights import Reach, Right, require_rights, right_of
from pipeline.console.routes import HANDLERS
from pipeline.console.times import moment_asked
from pipeline.console.visit import Form, Uploaded, Visit
from pipeline.home.desk import Desks
from pipeline.home.folder import Home
from pipeline.home.settings import NO_OVERRIDES, Overrides
from pipeline.office.standing.kept_pasts import KeptPasts
from pipeline.office.standing.standings import KeptStandings

CSRF_FIELD = "_csrf"
MOST_BYTES = 64 << 20
"""Of one request: a folder of sheets with their pictures. Whoever reads an upload bounds it closer."""

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_WIDEST = (Reach.ALL, Reach.AREA, Reach.UNIT, Reach.OWN, Reach.NAMES)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Console:
    """What every request of one application shares."""

    def __init__(
        self,
        home: Path,
        sessions: Sessions,
        over: Overrides = NO_OVERRIDES,
        now: Callable[[], datetime] | None = None,
        signin: Store | None = None,
        *,
        secure: bool = False,
        tokens: Tokens | None = None,
        limits: Limits | None = None,
        pasts: KeptPasts | None = None,
    ) -> None:
        self.home_path = home
        self.over = over
        self.sessions = sessions
        self.desks = Desks()
        self.standings = KeptStandings()
        self.pasts = pasts or KeptPasts()
        self.limits = limits or Limits()
        self._tokens = tokens
        self.now = now or (lambda: datetime.now(UTC))
        self.secure = secure
        self._signin = signin
        self._opening = threading.Lock()

    @property
    def signin(self) -> Store:
        """The sign-in store, opened by whoever asks first where it was not given."""
        with self._opening:
            if self._signin is None:
                self._signin = open_signin(self.home())
            return self._signin

    @property
    def tokens(self) -> Tokens:
        """Return where programs are looked up."""
        return self._tokens or StoredTokens(self.signin)

    def home(self) -> Home:
        """Return the home, with the settings as they are now."""
        return Home(self.home_path, self.over)


def make_app(console: Console) -> Litestar:
    """Return the application; raises `KeyError` for a route without a row in the table of rights."""
    app = Litestar(
        [
            Router("/", route_handlers=HANDLERS)
        ],  # all at once: else two methods of a path wrap the first one twice
        guards=[_admit],
        dependencies={"visit": Provide(_visit)},
        exception_handlers=for_programs(REFUSED),
        before_send=[_add_headers],
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=5, exclude=["^/assets/"]),
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = PagesAsJson(app.asgi_handler)
    _wrap_once(app)
    require_rights(
        {(method, route.path_format) for route in app.routes for method in getattr(route, "methods", ())}
    )
    answer_for(app, console)
    return app


def answer_for(app: Litestar, console: Console) -> None:
    """Let an application answer for a console from now on; it has no other state of its own."""
    app.state.console = console
    app.state.intake = Intake(Throttle(console.limits))


def _wrap_once(app: Litestar) -> None:
    """Take off what Litestar puts around a function again each time that another one joins it on its path.

    A function that answers in a thread is wrapped when its route is registered, and its route is registered anew with
    every further method; wrapped twice it answers with what nobody awaits.
    """
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            while isinstance(handler.fn, AsyncCallable) and isinstance(handler.fn.func, AsyncCallable):
                handler._fn = handler.fn.func  # noqa: SLF001 (the only place where it is kept)


class Admitted:
    """Somebody whom the table lets in, and by which of their roles; or a program, by its token."""

    def __init__(
        self,
        session: Session | None,
        right: Right,
        grant: Grant | None,
        program: ProgramToken | None = None,
    ) -> None:
        self.session = session
        self.right = right
        self.grant = grant
        self.program = program


def _admit(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in whom the table of rights lets in; whoever may not see a page learns no more than that there is none."""
    console: Console = connection.app.state.console
    right = right_of(str(connection.scope.get("method", "GET")), connection.scope["path_template"])
    if right.program:
        connection.state.admitted = Admitted(None, right, None, _program(connection, console))
        return
    session = _session(connection, console, right)
    connection.state.admitted = Admitted(session, right, _grant(session, right))


def _session(
    connection: ASGIConnection[Any, Any, Any, Any], console: Console, right: Right
) -> Session | None:
    """Return who is signed in: by a cookie, or, where a page is read as JSON, by the token of a program."""
    if right.unsigned:
        return None
    if connection.scope["state"].get(AS_JSON) and bearer_of(connection):
        program = _program(connection, console)
        reader = reader_of(program, console.now())
        if reader is None:
            raise NoTokenError
        connection.app.state.intake.throttle.request(program.id)
        return reader
    token = connection.cookies.get(SESSION_COOKIE, "")
    return console.sessions.find(token, console.now()) if token else None


def _program(connection: ASGIConnection[Any, Any, Any, Any], console: Console) -> ProgramToken:
    token = bearer_of(connection)
    program = console.tokens.find(token, console.now()) if token else None
    if program is None:
        raise NoTokenError
    return program


def _grant(session: Session | None, right: Right) -> Grant | None:
    """Return the role that lets somebody in, the one with the widest reach; raises where none does."""
    if session is None:
        if right.everybody:
            return None
        raise NotSignedInError
    granted = _widest(session.user, right)
    if granted is None and not (right.everybody or right.signed_in):
        raise no_such_page()
    return granted


def _widest(user: User, right: Right) -> Grant | None:
    mine = [grant for grant in user.grants if grant.role in right.who]
    return min(mine, key=lambda grant: _WIDEST.index(right.who[grant.role]), default=None)


async def _visit(request: Request[Any, Any, Any]) -> Visit:
    """Return the request as pages know it; a form without the token of its session is refused."""
    console: Console = request.app.state.console
    admitted: Admitted = request.state.admitted
    form = await _form_of(request) if request.method in _WRITING else Form()
    if request.method in _WRITING and admitted.session is not None:
        sent = form.text(CSRF_FIELD) or request.headers.get("x-csrf-token", "")
        if not same_token(sent, admitted.session.csrf):
            raise ForgedError
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(str(value))
    return Visit(
        home=console.home(),
        desks=console.desks,
        kept_standings=console.standings,
        kept_pasts=console.pasts,
        session=admitted.session,
        right=admitted.right,
        grant=admitted.grant,
        path=request.url.path,
        query=query,
        form=form,
        now=console.now(),
        at=moment_asked(query, "at"),
        known_at=moment_asked(query, "known_at"),
        browser=browser_of(request, secure=console.secure),
        signin=lambda: console.signin,
        large=request.cookies.get(LARGE_COOKIE) == "1",
        as_json=bool(request.scope["state"].get(AS_JSON)),
    )


async def _form_of(request: Request[Any, Any, Any]) -> Form:
    fields: dict[str, list[str]] = {}
    files: list[Uploaded] = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if value.filename:
                files.append(Uploaded(_plain_name(value.filename), content, name))
        else:
            fields.setdefault(name, []).append(str(value))
    return Form(fields, tuple(files))


def _plain_name(name: str) -> str:
    """Return the name of an uploaded file without folders, of either system."""
    return name.replace("\\", "/").rpartition("/")[2][:200]


async def _add_headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
        if scope["scheme"] == "https":
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def routes_of(app: Litestar) -> Sequence[tuple[str, str]]:
    """Return method and path of every route, for whoever walks them."""
    return sorted((m, r.path_format) for r in app.routes for m in getattr(r, "methods", ()) if m != "OPTIONS")
