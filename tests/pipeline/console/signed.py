"""A console with a real sign-in store: people sign in with passwords, as in a browser of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from litestar.testing import TestClient

from pipeline.access.sessions import StoredSessions
from pipeline.access.store import Store, open_signin
from pipeline.access.user_care import SYSTEM, AddUser, add_user
from pipeline.access.users import Grant, Role, StoredUser
from pipeline.console.app import Console
from pipeline.home.folder import Home
from tests.pipeline.console.browsing import client_of

PASSWORD = "纸鸢 河灯 三月 石桥"  # noqa: S105
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

    def __init__(self, console: Console, store: Store, clock: Clock, client: TestClient) -> None:
        self.home, self.store, self.clock = console.home_path, store, clock
        self.console, self.client, self.app = console, client, client.app

    def browser(self, base: str = "http://testserver.local") -> "SignedBrowser":
        """Open a browser with no past."""
        return SignedBrowser(self.client, base)

    def add(self, login: str, *grants: Grant, password: str = PASSWORD, actor: str = SYSTEM) -> StoredUser:
        """Add somebody who can sign in."""
        return add_user(self.store, AddUser(login, f"{login}某", grants, password), actor, self.clock.now)


class SignedBrowser:
    """A browser: keeps its cookies, and sends the hidden fields of the form that it saw last."""

    def __init__(self, client: TestClient, base: str) -> None:
        self._client, self._base = client, base
        self.cookies = httpx.Cookies()

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        self._client.cookies = self.cookies
        answer = self._client.request(method, self._base + url, follow_redirects=False, **options)
        self.cookies = httpx.Cookies(self._client.cookies)
        return answer

    def get(self, url: str) -> httpx.Response:
        return self.request("GET", url)

    def post(self, url: str, data: dict[str, object]) -> httpx.Response:
        return self.request("POST", url, data=data)

    def hidden(self, page: str) -> dict[str, str]:
        """Return the hidden fields of a page's forms; of several of one name the last."""
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.get(page).text))

    def fill(self, page: str, url: str = "", /, **fields: object) -> httpx.Response:
        """Open a page, fill in its form, and send it."""
        return self.post(url or page, {**self.hidden(page), **fields})

    def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        return self.fill("/login", username=login, password=password)

    @property
    def session(self) -> str | None:
        return self.cookies.get("xuncha_session")


@contextmanager
def door_of(home: Path, *, secure: bool = False) -> Iterator[Door]:
    store = open_signin(Home(home))
    try:
        clock = Clock()
        console = Console(home, StoredSessions(store), now=clock, signin=store, secure=secure)
        with client_of(console) as client:
            yield Door(console, store, clock, client)
    finally:
        store.close()


CLERK, ADMIN, AUDITOR = Grant(Role.CLERK), Grant(Role.ADMIN), Grant(Role.AUDITOR)
