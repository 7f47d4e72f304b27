"""What people send to break a console: a test for each way, over every page that there is."""

import csv
import io
import re
import socket
import time
import zipfile
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from connectors.sheets.laid_out import LaidOut, laid_out_workbook
from pipeline.access.users import Role
from pipeline.console.api import observing
from pipeline.console.app import Console, make_app
from pipeline.console.visit import Visit
from tests.console_walk.serving import served
from tests.pipeline.console.browsing import NOW, console_of
from tests.pipeline.console.city import USERS, copy_of
from tests.pipeline.console.hostile import SIGNS, build_hostile
from tests.pipeline.console.programs import FixedTokens, Token, bearing
from tests.pipeline.console.signed import CLERK, PASSWORD, door_of
from tests.pipeline.console.signed_in import FixedSessions
from tests.pipeline.console.walking import addresses_in, routes

PROGRAM = Token("t-attack")
READERS = (None, Role.CLERK, Role.OWNER, Role.ADMIN)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def hostile(city, tmp_path_factory):
    return build_hostile(city, tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def browser(hostile):
    with console_of(hostile, *USERS.values(), now=NOW, tokens=FixedTokens(PROGRAM)) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(browser):
    """Every page by role, as it is answered: path to text."""
    found: dict[tuple[str, str], str] = {}
    for role in READERS:
        browser.sign_in(USERS[role] if role else None)

        def text(path: str, role=role) -> str:
            answer = browser.get(path)
            html = answer.status_code == 200 and "text/html" in answer.headers["content-type"]
            found[str(role), path] = answer.text if html else ""
            return found[str(role), path]

        for path in addresses_in(browser.client.app, text).values():
            if (str(role), path) not in found and "." not in path.rpartition("/")[2]:
                text(path)
    browser.sign_in(None)
    return {key: page for key, page in found.items() if page}


@pytest.mark.slow
def test_names_and_reasons_stay_text(pages):
    """Stored XSS: whatever an account, a finding, a filing or a case is called, no page takes it for marks."""
    assert any("onmouseover" in page for page in pages.values()), "nothing hostile is shown at all"
    assert not [(key, sign) for key, page in pages.items() for sign in SIGNS if sign in page]


@pytest.mark.slow
def test_no_page_brings_a_style_or_a_script_of_its_own(pages):
    """CSS injection: styles come from the sheet alone, scripts from files, and the answer says so to the browser."""
    own = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
    told = [
        (key, found[0])
        for key, page in pages.items()
        if (found := own.search(re.sub(r">[^<]*<|\"[^\"]*\"", _without_text, page)))
    ]
    assert not told


def _without_text(found: re.Match[str]) -> str:
    return "><" if found[0].startswith(">") else '""'


def test_exports_hold_no_formula(browser):
    """Formula injection: no cell of a CSV begins as one, and a workbook has such a text as text."""
    browser.sign_in(USERS[Role.CLERK])
    seen = 0
    for method, path in routes(browser.client.app):
        if method != "GET" or "{" in path or not path.endswith(".csv"):
            continue
        answer = browser.get(path)
        if answer.status_code != 200:
            continue
        for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))):
            seen += any("HYPERLINK" in cell for cell in row)
            assert not [c for c in row if c.startswith(FORMULA_SIGNS) and not _is_number(c)], path
    browser.sign_in(None)
    public = browser.get("/p/open/accounts.csv")
    assert not re.search(r"(^|,)\"?[=@+]", public.text, re.MULTILINE)
    assert seen or "HYPERLINK" in public.text


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9.]+%?", cell) is not None or cell == "-"


@pytest.fixture(scope="module")
def door(city, tmp_path_factory):
    """A console at which a clerk can sign in."""
    with door_of(copy_of(city, tmp_path_factory.mktemp("door"))) as opened:
        opened.add("clerk", CLERK)
        yield opened


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=1",
        "///evil.example",
        "/\t/evil.example",
        "http:evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(door, to):
    """Open redirect: `next` is a path of this console, or it is not followed."""
    answer = door.browser().fill("/login", username="clerk", password=PASSWORD, next=to)
    place = answer.headers["location"]
    assert answer.status_code == 303
    assert (urlsplit(place).scheme, urlsplit(place).netloc) == ("", "")
    assert re.fullmatch(r"/[^/\\\s].*|/", place)
    assert "x=1" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../xuncha.toml",
        "/assets/..%2f..%2fxuncha.toml",
        "/assets/%2e%2e/%2e%2e/log.sqlite",
        "/assets/....//xuncha.toml",
        "/bulletins/..%2f..%2fxuncha.toml",
        "/bulletins/../../xuncha.toml/files/docx",
        "/bulletins/jiangzhou-2026Q2/files/..%2f..%2f..%2fxuncha.toml",
        "/api/v1/..%2f..%2fxuncha.toml",
        "/api/v1//etc/passwd",
        "/p/..%2f..%2flog.sqlite",
    ],
)
def test_no_address_leads_out_of_its_folder(browser, path):
    """Path traversal in downloads: nothing beside what a route gives is ever read."""
    browser.sign_in(USERS[Role.CLERK])
    answer = browser.client.get(path, headers=bearing(PROGRAM), follow_redirects=False)
    browser.sign_in(None)
    assert answer.status_code in (303, 400, 401, 404)
    assert b"[people]" not in answer.content
    assert b"SQLite" not in answer.content


def test_a_file_is_called_by_its_name_alone(browser, hostile):
    """Path traversal in uploads: folders of a name are cut off, of either system."""
    outside = {path for path in hostile.parent.rglob("*") if "evil" in path.name}
    browser.sign_in(USERS[Role.CLERK])
    sheet = laid_out_workbook(
        [LaidOut(name="x", above=(), header=(("账号名称",),), rows=[("x",)], below=(), widths=(10,))]
    )
    for name in ("../../evil.xlsx", "..\\..\\evil.xlsx", "/tmp/evil.xlsx", "a/\x00evil.xlsx"):  # noqa: S108
        answer = browser.post("/in", files={"files": (name, sheet)})
        assert answer.status_code < 500
    browser.sign_in(None)
    assert outside == {path for path in hostile.parent.rglob("*") if "evil" in path.name and path.is_file()}


@pytest.mark.slow
def test_a_workbook_that_unpacks_without_end_is_refused(browser):
    """Zip bombs: refused in the time of any other sheet, and as what is wrong with the file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
        archive.writestr("[Content_Types].xml", b"<Types/>")
    browser.sign_in(USERS[Role.CLERK])
    begin = time.monotonic()
    answer = browser.post("/in", files={"files": ("big.xlsx", packed.getvalue())})
    browser.sign_in(None)
    assert answer.status_code < 500
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize(
    "name", ['x".html', "a\r\nSet-Cookie: x=1", "通报;filename=evil.exe", "a/../b", "\u202egpj.exe"]
)
def test_names_of_downloads_add_no_header(name):
    """Header injection in filenames: what is not plain is percent-encoded, in the one form that all browsers read."""
    said = Visit.original(SimpleNamespace(is_example=False), b"", name, "text/csv").headers[
        "Content-Disposition"
    ]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%._~/-]*", said)


@pytest.mark.parametrize("path", ["/", "/login", "/p", "/p/check?q=x", "/nowhere"])
def test_no_answer_repeats_the_host_that_it_was_asked_for(browser, path):
    """Host header: places are paths, so a forged host gets into no link, place or cookie."""
    answer = browser.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in str(answer.headers) + answer.text


@pytest.mark.parametrize("raw", ["%ff", "%c0%af", "%00", "%ed%a0%80", "a" * 5000, "%F0%9F%92%A9", "{{7*7}}"])
def test_odd_bytes_in_addresses_are_no_fault(browser, raw):
    """Bad UTF-8, zero bytes, half of a surrogate, templates: an answer, and never 5xx."""
    browser.sign_in(USERS[Role.CLERK])
    for path in (f"/p/check?q={raw}", f"/p/{raw}", f"/accounts?q={raw}&sort={raw}&page={raw}", f"/x/{raw}"):
        answer = browser.get(path)
        assert answer.status_code < 500, path
        assert "49" not in answer.text or raw != "{{7*7}}" or "{{7*7}}" in answer.text
    browser.sign_in(None)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff&_csrf=%c0", b"_csrf=" + b"x" * 100_000])
def test_odd_bytes_in_forms_are_no_fault(browser, body):
    """A form that is none: refused, and nothing is done."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.client.post("/p/report", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    answer = browser.client.post("/p/report", content=body, headers={"Content-Type": "multipart/form-data"})
    assert 400 <= answer.status_code < 500


def test_a_body_that_comes_too_slowly_is_let_go(hostile, monkeypatch):
    """Slow bodies: whoever sends a byte now and then is answered 408, and others meanwhile as ever."""
    monkeypatch.setattr(observing, "WITHIN_S", 0.5)
    console = Console(hostile, FixedSessions({}), now=lambda: NOW, tokens=FixedTokens(PROGRAM))
    with served(make_app(console)) as base:
        place = urlsplit(base)
        with socket.create_connection((place.hostname, place.port), timeout=20) as slow:
            slow.sendall(
                b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Authorization: Bearer xct_t-attack\r\nContent-Length: 1000\r\n\r\n["
            )
            assert slow.recv(64).startswith(b"HTTP/1.1 408")


def test_a_body_that_says_it_is_huge_is_not_read(browser):
    """Oversized: refused by what it says of itself, before anything is read."""
    headers = bearing(PROGRAM, **{"Content-Type": "application/json", "Content-Length": str(1 << 40)})
    assert 413 == browser.client.post("/api/v1/events", content=b"[]", headers=headers).status_code
