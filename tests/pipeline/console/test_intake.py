"""数据报送, 无法识别, 数据来源, 自查报送, 巡查清单: the pages over what comes in."""

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of, user_of
from tests.pipeline.console.city import EAST, FIRM

CLERK, SIGNER, AUDITOR = user_of(Role.CLERK), user_of(Role.SIGNER), user_of(Role.AUDITOR)
COMPETENT, FIRM_USER = user_of(Role.COMPETENT, EAST), user_of(Role.FIRM, FIRM)
OWNER = user_of(Role.OWNER, f"{EAST}教育局")


@pytest.mark.parametrize(
    "path",
    [
        "/in",
        "/in.csv",
        "/in.xlsx",
        "/in/letters",
        "/in/letters.csv",
        "/sources",
        "/sources.xlsx",
        "/suggestions",
        "/suggestions.csv",
        "/reports/2026Q3",
        "/reports/2026Q3/list.xlsx",
        "/looks",
        "/looks.xlsx",
        "/looks.csv",
    ],
)
def test_every_list_answers_a_clerk(city, path):
    """Each list page and its files open."""
    with console_of(city, CLERK, now=NOW) as browser:
        found = browser.sign_in(CLERK).get(path)
        assert found.status_code == 200, text_of(found.text)
