"""Every cell of the table of rights: each route, asked by each role and by nobody, on either sign-in store."""

from contextlib import contextmanager

import pytest
from litestar.testing import TestClient

from connectors.signin.postgres import PostgresSigninStore
from pipeline.access.sessions import StoredSessions, begin
from pipeline.access.store import open_signin
from pipeline.access.user_care import AddUser, add_first_users
from pipeline.access.users import Role
from pipeline.console.app import Console, make_app
from pipeline.console.browser import SESSION_COOKIE
from pipeline.console.rights import RIGHTS, Reach, Right, right_of
from pipeline.home.folder import Home
from tests.pipeline.console import city as c
from tests.pipeline.console import rights_page
from tests.pipeline.console.browsing import NOW
from tests.pipeline.console.walking import filled, names_in, numbers_in, routes

GRANTS = {role: user.grants for role, user in c.USERS.items()}
ELSEWHERE = {Role.COMPETENT: "jz31", Role.OWNER: "jz31", Role.FIRM: "jz31", Role.CHECKER: "jz31"}
"""An account beyond the reach of a role: of 西山县."""


class Desk:
    """An application over a home and a store, with a session of each role."""

    def __init__(self, client, tokens, csrf):
        self.client = client
        self._tokens = tokens
        self._csrf = csrf

    def ask(self, method: str, path: str, role: Role | None, *, forged: bool = False):
        self.client.cookies.clear()
        if role is not None:
            self.client.cookies.set(SESSION_COOKIE, self._tokens[role])
        if method == "GET":
            return self.client.get(path, follow_redirects=False)
        sent = {"_csrf": self._csrf[role]} if role is not None and not forged else {}
        return self.client.request(method, path, data=sent, follow_redirects=False)


@contextmanager
def desk_over(home, store):
    """Open the application with users of every role in a store."""
    asked = tuple(AddUser(f"login-{role}", f"某{n}", GRANTS[role]) for n, role in enumerate(Role))
    users = dict(zip(Role, add_first_users(store, asked, NOW), strict=True))
    with store.transaction():
        tokens = {role: begin(store, user, "127.0.0.1", "test", NOW) for role, user in users.items()}
    sessions = StoredSessions(store)
    csrf = {role: sessions.find(token, NOW).csrf for role, token in tokens.items()}
    app = make_app(Console(home, sessions, now=lambda: NOW, signin=store))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(client, tokens, csrf)


@pytest.fixture(scope="module")
def written(city, tmp_path_factory):
    return c.copy_of(city, tmp_path_factory.mktemp("rights"))


@pytest.fixture(scope="module")
def desk(written):
    store = open_signin(Home(written))
    with desk_over(written, store) as opened:
        yield opened
    store.close()


@pytest.fixture(scope="module")
def names(written):
    return names_in(written)


def wrong_for_nobody(right: Right, method: str, answer) -> str:
    """Say what is wrong with an answer to somebody who is not signed in, empty where nothing is."""
    if right.program:
        return "" if answer.status_code == 401 else "not 401"
    if right.everybody:
        leads = answer.headers.get("location", "").startswith("/login?next=")
        return "shut" if leads or answer.status_code in (401, 403) or answer.status_code >= 500 else ""
    if method == "GET":
        led = answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
        return "" if led else "not led to /login"
    return "" if answer.status_code == 401 else "not 401"


def wrong_for(right: Right, role: Role, answer, *, is_known: bool) -> str:
    """Say what is wrong with an answer to a role."""
    status = answer.status_code
    if right.program:
        return "" if status == 401 else "not 401"
    if not (right.everybody or right.signed_in or role in right.who):
        return "" if status == 404 else "open"
    if status >= 500 or status in (401, 403, 405):
        return "shut"
    whole = right.who.get(role, Reach.ALL) is Reach.ALL
    return "not there" if is_known and whole and status == 404 and role is not Role.ADMIN else ""


def test_every_cell_holds(desk, names):
    """Design 5.5: the table times every role, and nobody; what is not granted is 404 with one text."""
    wrong = []
    for method, template in routes(desk.client.app):
        right = right_of(method, template)
        one = filled(method, template, names if method == "GET" else {})
        for role in (None, *Role):
            answer = desk.ask(method, one.path, role)
            if role is None:
                said = wrong_for_nobody(right, method, answer)
            else:
                known = one.is_known and method == "GET"
                said = wrong_for(right, role, answer, is_known=known)
            if said:
                wrong.append((method, one.path, str(role), said, answer.status_code))
            if said == "open" or (answer.status_code == 404 and not template.startswith(("/p", "/api"))):
                assert "没有" in answer.text
    assert not wrong


def test_nothing_is_done_without_the_token_of_the_session(desk):
    """CSRF: every POST of every role that may is refused without it, and says so."""
    wrong = []
    for method, template in routes(desk.client.app):
        right = right_of(method, template)
        if method == "GET" or right.program or right.unsigned:
            continue
        for role in Role:
            if right.everybody or right.signed_in or role in right.who:
                answer = desk.ask(method, filled(method, template, {}).path, role, forged=True)
                if answer.status_code != 403:
                    wrong.append((template, str(role), answer.status_code))
    assert not wrong


def test_what_belongs_to_others_is_not_there(desk, written):
    """Design 5.3: an account of another area or unit answers as one that does not exist, on every page about one."""
    numbers = numbers_in(written)
    wrong = []
    for method, template in routes(desk.client.app):
        right = right_of(method, template)
        if method != "GET" or not template.startswith("/accounts/{number}"):
            continue
        for role, native in ELSEWHERE.items():
            if right.who.get(role) in (Reach.AREA, Reach.UNIT):
                theirs = template.replace("{number}", numbers[native])
                there = desk.ask(method, filled(method, theirs, {}).path, role)
                nothing = desk.ask(method, filled(method, template, {}).path, role)
                if (there.status_code, there.text) != (404, nothing.text):
                    wrong.append((template, str(role), there.status_code))
    assert not wrong


def test_the_table_holds_on_a_shared_store_too(written, names, database):
    """The same table on PostgreSQL: whoever may not is kept out, whoever may is let in."""
    store = PostgresSigninStore(database)
    with desk_over(written, store) as desk:
        wrong = []
        for method, template in routes(desk.client.app):
            right = right_of(method, template)
            for role in (None, *Role):
                if role is not None and (right.everybody or right.signed_in or role in right.who):
                    continue
                answer = desk.ask(method, filled(method, template, names).path, role)
                said = (
                    wrong_for_nobody(right, method, answer)
                    if role is None
                    else wrong_for(right, role, answer, is_known=False)
                )
                if said:
                    wrong.append((method, template, str(role), said))
        assert not wrong
    store.close()


def test_every_row_lets_somebody_in():
    """A row that lets nobody in is a mistake."""
    assert all(right.who or right.everybody or right.signed_in or right.program for right in RIGHTS.values())


def test_the_page_on_rights_is_current():
    """docs/rights.md says what the table says; `python -m tests.pipeline.console.rights_page` writes it."""
    assert rights_page.page() == rights_page.FILE.read_text("utf-8")
