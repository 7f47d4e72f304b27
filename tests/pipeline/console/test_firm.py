"""监测验收 in the console: the acceptance sheet of a quarter, for the whole office, and its own for a firm."""

from io import BytesIO

import pytest
from docx import Document

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST
from tests.pipeline.console.city import FIRM as NAME
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT, FIRM = user_of(Role.COMPETENT, EAST), user_of(Role.FIRM, NAME)
STRANGER = user_of(Role.FIRM, "another-source", "u-stranger")


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, CLERK, AUDITOR, COMPETENT, FIRM, STRANGER, now=NOW) as browser:
        yield browser


def test_a_quarter_has_a_row_for_each_finder(seen):
    """The second quarter of the city: who found something, how much of it, and the share of weeks looked at."""
    page = text_of(seen.sign_in(CLERK).get("/firm?quarter=2026Q2").text)
    assert "2026年第二季度，按监测单位反馈的问题统计" in page
    assert "%" in page
    assert seen.sign_in(AUDITOR).get("/firm.xlsx?quarter=2026Q2").status_code == 200


def test_a_firm_sees_its_own_quality_and_a_competent_office_none(seen):
    """By the names under which it handed in findings; another firm has no row, and nothing of others."""
    every = seen.sign_in(CLERK).get("/firm.csv?quarter=2026Q2").text.strip().splitlines()
    own = seen.sign_in(FIRM).get("/firm.csv?quarter=2026Q2").text.strip().splitlines()
    assert set(own) <= set(every)
    assert [NAME] == [line.split(",")[0] for line in own[1:]]
    assert "没有监测单位反馈的问题" in seen.sign_in(STRANGER).get("/firm?quarter=2026Q2").text
    for path in ("/firm", "/firm/sheet"):
        assert seen.sign_in(COMPETENT).get(path).status_code == 404


def test_the_sheet_is_a_document_with_room_for_opinions(seen):
    """A table for each firm, with what each figure counts; a quarter that is none is not there."""
    answer = seen.sign_in(FIRM).get("/firm/sheet?quarter=2026Q2")
    document = Document(BytesIO(answer.content))
    said = "".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "2026年第二季度政务新媒体监测服务验收表" in said
    assert NAME in said
    assert {"反馈问题", "误报", "账号巡查覆盖率", "验收单位"} <= set(cells)
    assert 404 == seen.get("/firm/sheet?quarter=x").status_code


def test_a_quarter_that_is_none_is_refused(seen):
    """The page is shown again and says how a quarter is written."""
    assert seen.sign_in(CLERK).get("/firm?quarter=x").status_code == 422
