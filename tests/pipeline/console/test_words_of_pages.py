"""Every page that links lead to, by role: Chinese, no ids, no times of machines, forms with token and labels."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from pipeline.access.users import Role
from pipeline.console.rendering import templates
from pipeline.console.rights import RIGHTS
from pipeline.office.publicity.open_data import FIELDS
from tests.console_walk.crawl import kind_of
from tests.pipeline.console.browsing import NOW, Browser, console_of
from tests.pipeline.console.city import USERS
from tests.pipeline.console.page_lint import Page, faults_of_words

_MOST_PAGES = 160  # kinds of pages of a role
_OF_A_KIND = 2  # the second often shows what the first lacks
_NO_PAGES = re.compile(r"\.(?:xlsx|csv|docx|json|svg|png|zip|html)$|/files/|^/assets/|^/openapi|^/metrics")
_TEMPLATES = Path(templates().loader.searchpath[0])  # type: ignore[union-attr, attr-defined]
_DRAWN = ("block.chart|safe",)
"""Markup that the program draws itself, out of figures."""
GIVEN = frozenset(
    [
        "jiangzhou",
        "recorded",
        "polls",
        "sheets",
        "Sheet",
        "login",
        "clerk",
        "signer",
        "competent",
        "owner",
        "firm",
        "checker",
        "auditor",
        "admin",
        "ABCD",
        "EFGH",
        "JKLM",
    ]
)
"""What people of the city called things: rounds, sources, sheets, log-ins; and the pattern of a setup code."""

OPEN_NAMES = frozenset(word for field in FIELDS for word in (field.key, *field.key.split("_")))
"""Names of fields in files of open data, which its page tells programmers."""


@pytest.fixture(scope="module")
def browser(whole_city):
    with console_of(whole_city, *USERS.values(), now=NOW) as opened:
        yield opened


_ROUTES = [
    (method, re.compile("[^/]+".join(map(re.escape, re.split(r"\{\w+\}", path)))), right)
    for (method, path), right in sorted(RIGHTS.items(), key=lambda one: one[0][1].count("{"))
]


def not_to_be_offered(page: Page, path: str, role: Role | None) -> Iterator[str]:
    """Give the links and forms of a page that call what a role may not."""
    called = [("GET", link) for link in page.links if link.startswith("/")]
    for method, address in (*called, *((method, act or path) for method, act in page.acts)):
        plain = address.partition("?")[0].partition("#")[0]
        right = next((r for of, pattern, r in _ROUTES if of == method and pattern.fullmatch(plain)), None)
        if right is None:
            yield f"nothing answers {method} {plain}"
        elif not (right.everybody or (role and (right.signed_in or role in right.who))):
            yield f"{method} {plain} is offered, which {role or 'nobody signed in'} may not call"


@pytest.mark.slow
@pytest.mark.parametrize("role", [*USERS, None], ids=str)
def test_pages_keep_to_words_and_marks(browser: Browser, role):
    user = USERS.get(role)
    browser.sign_in(user)
    faults, seen, asked = [], Counter[str](), set[str]()
    queue = ["/"] if user else ["/", "/p"]
    while queue and len(seen) < _MOST_PAGES:
        url = queue.pop(0)
        parts = urlsplit(url)
        kind = kind_of(url).partition("?")[0]
        if (
            parts.path in asked
            or seen[kind] >= _OF_A_KIND
            or "sort=" in parts.query
            or _NO_PAGES.search(parts.path)
        ):
            continue
        asked.add(parts.path)
        seen[kind] += 1
        answer = browser.get(url)
        if answer.status_code in (302, 303):
            queue.insert(0, urljoin(url, answer.headers["location"]))
            continue
        assert answer.status_code < 500, url
        if answer.status_code == 404:
            faults.append(f"{url}: a page leads here, where there is nothing")
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        of_public = parts.path == "/p" or parts.path.startswith("/p/")  # its forms are for who has no session
        page = Page(answer.text, signed_in=user is not None and not of_public)
        given = GIVEN | OPEN_NAMES if parts.path == "/p/open" else GIVEN
        astray = [
            f"a list is narrowed at {there}" for there in page.filters if urlsplit(there).path != parts.path
        ]
        offered = not_to_be_offered(page, parts.path, role)
        faults += [
            f"{url}: {fault}"
            for fault in (*astray, *offered, *page.faults, *faults_of_words(page.text, given))
        ]
        queue += [urljoin(url, link) for link in page.links if link.startswith(("/", "?"))]
    assert not faults, "\n".join(sorted(set(faults)))


@pytest.mark.parametrize(
    "path", sorted(_TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(_TEMPLATES))
)
def test_templates_hold_no_style_and_no_script(path):
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son(?:click|change|load|submit|input|error)=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "<style" not in text
    assert not [found for found in re.findall(r"[\w.]+\s*\|\s*safe", text) if found not in _DRAWN]


@pytest.mark.parametrize(
    "path", sorted(_TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(_TEMPLATES))
)
def test_forms_of_templates_that_write_bear_the_token(path):
    """But for the form of the public, who have no session, signing in, which begins one, and links of reminders."""
    if path.parent.name in ("public", "signin", "links") or path.parts[-2:] == ("my", "link.html"):
        return
    for form in re.findall(
        r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", path.read_text("utf-8"), re.DOTALL
    ):
        assert "csrf(visit)" in form or "visit.csrf" in form, form[:200]


def test_the_name_of_the_veto_is_nothing_else():
    """两周无更新 is the single veto; weeks without an update that cost points are called otherwise."""
    for path in sorted(_TEMPLATES.rglob("*.html")):
        for found in re.finditer("两周无更新", path.read_text("utf-8")):
            near = path.read_text("utf-8")[found.start() : found.end() + 12]
            assert not re.search(r"扣|−|分", near), f"{path.name}: {near}"


def test_the_lint_finds_what_it_looks_for():
    bad = (
        '<h2>a</h2><h4>b</h4><form method="post" action="/x"><input name="q"></form><img src="/y">'
        '<p style="color:red" onclick="x()" id="a">两周无更新 扣 10 分</p><p id="a">see 2026-09-15T10:00</p>'
        "<script>1</script>6f9619ff-8b86-d011-b42d-00cf4fc964ff"
    )
    page = Page(f"<body>{bad}</body>")
    found = "\n".join((*page.faults, *faults_of_words(page.text)))
    for said in (
        *("no token", "field q", "picture", "style of its own", "script of its own", "stands twice"),
        *(
            "headings of the first",
            "level 4",
            "script in the page",
            "an id",
            "time of machines",
            "foreign word",
        ),
        "veto",
    ):
        assert said in found
