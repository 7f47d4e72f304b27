"""历年数据 in the console: drawings and table of each quarter, by rights and by part."""

import pytest
from lxml import etree, html

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import rows

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT = user_of(Role.COMPETENT, EAST)
FIRM, OWNER = user_of(Role.FIRM, "sheets"), user_of(Role.OWNER, "西山县水务局")
USERS = (CLERK, AUDITOR, COMPETENT, FIRM, OWNER)


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


def test_the_office_sees_each_quarter_from_the_first_round_on(seen):
    """The second quarter has a frozen round, the third none: its results are left out and its accounts are not."""
    page = text_of(seen.sign_in(CLERK).get("/counts").text)
    assert "2026年第二季度 全部 40" in page
    assert "2026年第三季度 全部 40" in page


def test_rows_of_areas_stand_below_the_whole(seen):
    """Asked by area, the table has a row of each; the drawings stay those of the whole."""
    page = text_of(seen.sign_in(AUDITOR).get("/counts?by=area").text)
    assert "2026年第二季度 东江区 12" in page
    assert "2026年第二季度 西山县 12" in page


def test_a_competent_office_sees_its_area_and_the_firm_nothing(seen):
    """An area's counts are those of its own accounts."""
    assert "2026年第二季度 全部 12" in text_of(seen.sign_in(COMPETENT).get("/counts").text)
    for other in (FIRM, OWNER):
        assert seen.sign_in(other).get("/counts").status_code == 404


def test_each_drawing_says_its_values_in_words(seen):
    """Whoever does not see it reads every value; the file is well-formed and holds no script."""
    answer = seen.sign_in(CLERK).get("/counts/accounts.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    tree = etree.fromstring(answer.content)
    assert "2026年第二季度 40个" in tree.findtext("{http://www.w3.org/2000/svg}desc")
    assert seen.get("/counts/nothing.svg").status_code == 404


def test_what_is_chosen_stays_chosen(seen):
    """The form of quarters keeps the part, that of parts the quarters, a view both; the number of the page does not."""
    page = seen.sign_in(CLERK).get("/counts?since=2026Q2&until=2026Q2&by=area&page=1&sort=-accounts").text
    sent = [
        {field.name: field.value for field in form.iter("input", "select")}
        for form in html.fromstring(page).iter("form")
        if form.get("action") == "/counts"
    ]
    quarters, parts = sent
    assert quarters == {"since": "2026Q2", "until": "2026Q2", "by": "area", "sort": "-accounts"}
    assert parts == {"by": "area", "since": "2026Q2", "until": "2026Q2", "sort": "-accounts"}
    (kept,) = html.fromstring(page).xpath("//form[@action='/views']//input[@name='query']/@value")
    assert kept == "by=area&since=2026Q2&sort=-accounts&until=2026Q2"


def test_a_quarter_that_is_none_is_refused_in_words(seen):
    """The page is shown again, with what is wrong."""
    answer = seen.sign_in(CLERK).get("/counts?since=2026年")
    assert answer.status_code == 422
    assert "“开始季度”" in answer.text


def test_page_and_command_say_the_same(seen, city):
    """One service: the workbook of the page and the list of the command have the same rows."""
    told = rows(city, "counts", "--from", "2026Q2", "--until", "2026Q2", "--by", "area")
    assert [40, 12, 16, 12] == [row["accounts"] for row in told]
    assert seen.sign_in(CLERK).get("/counts.xlsx?by=area").status_code == 200
