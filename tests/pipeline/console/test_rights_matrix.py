"""Every cell of the table of rights: each route, asked by each role and by nobody, on either sign-in store."""

from contextlib import closing, contextmanager

import pytest

from connectors.signin.postgres import PostgresSigninStore
from pipeline.access.sessions import StoredSessions, begin
from pipeline.access.store import open_signin
from pipeline.access.user_care import SYSTEM, AddUser, add_user
from pipeline.access.users import Role
from pipeline.console.app import Console
from pipeline.console.browser import SESSION_COOKIE
from pipeline.console.rights import RIGHTS, Reach, Right, right_of
from pipeline.home.folder import Home
from tests.pipeline.console import city as c
from tests.pipeline.console import rights_page
from tests.pipeline.console.browsing import NOW, client_of
from tests.pipeline.console.walking import addresses_in, filled, numbers_in, numbers_of, routes

GRANTS = {role: user.grants for role, user in c.USERS.items()}
ELSEWHERE = {Role.COMPETENT: "jz31", Role.OWNER: "jz31", Role.FIRM: "jz31", Role.CHECKER: "jz31"}
"""An account beyond the reach of a role: of 西山县."""


class Desk:
    """An application over a home and a store, with somebody of each role."""

    def __init__(self, client, store, users):
        self.client = client
        self.whole = numbers_of(client.app)
        self._store = store
        self._users = users
        self._tokens = {role: self._begun(role) for role in users}

    def ask(self, method: str, path: str, role: Role | None, *, forged: bool = False):
        """Ask as a role; what is done begins in a session of its own, for it may end that."""
        self.client.cookies.clear()
        if role is None:
            return self.client.request(method, path, follow_redirects=False)
        token = self._standing(role) if method == "GET" else self._begun(role)
        self.client.cookies.set(SESSION_COOKIE, token)
        sent = None
        if method != "GET":
            session = StoredSessions(self._store).find(token, NOW)
            sent = {"_csrf": "" if forged else session.csrf}
        return self.client.request(method, path, data=sent, follow_redirects=False)

    def _standing(self, role: Role) -> str:
        """Return a session to look with: a new one where something that was done ended it, such as ending them all."""
        if StoredSessions(self._store).find(self._tokens[role], NOW) is None:
            self._tokens[role] = self._begun(role)
        return self._tokens[role]

    def _begun(self, role: Role) -> str:
        with self._store.transaction():
            return begin(self._store, self._users[role], "127.0.0.1", "test", NOW)


@contextmanager
def desk_over(home, store):
    """Open the application with users of every role in a store."""
    with closing(store):
        asked = {role: AddUser(f"login-{role}", f"某{n}", GRANTS[role]) for n, role in enumerate(Role)}
        users = {role: add_user(store, one, SYSTEM, NOW) for role, one in asked.items()}
        with client_of(Console(home, StoredSessions(store), now=lambda: NOW, signin=store)) as client:
            yield Desk(client, store, users)


@pytest.fixture(scope="module")
def written(city, tmp_path_factory):
    return c.copy_of(city, tmp_path_factory.mktemp("rights"))


@pytest.fixture(scope="module")
def desk(written):
    with desk_over(written, open_signin(Home(written))) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(desk):
    """An address of each page that the clerk is led to."""

    def text(path: str) -> str:
        answer = desk.ask("GET", path, Role.CLERK)
        return answer.text if answer.status_code == 200 else ""

    return addresses_in(desk.client.app, text)


def may(right: Right, role: Role) -> bool:
    """Tell whether a role may call a route."""
    return right.everybody or right.signed_in or role in right.who


def wrong_for_nobody(right: Right, method: str, answer) -> str:
    """Say what is wrong with an answer to somebody who is not signed in, empty where nothing is."""
    if right.program:
        return "" if answer.status_code == 401 else "not 401"
    if right.everybody:
        leads = answer.headers.get("location", "").startswith("/login?next=")
        kept_out = (401, 403) if method == "GET" else (401,)  # a form may ask for the token of its own page
        return "shut" if leads or answer.status_code in kept_out or answer.status_code >= 500 else ""
    if method == "GET":
        led = answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
        return "" if led else "not led to /login"
    return "" if answer.status_code == 401 else "not 401"


def wrong_for(right: Right, role: Role, method: str, answer, *, is_known: bool) -> str:
    """Say what is wrong with an answer to a role."""
    status = answer.status_code
    if right.program:
        return "" if status == 401 else "not 401"
    if not may(right, role):
        return "" if status == 404 else "open"
    own_forms = right.everybody and method != "GET"  # they bear a token of the page, not of the session
    if status >= 500 or status in (401, 405) or (status == 403 and not own_forms):
        return "shut"
    whole = right.who.get(role, Reach.ALL) is Reach.ALL
    return "not there" if is_known and whole and status == 404 else ""


def spared(right: Right, method: str, path: str) -> set[Role]:
    """Return the roles that are let in as another one is that is asked.

    What may be done is done by one of the roles that may: to do it opens the history, and that the table lets the
    others in is seen by their being refused without the token, for the table is asked first. A file is made for one
    role of each reach: its page is asked by all of them. What everybody sees is the same for whoever is signed in.
    """
    if right.program:
        return set()
    granted = [role for role in Role if may(right, role)]
    if right.everybody or method != "GET":
        return set(granted[1:])
    if "." not in path.rpartition("/")[2]:
        return set()
    of_reach = {right.who.get(role): role for role in reversed(granted)}
    return set(granted) - set(of_reach.values())


@pytest.mark.slow
def test_every_cell_holds(desk, known):
    """Design 5.5: the table times every role, and nobody; what is not granted is 404 with one text."""
    wrong = []
    for method, template in routes(desk.client.app):
        right = right_of(method, template)
        one = filled(method, template, known, desk.whole)
        left_out = spared(right, method, template)
        for role in (None, *(role for role in Role if role not in left_out)):
            answer = desk.ask(method, one.path, role)
            if role is None:
                said = wrong_for_nobody(right, method, answer)
            else:
                said = wrong_for(right, role, method, answer, is_known=one.is_known and role is Role.CLERK)
            if said:
                wrong.append((method, one.path, str(role), said, answer.status_code))
            if role is not None and not may(right, role):
                assert right.program or "没有这一页，或您没有权限" in answer.text
    assert not wrong


def test_nothing_is_done_without_the_token_of_the_session(desk):
    """CSRF: every POST of every role that may is refused without it, and says so."""
    wrong = []
    for method, template in routes(desk.client.app):
        right = right_of(method, template)
        if method == "GET" or right.program or right.everybody:
            continue
        for role in Role:
            if may(right, role):
                answer = desk.ask(method, filled(method, template, {}, desk.whole).path, role, forged=True)
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
                there = desk.ask(method, filled(method, theirs, {}, desk.whole).path, role)
                nothing = desk.ask(method, filled(method, template, {}, desk.whole).path, role)
                if (there.status_code, there.text) != (404, nothing.text):
                    wrong.append((template, str(role), there.status_code))
    assert not wrong


@pytest.mark.slow
def test_the_table_holds_on_a_shared_store_too(written, known, postgres, database):
    """The same table on PostgreSQL: of every fifth route, whoever may not is kept out."""
    with desk_over(written, PostgresSigninStore(postgres.url(database))) as desk:
        wrong = []
        for method, template in list(routes(desk.client.app))[::5]:
            right = right_of(method, template)
            for role in (None, *Role):
                if role is not None and may(right, role):
                    continue
                answer = desk.ask(method, filled(method, template, known, desk.whole).path, role)
                said = (
                    wrong_for_nobody(right, method, answer)
                    if role is None
                    else wrong_for(right, role, method, answer, is_known=False)
                )
                if said:
                    wrong.append((method, template, str(role), said))
        assert not wrong


def test_every_row_lets_somebody_in():
    """A row that lets nobody in is a mistake."""
    assert all(right.who or right.everybody or right.signed_in or right.program for right in RIGHTS.values())


def test_the_page_on_rights_is_current():
    """docs/rights.md says what the table says; `python -m tests.pipeline.console.rights_page` writes it."""
    assert rights_page.page() == rights_page.FILE.read_text("utf-8")
