"""Files beside papers, and answers about pages as a whole."""

import re
from importlib import resources

from docx import Document
from openpyxl import Workbook

from pipeline.office.intake.page_answers import FOR_PLANNING, FOR_READING
from tests.pipeline.office.intake.city import FOLDER, REGION, WEEK_35
from tests.pipeline.program import asked, done, xuncha

PDF, JPG = b"%PDF-1.7 sealed", b"\xff\xd8\xff\xe0 scan"


def sheet(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_every_question_about_a_page_has_a_branch():
    """A code under which a paper asks about a page is either followed in reading or in planning."""
    text = (resources.files("infra") / "intake" / "reasons.toml").read_text("utf-8")
    part = text.partition("# ---- questions about a page\n")[2].partition("# ----")[0]
    assert set(re.findall(r"^\[(\w+)\]", part, re.MULTILINE)) == FOR_READING | FOR_PLANNING


def test_what_holds_no_table_is_kept_beside_the_papers(with_ledger, tmp_path):
    """Scans of a folder are attachments under their hash; locks are named and left out."""
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / REGION).write_bytes((FOLDER / REGION).read_bytes())
    (folder / "盖章件.pdf").write_bytes(PDF)
    (folder / "截图.jpg").write_bytes(JPG)
    (folder / "~$台账.xlsx").write_bytes(b"lock")
    letter = Document()
    letter.add_paragraph("关于报送台账的函")
    letter.save(folder / "函.docx")
    plan = asked(with_ledger, "intake", folder, "--received", "2026-07-02")
    assert [file["name"] for file in plan["files"]] == [REGION]
    assert {(a["name"], a["kind"]) for a in plan["attachments"]} == {
        ("盖章件.pdf", "pdf"),
        ("截图.jpg", "picture"),
        ("函.docx", "letter"),
    }
    assert plan["left_out"] == [{"name": "~$台账.xlsx", "why": "lock_file"}]
    scan = next(a for a in plan["attachments"] if a["kind"] == "pdf")
    kept = with_ledger / "uploads" / scan["sha256"]
    assert (kept.read_bytes() == PDF, kept.stat().st_mode & 0o777) == (True, 0o600)


def test_a_scan_alone_is_refused(with_ledger, tmp_path):
    """Beside nothing it is no attachment: the sheet itself is asked for."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    plan = asked(with_ledger, "intake", tmp_path / "a.pdf")
    assert (plan["files"][0]["refused"], plan["attachments"]) == ("pdf", [])
    said = done(with_ledger, "intake", tmp_path / "a.pdf").out
    assert "是PDF文件，不能读出表格；请交电子表格，盖章件可作附件" in said
    assert ("没有可以收的文件" in said, "intake confirm" in said) == (True, False)


def test_a_page_of_which_nothing_can_be_taken_offers_no_yes(with_ledger, tmp_path):
    """A form is no list and asks nothing: there is nothing to confirm."""
    form = Document()
    table = form.add_table(4, 2)
    for row, texts in zip(
        table.rows,
        (("账号名称", "东江发布"), ("平台", "微信"), ("主办单位", "江州市府办"), ("开设时间", "2019年")),
        strict=True,
    ):
        row.cells[0].text, row.cells[1].text = texts
    form.save(tmp_path / "表单.docx")
    said = done(with_ledger, "intake", tmp_path / "表单.docx").out
    assert ("逐项填写的表单" in said, "没有新内容可以写入" in said, "intake confirm" in said) == (
        True,
        True,
        False,
    )


def test_scans_without_a_sheet_are_each_refused_by_name(with_ledger, tmp_path):
    """Several of them, or a folder: which file, why, and what to hand in; with a sheet they are its attachments."""
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / "盖章件.pdf").write_bytes(PDF)
    (folder / "截图.jpg").write_bytes(JPG)
    plan = asked(with_ledger, "intake", folder)
    assert {(file["name"], file["refused"]) for file in plan["files"]} == {
        ("盖章件.pdf", "pdf"),
        ("截图.jpg", "picture"),
    }
    assert (plan["attachments"], plan["totals"]["new_facts"]) == ([], 0)


def test_an_answer_about_a_page_may_lead_to_another_question(with_ledger, tmp_path):
    """Once its kind is said, a page asks for the platform of rows without one; `stop` leaves the page out."""
    path = sheet(
        tmp_path / "a.xlsx",
        ["账号名称", "主办单位", "开设时间", "地区"],
        ["江州税务", "江州市税务局", "2020-01-02", "江州市"],
        ["江州气象（抖音）", "江州市气象局", "2020-01-02", "江州市"],
    )
    plan = asked(with_ledger, "intake", path)
    (question,) = plan["questions"]
    assert question["why"] == "page_not_understood"
    words = ("intake", "plan", plan["plan"], "--answer")
    wrong = xuncha(with_ledger, *words, f"{question['id']}=dogs")
    assert (wrong.status, "there is no kind of page" in wrong.complaint) == (2, True)
    (question,) = asked(with_ledger, *words, f"{question['id']}=accounts")["questions"]
    assert (question["why"], question["default"]) == ("no_platform", "微信公众号")
    told = asked(with_ledger, *words, f"{question['id']}=快手")["records"]
    assert [row["platform"] for row in told] == ["快手", "抖音"]
    assert asked(with_ledger, *words, f"{question['id']}=stop")["totals"]["new"] == 0


def test_a_second_answer_takes_the_place_of_the_first(with_registry):
    """An answer may be given again, also where its question is gone because it was followed."""
    plan = asked(with_registry, "intake", FOLDER / WEEK_35, "--received", "2026-09-01")
    question = plan["questions"][0]
    for answer in ("leave_out", question["default"]):
        told = asked(with_registry, "intake", "plan", plan["plan"], "--answer", f"{question['id']}={answer}")
        assert next(q["answer"] for q in told["questions"] if q["id"] == question["id"]) == answer
