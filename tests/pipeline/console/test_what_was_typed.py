"""A form that is refused comes back with what was typed, open where it stood folded."""

import io
import re
import tempfile

import pytest
from openpyxl import Workbook

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of
from tests.pipeline.console.city import USERS, copy_of

TYPED = "填过的字"


@pytest.fixture(scope="module")
def browser(city, tmp_path_factory):
    home = copy_of(city, tmp_path_factory.mktemp("typed"))
    with console_of(home, *USERS.values(), now=NOW) as opened:
        yield opened


@pytest.mark.parametrize(
    ("role", "page", "form", "fields"),
    [
        (Role.OWNER, "/my", r'action="(/my/[^/"]+/later)"', {"until": TYPED, "reason": f"{TYPED}二"}),
        (Role.OWNER, "/my", r'action="(/my/[^/"]+/posted)"', {"link": f"{TYPED} 13912345678"}),
        (Role.SIGNER, "/two-persons", r'action="(/two-persons)"', {"rule": "sign", "reason": f"{TYPED} 13912345678"}),
        (Role.CLERK, "/reports/2026Q3/fill?unit=东江区人民政府办公室", r'action="(/reports/2026Q3/withdraw)"',
         {"unit": "东江区人民政府办公室", "reason": f"{TYPED} 13912345678", "second": f"{TYPED}二"}),
    ],
    ids=["later", "posted", "two-persons", "withdraw"],
)  # fmt: skip
def test_what_was_typed_comes_back(browser, role, page, form, fields):
    browser.sign_in(USERS[role])
    address = re.search(form, browser.get(page).text)[1]
    answer = browser.post(address, fields)
    assert answer.status_code == 422
    assert all(text in answer.text for text in fields.values() if text.startswith(TYPED))


@pytest.mark.parametrize(
    ("page", "fields", "name"),
    [
        ("/filings/new", {"kind": "opened"}, "备案登记表.xlsx"),
        ("/units/duty", {}, "值班表.xlsx"),
        ("/interpretation", {}, "政策解读.xlsx"),
    ],
)
def test_a_file_that_is_refused_is_called_by_its_name(browser, page, fields, name):
    """Where the server keeps it for a moment is nobody's business, and no clerk can correct it there."""
    book, written = Workbook(), io.BytesIO()
    book.active.append(["潮水表", "低潮", "高潮"])
    book.active.append(["10月3日", "04:10", "10:22"])
    book.save(written)
    answer = browser.sign_in(USERS[Role.CLERK]).post(
        page, fields, files={"file": ("潮水表.xlsx", written.getvalue())}
    )
    assert (answer.status_code, name in answer.text) == (422, True)
    assert tempfile.gettempdir() not in answer.text
