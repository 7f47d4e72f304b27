"""示例: a home of invented data says so in all that comes of it, and a digest is none the other for it."""

import io
import zipfile
from uuid import UUID

import docx
import pytest
from openpyxl import load_workbook

from connectors.notify.message import Message
from pipeline.access.users import Role
from pipeline.console.static_site import site_files
from pipeline.home.actor import OFFICE
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.bulletin import draft
from pipeline.office.own_office import DescribeOffice, describe_office, is_example
from pipeline.office.publicity.directory import public_directory
from pipeline.simulate.sample import LEDGER, write_sample
from pipeline.voice.example_mark import marked_messages
from tests.copied import copied
from tests.pipeline.console.browsing import NOW, console_of
from tests.pipeline.console.city import LAST_ROUND, ROUND, city_in
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import asked, done, rows

MARK = "示例数据"
CLERK = user_of(Role.CLERK)
MESSAGE = UUID("4797aa47-da16-5d04-84d8-ad7399a5093f")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A city that says nothing of the kind."""
    return city_in(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def example(plain, tmp_path_factory):
    home = tmp_path_factory.mktemp("example") / "home"
    copied(plain, home)
    done(home, "office", "set", "--example")
    return home


@pytest.mark.slow
def test_pages_and_what_programs_read_of_them_say_it(plain, example):
    """For whoever signs in, and for the public; also the names of files."""
    for home, says in ((example, True), (plain, False)):
        with console_of(home, CLERK, now=NOW) as browser:
            for path in ("/p", "/p/check?q=江州", "/today", f"/bulletins/{LAST_ROUND}"):
                page = browser.sign_in(CLERK).get(path).text
                assert ('class="example"' in page) is says, path
            assert (browser.get("/api/v1/accounts").json().get("example") is True) is says
            assert (
                "%E7%A4%BA%E4%BE%8B" in browser.get("/accounts.xlsx").headers["content-disposition"]
            ) is says
            assert (MARK in browser.get("/p/open/accounts.json").text) is says
            assert (
                "%E7%A4%BA%E4%BE%8B" in browser.get("/p/open/accounts.csv").headers["content-disposition"]
            ) is says


@pytest.mark.slow
def test_lists_forms_and_check_sheets_say_it_above_every_page(plain, example, tmp_path):
    """What the pages give and what commands write, of a workbook, a Word form and the sheets of checkers alike."""
    for home, says in ((example, True), (plain, False)):
        with console_of(home, CLERK, now=NOW) as browser:
            browser.sign_in(CLERK)
            books = [browser.get(path).content for path in ("/accounts.xlsx", "/looks.xlsx", "/tasks/sheet")]
            forms = [browser.get(path).content for path in ("/filings/form.docx", "/tasks/sheet?form=docx")]
            with zipfile.ZipFile(io.BytesIO(browser.get(f"/rounds/{ROUND}/sheets.zip").content)) as package:
                books += [package.read(name) for name in package.namelist()]
        folder = tmp_path / str(says)
        folder.mkdir()
        done(home, "filings", "form", "--blank", folder / "form.docx")
        done(home, "rectification", "sheet", "-o", folder / "sheet.xlsx")
        forms.append((folder / "form.docx").read_bytes())
        books.append((folder / "sheet.xlsx").read_bytes())
        assert len(books) > 4
        for book in books:
            sheets = load_workbook(io.BytesIO(book)).worksheets
            assert {MARK in (sheet.oddHeader.center.text or "") for sheet in sheets} == {says}
        for form in forms:
            above = docx.Document(io.BytesIO(form)).sections[0].header.paragraphs
            assert any(MARK in paragraph.text for paragraph in above) is says


def test_the_static_site_says_it_on_each_page(example):
    """It goes to a portal, where nothing else would tell."""
    with open_workspace(Home(example)) as workspace:
        directory = public_directory(workspace, NOW)
    pages = [
        text for name, text in site_files(Home(example).settings.public, directory) if name.endswith(".html")
    ]
    assert pages
    assert all(MARK.encode() in page for page in pages)


def test_documents_say_it_above_every_page(example, tmp_path):
    """Word in its headers, the page in its head, the workbook in print and on a page of its own."""
    with open_workspace(Home(example)) as workspace:
        made = draft(workspace, LAST_ROUND, OFFICE, folder=tmp_path).written
    section = docx.Document(io.BytesIO(made.docx.read_bytes())).sections[0]
    for header in (section.header, section.even_page_header):
        assert MARK in header.paragraphs[0].text
    assert MARK in made.html.read_text("utf-8")
    book = load_workbook(made.xlsx)
    assert all(MARK in sheet.oddHeader.center.text for sheet in book.worksheets)
    assert MARK in book["示例"]["A1"].value


def test_documents_of_others_do_not(plain, tmp_path):
    """Not a word, nor a page more."""
    with open_workspace(Home(plain)) as workspace:
        made = draft(workspace, LAST_ROUND, OFFICE, folder=tmp_path).written
    with zipfile.ZipFile(made.docx) as package:
        assert not [name for name in package.namelist() if MARK.encode() in package.read(name)]
    assert MARK not in made.html.read_text("utf-8")
    assert "示例" not in load_workbook(made.xlsx).sheetnames


def test_digests_are_what_they_were(plain, example):
    """The mark stands in what shows facts, and not in them."""
    assert [row["digest"] for row in rows(plain, "rounds")] == [
        row["digest"] for row in rows(example, "rounds")
    ]
    assert done(example, "verify", rows(example, "rounds")[0]["run_id"]).status == 0


def test_messages_begin_with_it(plain, example):
    """Put there right before one is sent."""
    message = Message(
        id=MESSAGE, kind="test", at=NOW, account_id="", name="", owner="", level="", audience="",
        text="【更新提醒】", replay=False, details={},
    )  # fmt: skip
    assert f"【{MARK}】【更新提醒】" == marked_messages(Home(example), lambda m: m)(message).text
    assert message == marked_messages(Home(plain), lambda m: m)(message)


def test_it_is_said_for_good(example):
    """Who says anything else of the office leaves it as it is."""
    with open_workspace(Home(example)) as workspace:
        describe_office(workspace, DescribeOffice(areas=("东江区",)), OFFICE)
        assert is_example(workspace)


@pytest.mark.slow
def test_a_home_that_begins_with_the_sample_is_one_and_a_city_is_none(new_home, plain, tmp_path):
    """By the ledger's own mark; a city with accounts stays what it is, whoever hands a marked sheet in."""
    write_sample(tmp_path / "papers")
    for home, says in ((new_home, True), (copied(plain, tmp_path / "city"), False)):
        plan = asked(home, "intake", tmp_path / "papers" / LEDGER, "--received", "2025-04-01")["plan"]
        done(home, "intake", "confirm", plan, "--accept-defaults")
        with open_workspace(Home(home)) as workspace:
            assert is_example(workspace) is says
