"""Uploads that mean harm, or are none: each is met before a library sees it, and said in words."""

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.intake import handing_in
from pipeline.office.intake.handing_in import plain_name
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, FIRM, copy_of
from tests.pipeline.console.forms import fields_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.console.test_intake import NEW_ACCOUNT, ledger, sheet
from tests.pipeline.kept_engine import kept_engine

CLERK, FIRM_USER = user_of(Role.CLERK), user_of(Role.FIRM, FIRM)


@pytest.fixture(scope="module")
def home(city, tmp_path_factory):
    """The city; plans come and go, no fact does."""
    return copy_of(city, tmp_path_factory.mktemp("uploads"))


@pytest.fixture
def browser(home):
    with console_of(home, CLERK, FIRM_USER, now=NOW) as opened:
        yield opened.sign_in(CLERK)


def archive(parts: dict[str, bytes], *, packed: bool = True) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as writer:
        for name, content in parts.items():
            writer.writestr(name, content)
    return kept.getvalue()


def with_part(content: bytes, part: str, inside: bytes, *, like: str = "") -> bytes:
    """Return a workbook with a part put in, or in the place of the one that ends like `like`."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as reader,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as writer,
    ):
        for name in reader.namelist():
            if not (like and name.endswith(like)):
                writer.writestr(name, reader.read(name))
        writer.writestr(part, inside)
    return kept.getvalue()


def said_of(browser, name: str, content: bytes) -> str:
    """Return what the pages say of an upload: where it was refused there, else its preview."""
    answer = browser.post("/in", files={"files": (name, content)})
    if answer.status_code == 303:
        answer = browser.get(answer.headers["location"])
        assert answer.status_code == 200
    else:
        assert answer.status_code == 422, text_of(answer.text)
    return text_of(answer.text)


GOOD = ledger(NEW_ACCOUNT)
LOCKED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><worksheet>&j;</worksheet>"
)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.xlsx", b"", "没有内容"),
        ("程序.xlsx", b"MZ\x90\x00" + bytes(400), "打不开"),
        ("扫描.xlsx", b"%PDF-1.7\n" + bytes(400), "PDF"),
        ("图.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(400), "图片"),
        ("加密.xlsx", LOCKED, "密码"),
        ("断.xlsx", GOOD[: len(GOOD) // 2], "打不开"),
        ("笑.xlsx", with_part(GOOD, "xl/worksheets/sheet1.xml", LAUGHS, like="sheet1.xml"), "打不开"),
        ("网页.xlsx", b"<html><body><table><tr><td>x</td></tr></table></body></html>", "网页"),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(browser, name, content, said):
    """Empty, of another kind than its name, locked, cut off, or made to swell: the content decides."""
    assert said in said_of(browser, name, content)


def test_an_archive_that_swells_is_not_unpacked(browser):
    """200 MB of nothing in 200 KB."""
    bomb = archive({f"{n}.csv": bytes(20 << 20) for n in range(10)})
    assert len(bomb) < 1 << 20
    assert "超出上限" in said_of(browser, "炸.zip", bomb)


def test_a_workbook_that_swells_is_not_unpacked(browser):
    """A part of 100 MB in a workbook of 100 KB."""
    huge = with_part(GOOD, "xl/worksheets/sheet1.xml", b"<worksheet>" + bytes(100 << 20), like="sheet1.xml")
    assert len(huge) < 1 << 20
    assert "超出上限" in said_of(browser, "大.xlsx", huge)


def test_an_archive_in_an_archive_stays_packed(browser):
    """Only the first level is a folder; the inner one is a file that cannot be read."""
    inner = archive({"台账.xlsx": GOOD})
    said = said_of(browser, "套.zip", archive({"里.zip": inner, "台账.xlsx": GOOD}))
    assert "东江应急" in said
    assert said.count("里.zip") >= 1


def test_a_locked_entry_of_an_archive_is_named_and_left_out(browser):
    """The flag of encryption is set on one of two files."""
    content = bytearray(archive({"甲.xlsx": GOOD, "乙.xlsx": GOOD}, packed=False))
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1
    assert "密码" in said_of(browser, "锁.zip", bytes(content))


def test_macros_are_neither_run_nor_kept_from_reading(browser):
    """A workbook with a part of macros reads as one without."""
    with_macros = with_part(GOOD, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(200))
    assert "东江应急" in said_of(browser, "宏.xlsm", with_macros)


def test_too_many_and_too_large_at_once_are_refused(browser, monkeypatch):
    """Number and sum are bounded before any file is looked at."""
    files = [("files", (f"{n}.csv", b"a,b\n")) for n in range(handing_in.MAX_UPLOADS + 1)]
    answer = browser.client.post("/in", data={"_csrf": "csrf-of-a-test"}, files=files, follow_redirects=False)
    assert answer.status_code == 422
    assert "请分批报送" in text_of(answer.text)
    monkeypatch.setattr(handing_in, "MAX_TOTAL_BYTES", 100)
    assert "请分批报送" in said_of(browser, "大.csv", b"x" * 200)
    assert "请选择文件" in text_of(browser.post("/in").text)


def test_a_body_beyond_the_bound_is_not_read(browser):
    """A request larger than the application takes is refused as such."""
    answer = browser.post("/in", files={"files": ("大.bin", bytes(65 << 20))})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\用户\\桌面\\台账.xlsx", "台账.xlsx"),
        ("..", ".."),
        ("\x00\n", "未命名"),
        ("a" * 500 + ".xlsx", "a" * 115 + ".xlsx"),
    ],
)
def test_names_lose_their_folders(name, kept):
    """A name is shown and never a path."""
    assert plain_name(name) == kept


def test_nothing_is_written_outside_of_the_uploads(home, browser):
    """Papers lie under their hash, whatever they are called."""
    browser.post("/in", files={"files": ("../../../evil.xlsx", GOOD)})
    assert not list(home.parent.rglob("evil*"))
    assert all(len(path.name) == 64 for path in (home / "uploads").iterdir())


@pytest.mark.parametrize("file", ["../../log.sqlite", "/etc/passwd", "-1", "1e3", "99999999999"])
def test_downloads_know_files_by_their_place_alone(browser, file):
    """No path leads out."""
    plan = browser.post("/in", files={"files": ("表.xlsx", GOOD)}).headers["location"]
    assert browser.post(f"{plan}/original", data={"file": file, "reason": "核对"}).status_code == 404
    assert (
        browser.post("/in/plans/..%2F..%2Fx/original", data={"file": "0", "reason": "核对"}).status_code
        == 404
    )


@pytest.mark.parametrize(
    "form",
    [
        {"cell:0!台账!F12'; DROP": "x", "was.cell:0!台账!F12'; DROP": "y"},
        {"cell:9!台账!F2": "x"},
        {"cell:0!没有!F2": "x"},
        {"page:0!台账": "no-such-kind", "was.page:0!台账": "accounts"},
        {"time:0!台账": "后天下午"},
        {"q:0000000000": "yes"},
        {"cell:x!台账!F2": "x"},
        {"cell:0!台账!F2": "字" * 3000},
    ],
)
def test_forms_that_name_no_place_change_nothing(browser, form):
    """What a page would not send is refused, and the plan is as it was."""
    plan = browser.post("/in", files={"files": ("表.xlsx", GOOD)}).headers["location"]
    before = fields_of(browser.get(plan).text, "plan")["shown"]
    assert browser.post(plan, data=form).status_code in (404, 422)
    assert fields_of(browser.get(plan).text, "plan")["shown"] == before


def test_markup_in_a_sheet_is_shown_as_text_and_exported_as_text(city, tmp_path):
    """Stored markup stays text on pages; what a spreadsheet would run is marked as text in files."""
    home = copy_of(city, tmp_path)
    name = "<script>alert(1)</script>"
    formula = "+cmd|calc!A0"
    rows = [
        (1, name, "微信订阅号", f"{EAST}应急管理局", "evil-1", EAST, "2026-03-01", "", ""),
        (2, formula, "新浪微博", f"{EAST}应急管理局", "evil-2", EAST, "2026-03-01", "", ""),
    ]
    with console_of(home, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = browser.post("/in", files={"files": (f"{name}.xlsx", ledger(*rows))}).headers["location"]
        page = browser.get(plan).text
        assert "<script>alert" not in page
        done = browser.post(f"{plan}/confirm", data=fields_of(page, "plan"))
        where = done.headers["location"].partition("?")[0]
        assert "<script>alert" not in browser.get(where).text
        exported = browser.get(f"{where}/records.csv").content.decode("utf-8-sig")
        cells = [cell for line in exported.splitlines() for cell in line.replace('"', "").split(",")]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
        assert "cmd" in exported


def test_cells_that_were_copied_can_be_pasted(browser):
    """As WPS puts them on the clipboard: tabs, and quotes around a cell of two lines; a blank first cell is a cell."""
    header = '\t账号名称\t平台\t"主办\n单位"\t账号ID\t地区'
    row = f"1\t东江粘贴\t微信订阅号\t{EAST}应急管理局\teast-zt\t{EAST}"
    answer = browser.post("/in", data={"pasted": f"{header}\r\n{row}\r\n"})
    assert answer.status_code == 303
    page = text_of(browser.get(answer.headers["location"]).text)
    assert ("东江粘贴" in page, "读不出" in page) == (True, False)
    assert f"{EAST}应急管理局" in page
    assert "east-zt" in page


def test_fields_of_a_turned_table_are_rows_of_the_paper(browser):
    """Accounts side by side: what the page calls the lines of fields is what they are on the paper."""
    lines = ("账号名称\t东江甲\t东江乙", "平台\t抖音\t抖音", f"主办单位\t{EAST}应急管理局\t{EAST}应急管理局")
    answer = browser.post("/in", data={"pasted": "\r\n".join((*lines, "账号ID\tdj-1\tdj-2", ""))})
    page = text_of(browser.get(answer.headers["location"]).text)
    assert ("4 行，读 4 行" in page, "4 列" in page) == (True, False)


def test_what_was_pasted_and_refused_stands_there_again(browser, monkeypatch):
    """Nobody copies it a second time."""
    monkeypatch.setattr(handing_in, "MAX_TOTAL_BYTES", 10)
    answer = browser.post("/in", data={"pasted": "账号名称\t平台\n甲\t抖音"})
    assert answer.status_code == 422
    assert "账号名称\t平台" in answer.text
    assert browser.post("/in", data={"pasted": " \n"}).status_code == 422


def test_a_form_without_its_token_is_refused(browser):
    """Handing in, confirming, undoing: nothing happens from another site."""
    plan = browser.post("/in", files={"files": ("表.xlsx", GOOD)}).headers["location"]
    for path in ("/in", f"{plan}", f"{plan}/confirm", f"{plan}/drop", "/in/2026-0001/undo", "/looks/record"):
        assert browser.post(path, data={"reason": "x"}, csrf="").status_code == 403


def test_a_plan_that_is_dropped_is_gone(browser):
    """Nothing of it was written, and nothing of it waits."""
    plan = browser.post("/in", files={"files": ("放弃.xlsx", sheet(("甲", "乙"), (1, 2)))}).headers[
        "location"
    ]
    assert browser.post(f"{plan}/drop").status_code == 303
    assert browser.get(plan).status_code == 404


def test_no_fact_came_of_any_of_this(home):
    """All of it were plans."""
    with kept_engine(), open_workspace(Home(home)) as workspace:
        opened = workspace.known.read(("account.opened",))
    assert "evil" not in str([k.event.subject for k in opened])
    assert Path(home).exists()
