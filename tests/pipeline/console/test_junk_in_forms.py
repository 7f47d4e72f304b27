"""What nobody should type into a form, typed into every box of every form of every page: refused, and no fault."""

import os
import random
import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of
from tests.pipeline.console.city import USERS, copy_of
from tests.pipeline.console.walking import addresses_in

JUNK = (
    "13912345678",  # no text may hold a mobile number
    "周示戊 孙示乙",  # nor somebody of the people store
    "\x00\x1b[31m\u202e",
    "1" * 5000,  # more digits than Python makes a number of
    "99999999999999999999",  # more than a store holds
    "９９９９-0",
    "-1",
    "9" * 9,
    "2026-99-99",
    "0001-01-01",
    "3000-01-01",
    "{{7*7}}'\";--",
    "𠮷😀",
)
_TYPED = {"text", "search", "date", "number", "tel", "url", "email", "password", "textarea"}
_LEAVE = ("/login", "/logout")  # they end the session of a test
pytestmark = pytest.mark.larger

TRIALS = 1 + int(os.environ.get("XUNCHA_FUZZ", "0")) // 50_000  # of each form
_ROLES = (None, *USERS) if TRIALS > 1 else (None, Role.CLERK, Role.OWNER)
"""The others see forms of the clerk's."""


class Field(NamedTuple):
    """A box of a form; `kind` is its type, textarea or select."""

    name: str
    kind: str
    value: str


class Form(NamedTuple):
    """A form of a page."""

    method: str
    action: str
    fields: list[Field]


class _Forms(HTMLParser):
    """Finds the forms of a page; of a choice the last one that says anything is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("method", "get"), told.get("action", ""), []))
        elif not self.forms:
            return
        elif tag in ("input", "textarea", "button") and told.get("name") and told["name"] != "_csrf":
            kind = told.get("type", "text") if tag == "input" else tag
            self.forms[-1].fields.append(Field(told["name"], kind, told.get("value", "")))
        elif tag == "select":
            self._select = told.get("name", "")
        elif tag == "option" and self._select and told.get("value"):
            fields = self.forms[-1].fields
            if fields and fields[-1].name == self._select:
                fields.pop()
            fields.append(Field(self._select, "select", told["value"]))


@pytest.fixture(scope="module")
def browser(whole_city, tmp_path_factory):
    home = copy_of(whole_city, tmp_path_factory.mktemp("junk"))
    with console_of(home, *USERS.values(), now=NOW) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("role", _ROLES, ids=lambda role: str(role or "nobody"))
def test_junk_is_refused_and_no_fault(browser, role):
    """A number of somebody is wrong input as a day is that never was: 422 and what to do, not "try again later"."""
    chance = random.Random(str(role))
    browser.sign_in(USERS[role] if role else None)
    faults, forms = [], _forms(browser)
    for form in [form for form in forms for _ in range(TRIALS)]:
        filled: dict[str, list[str]] = {}
        for field in form.fields:
            value = chance.choice(JUNK) if field.kind in _TYPED else field.value
            filled.setdefault(field.name, []).append(value)
        post = form.method == "post"
        answer = browser.post(form.action, filled) if post else browser.get(form.action, params=filled)
        if answer.status_code >= 500:
            faults.append((answer.status_code, form.method, form.action, filled))
    browser.sign_in(None)
    assert forms
    assert not faults


def _forms(browser) -> list[Form]:
    """Return a form of each kind that pages lead to: by its address, numbers left out, and its fields."""
    found: dict[tuple[str, ...], Form] = {}
    seen = set()

    def text(path: str) -> str:
        seen.add(path)
        answer = browser.get(path)
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            return ""
        reader = _Forms()
        reader.feed(answer.text)
        for form in reader.forms:
            action = urljoin(path, form.action or path)
            if not action.startswith(_LEAVE):
                kind = (re.sub(r"\d+", "#", action), *(field.name for field in form.fields))
                found.setdefault(kind, Form(form.method, action, form.fields))
        return answer.text

    for path in addresses_in(browser.client.app, text).values():
        if path not in seen and "." not in path.rpartition("/")[2]:
            text(path)
    return list(found.values())
