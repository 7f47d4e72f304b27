"""A console without a network: the application asked directly, by somebody of a role."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient

from pipeline.access.users import User
from pipeline.console.app import SESSION_COOKIE, Console, answer_for, make_app
from pipeline.office.standing.kept_pasts import KeptPasts
from tests.pipeline.console.signed_in import CSRF, FixedSessions
from tests.pipeline.kept_engine import kept_engine

NOW = datetime(2026, 9, 18, 1, 12, tzinfo=UTC)
"""When pages of the city are asked: 9:12 there, a Friday; the check point of the round was on Tuesday."""
_idle: list[Litestar] = []
"""Applications that nobody uses now: to register all routes takes longer than most tests take."""


class _Client(TestClient):
    """A client whose requests leave the engine of the history open for the next one."""

    def send(self, *request, **how):
        with kept_engine():
            return super().send(*request, **how)


@contextmanager
def client_of(console: Console) -> Iterator[TestClient]:
    """Open an application over a console, a new one or one that a test before is done with."""
    if _idle:
        app = _idle.pop()
        answer_for(app, console)
    else:
        app = make_app(console)
    with _Client(app, raise_server_exceptions=False) as client:
        yield client
    app.state.clear()
    _idle.append(app)


@contextmanager
def console_of(
    home: Path, *users: User, now: datetime | None = None, tokens=None, limits=None, patience_s: float = 60.0
):
    """Open the application over a home; `as_user` of a browser says who asks."""
    sessions = FixedSessions({user.id: user for user in users})
    clock = (lambda: now) if now else None
    pasts = KeptPasts(patience_s)
    asked = Console(home, sessions, now=clock, tokens=tokens, limits=limits, pasts=pasts)
    with client_of(asked) as client:
        yield Browser(client)


class Browser:
    """A browser of one user at a time."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def sign_in(self, user: User | None) -> "Browser":
        self.client.cookies.clear()
        if user is not None:
            self.client.cookies.set(SESSION_COOKIE, user.id)
        return self

    def get(self, url: str, **options):
        return self.client.get(url, follow_redirects=False, **options)

    def post(self, url: str, data=None, files=None, *, csrf: str = CSRF, **options):
        sent = {**(data or {}), "_csrf": csrf}
        return self.client.post(url, data=sent, files=files, follow_redirects=False, **options)


def text_of(page: str) -> str:
    """Return what a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()
