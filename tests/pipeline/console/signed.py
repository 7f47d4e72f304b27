"""A console with a real sign-in store: people sign in with passwords, as in a browser of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from litestar.testing import TestClient

from pipeline.access.sessions import StoredSessions
from pipeline.access.store import Store, open_signin
from pipeline.access.user_care import SYSTEM, AddUser, add_user
from pipeline.access.users import Grant, Role, StoredUser
from pipeline.console.app import Console, make_app
from pipeline.home.folder import Home

PASSWORD = "纸鸢 河灯 三月 石桥"
BEGIN = datetime(2026, 9, 18, 1, 12, tzinfo=UTC)


class Clock:
    """The time of a console, which a test sets on."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


class Door:
    """A console, its store, and its clock."""

    def __init__(self, home: Path, store: Store, *, secure: bool = False, over: bool = True) -> None:
        self.home, self.store, self.clock = home, store, Clock()
        self.console = Console(home, StoredSessions(store), now=self.clock, signin=store, secure=secure)
        self.app = make_app(self.console)

    @contextmanager
    def browser(
        self, base_url: str = "http://testserver.local", address: str = "10.1.1.9"
    ) -> Iterator["SignedBrowser"]:
        """Open a browser with no past."""
        del address
        with TestClient(self.app, base_url=base_url, raise_server_exceptions=False) as client:
            yield SignedBrowser(client)

    def add(self, login: str, *grants: Grant, password: str = PASSWORD, actor: str = SYSTEM) -> StoredUser:
        """Add somebody who can sign in."""
        return add_user(self.store, AddUser(login, f"{login}某", grants, password), actor, self.clock.now)


class SignedBrowser:
    """A browser: keeps cookies, and sends the hidden fields of the form that it saw last."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, url: str) -> httpx.Response:
        return self.client.get(url, follow_redirects=False)

    def fill(self, page: str, url: str = "", /, **fields: object) -> httpx.Response:
        """Open a page, fill in its form, and send it."""
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.get(page).text))
        return self.client.post(url or page, data={**hidden, **fields}, follow_redirects=False)

    def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        return self.fill("/login", username=login, password=password)

    @property
    def session(self) -> str | None:
        return self.client.cookies.get("xuncha_session")


@contextmanager
def door_of(home: Path, *, secure: bool = False) -> Iterator[Door]:
    store = open_signin(Home(home))
    try:
        yield Door(home, store, secure=secure)
    finally:
        store.close()


CLERK, ADMIN, AUDITOR = Grant(Role.CLERK), Grant(Role.ADMIN), Grant(Role.AUDITOR)
