"""季度报告 in the console: the report upward about a frozen round, read by the office alone."""

from io import BytesIO

import pytest
from docx import Document

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, LAST_ROUND, ROUND
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT = user_of(Role.COMPETENT, EAST)
TO = "?to=%E7%9C%81%E6%94%BF%E5%BA%9C%E5%8A%9E%E5%85%AC%E5%8E%85"


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, CLERK, AUDITOR, COMPETENT, now=NOW) as browser:
        yield browser


def test_a_frozen_round_is_reported_on_and_no_other(seen):
    """The preview names its addressee and the office; a round that is not frozen has no report."""
    seen.sign_in(CLERK)
    listed = seen.get("/upward").text
    assert f"/upward/{LAST_ROUND}" in listed
    assert f"/upward/{ROUND}" not in listed
    assert "2026年第二季度" in seen.get("/upward.csv").text
    page = text_of(seen.get(f"/upward/{LAST_ROUND}{TO}").text)
    for words in (
        "关于2026年第二季度政务新媒体检查情况的报告",
        "省政府办公厅",
        "二、各地区情况",
        "三、整改情况",
    ):
        assert words in page
    assert 404 == seen.get(f"/upward/{ROUND}").status_code
    assert 200 == seen.sign_in(AUDITOR).get(f"/upward/{LAST_ROUND}").status_code
    for path in ("/upward", f"/upward/{LAST_ROUND}", f"/upward/{LAST_ROUND}/files/docx"):
        assert 404 == seen.sign_in(COMPETENT).get(path).status_code


def test_its_files_say_what_the_page_says(seen):
    """DOCX with the addressee, XLSX with the figures; no other file is there."""
    seen.sign_in(CLERK)
    document = Document(BytesIO(seen.get(f"/upward/{LAST_ROUND}/files/docx{TO}").content))
    said = "".join(paragraph.text for paragraph in document.paragraphs)
    assert "省政府办公厅" in said
    assert b"PK" == seen.get(f"/upward/{LAST_ROUND}/files/xlsx").content[:2]
    assert 404 == seen.get(f"/upward/{LAST_ROUND}/files/pdf").status_code
