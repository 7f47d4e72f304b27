"""监测验收 in the console: the acceptance sheet of a quarter, for the whole office alone."""

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of, user_of
from tests.pipeline.console.city import EAST

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT, FIRM = user_of(Role.COMPETENT, EAST), user_of(Role.FIRM, "sheets")


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, CLERK, AUDITOR, COMPETENT, FIRM, now=NOW) as browser:
        yield browser


def test_a_quarter_has_a_row_for_each_finder(seen):
    """The second quarter of the city: who found something, how much of it, and the share of weeks looked at."""
    page = text_of(seen.sign_in(CLERK).get("/firm?quarter=2026Q2").text)
    assert "2026Q2，按监测单位反馈的问题统计" in page
    assert "%" in page
    assert seen.sign_in(AUDITOR).get("/firm.xlsx?quarter=2026Q2").status_code == 200


def test_only_the_office_and_the_auditor_see_it(seen):
    """A competent office and the firm do not."""
    for other in (COMPETENT, FIRM):
        assert seen.sign_in(other).get("/firm").status_code == 404


def test_a_quarter_that_is_none_is_refused(seen):
    """The page is shown again and says how a quarter is written."""
    assert seen.sign_in(CLERK).get("/firm?quarter=x").status_code == 422
