"""Filing forms by command: written, filled in, handed in, and handed in again."""

import shutil
from pathlib import Path

import pytest
from docx import Document

from tests.pipeline.filing_desk import LATER, OWNER, filled, opened, opened_account
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows, xuncha


def test_a_form_read_back_is_the_same_filing(home, tmp_path):
    """Round trip: the form of a filed account, handed in again, tells nothing new; a row of its own is told aside."""
    opened(home)
    (account,) = rows(home, "accounts", "list")
    done(home, "filings", "form", "--account", account["subject"], tmp_path / "f.docx")
    before = (rows(home, "filings", "list", *LATER), rows(home, "accounts", "list"))
    document = Document(str(tmp_path / "f.docx"))
    more = document.tables[0].add_row().cells
    more[0].text, more[1].text = "粉丝数", "12000"
    document.save(str(tmp_path / "f.docx"))
    answer = xuncha(home, "filings", "file", "--form", tmp_path / "f.docx", "--filed", "2023-01-29")
    assert (0, True) == (
        answer.status,
        "“粉丝数” was not read" in answer.out,
    )
    assert before == (rows(home, "filings", "list", *LATER), rows(home, "accounts", "list"))


@pytest.mark.slow
def test_people_of_a_form_go_into_their_store_alone(home, tmp_path):
    """Design promise 11: the log holds an id; the form that is written later shows the name again."""
    account = opened_account(home)
    form = tmp_path / "f.docx"
    done(home, "filings", "form", "--account", account, form)
    told = {"报备类别": "", "主要领导/姓名": "张三丰", "主要领导/联系方式": "13800001234"}
    document = filled(form, told)
    done(home, "filings", "file", "--form", document, "--filed", "2023-01-29")
    sql = "SELECT count() AS n FROM records WHERE match(data, '张三丰|13800001234')"
    assert [{"n": 0}] == rows(home, "sql", sql)
    people = asked(home, "accounts", "responsible", account, *LATER)["people"]
    assert ["main_leader"] == list(people)
    done(home, "filings", "form", "--account", account, form)
    texts = {cell.text for row in Document(str(form)).tables[0].rows for cell in row.cells}
    assert {"张三丰", "13800001234"} <= texts
    done(home, "filings", "form", "--account", account, "--without-people", form)
    texts = {cell.text for row in Document(str(form)).tables[0].rows for cell in row.cells}
    assert not {"张三丰", "13800001234"} & texts


def test_a_wrong_form_is_refused_whole(home, tmp_path):
    """The cell is named, no person is stored, no fact is written."""
    account = opened_account(home)
    form = tmp_path / "f.docx"
    done(home, "filings", "form", "--account", account, form)
    filled(form, {"主要领导/姓名": "张三丰", "主要领导/联系方式": "没有"})
    before = rows(home, "filings", "list", *LATER)
    answer = xuncha(home, "filings", "file", "--form", form)
    assert 2 == answer.status
    assert "主要领导联系方式" in answer.complaint
    assert before == rows(home, "filings", "list", *LATER)
    assert (
        not (home / "people.sqlite").exists()
        or b"\xe5\xbc\xa0\xe4\xb8\x89\xe4\xb8\xb0" not in (home / "people.sqlite").read_bytes()
    )


def test_a_form_without_a_day_is_an_application(home, tmp_path):
    """It is no filing yet, and a form with a day is no application any more; the opinions come with it."""
    account = opened_account(home)
    form = tmp_path / "f.docx"
    done(home, "filings", "form", "--account", account, form)
    assert 2 == xuncha(home, "filings", "apply", "--form", form).status
    filled(form, {"账号ID/生效日期": "", "账号名称": "某市公交"})
    filled(form, {"账号ID": "GJ1"})
    answer = xuncha(home, "filings", "file", "--form", form)
    assert (2, True) == (answer.status, "生效日期" in answer.complaint)
    done(home, "filings", "apply", "--form", form, "--at", "2023-01-05")
    found = {c["name"]: c["state"] for c in rows(home, "filings", "list", *LATER)}
    assert {"某市出行": "filed", "某市公交": "approved"} == found


@pytest.mark.slow
def test_forms_of_every_unit_go_out_and_come_back_as_one_workbook(home, tmp_path):
    """A page a unit; handed in again it tells nothing new, in another home it makes the same accounts."""
    opened(home)
    path = tmp_path / "forms.xlsx"
    assert 1 == asked(home, "filings", "form", path)["forms"]
    before = rows(home, "filings", "list", *LATER)
    done(home, "filings", "file", "--form", path, "--filed", "2023-01-29")
    assert before == rows(home, "filings", "list", *LATER)
    other = tmp_path / "other"
    done(other, "init", "--partitions", 4)
    done(other, "filings", "file", "--form", path, "--filed", "2023-01-29")
    assert [("某市出行", OWNER)] == [(a["name"], a["owner"]) for a in rows(other, "accounts", "list")]


def test_a_form_goes_into_a_file_of_a_known_kind(home, tmp_path):
    """DOCX takes one form; other endings are refused, and so is a unit without accounts."""
    opened(home)
    assert 2 == xuncha(home, "filings", "form", tmp_path / "f.pdf").status
    done(home, "filings", "form", "--blank", tmp_path / "blank.docx")
    answer = xuncha(home, "filings", "apply", "--form", tmp_path / "blank.docx")
    assert (2, True) == (answer.status, "账号名称" in answer.complaint)
    assert 2 == xuncha(home, "filings", "form", "--owner", "无此单位", tmp_path / "f.xlsx").status
    shutil.copy(sheet(tmp_path / "x.csv", ("a",)), tmp_path / "x.doc")
    assert "neither a .docx" in xuncha(home, "filings", "file", "--form", tmp_path / "x.doc").complaint


def applied_form(home: Path, path: Path, **told: str) -> Path:
    """Write the form of an application for another account, without opinions."""
    account = opened_account(home)
    done(home, "filings", "form", "--account", account, path)
    texts = {"账号ID": "GJ1", "账号ID/生效日期": "", "账号名称": "某市公交"}
    blank = {"主办单位意见": "年 月 日", "市政府办公室意见": "年 月 日"}
    return filled(path, texts | blank | told)


def test_an_application_handed_in_twice_is_one(home, tmp_path):
    """Without --at, too; what the paper tells the second time is added, and a changed paper is another application."""
    form = applied_form(home, tmp_path / "a.docx", **{"主要领导/姓名": "张三丰"})
    done(home, "filings", "apply", "--form", form)
    later = ("filings", "list", "--on", "2099-01-01")
    before = rows(home, *later)
    assert 2 == len(before)
    assert 0 == asked(home, "filings", "apply", "--form", form)["events"]
    assert before == rows(home, *later)
    filled(form, {"市政府办公室意见": "同意。\n2099年1月1日"})
    assert 1 == asked(home, "filings", "apply", "--form", form)["events"]
    assert ["filed", "approved"] == [c["state"] for c in rows(home, *later)]
    filled(form, {"管理科室": "二科"})
    done(home, "filings", "apply", "--form", form)
    assert 3 == len(rows(home, *later))


def test_the_same_text_after_a_refusal_applies_anew(home, tmp_path):
    """The refused paper handed in again is the refused case; one without the refusal is a new application."""
    form = applied_form(home, tmp_path / "a.docx", 市政府办公室意见="不同意。\n2023年1月12日")
    for _ in range(2):
        done(home, "filings", "apply", "--form", form, "--at", "2023-01-10")
    assert ["filed", "refused"] == [c["state"] for c in rows(home, "filings", "list", *LATER)]
    filled(form, {"市政府办公室意见": "年 月 日"})
    done(home, "filings", "apply", "--form", form, "--at", "2023-02-10")
    states = [c["state"] for c in rows(home, "filings", "list", *LATER)]
    assert ["filed", "refused", "applied"] == states


def test_two_corrections_of_people_on_one_day_are_both_kept(home, tmp_path):
    """A change of people alone has no new texts to tell it by; neither is dropped as the other."""
    account = opened_account(home)
    form = tmp_path / "f.docx"
    done(home, "filings", "form", "--account", account, form)
    texts = {"账号平台/报备类别": "☑变更", "账号ID/生效日期": "2023-02-10"}
    blank = {"主办单位意见": "年 月 日", "市政府办公室意见": "年 月 日"}
    who = ("accounts", "responsible", account)
    seen = []
    for name in ("张三丰", "李四光"):
        filled(form, texts | blank | {"总编辑/姓名": name})
        done(home, "filings", "file", "--form", form, "--filed", "2023-02-13")
        seen.append(asked(home, *who, *LATER)["people"]["chief_editor"])
    assert 2 == len(set(seen))
    assert seen == [c["people"]["chief_editor"] for c in rows(home, "filings", "list", *LATER)[1:]]


def test_people_of_a_later_form_are_responsible_from_its_filing_on(home, tmp_path):
    """What it adds to the account holds since the opening; nobody answers for days before they were named."""
    account = opened_account(home)
    form = tmp_path / "f.docx"
    done(home, "filings", "form", "--account", account, form)
    filled(form, {"主要领导/姓名": "张三丰", "管理科室": "三科"})
    done(home, "filings", "file", "--form", form, "--filed", "2023-02-13")
    told = [
        asked(home, "accounts", "responsible", account, "--on", day) for day in ("2023-02-12", "2023-02-13")
    ]
    assert [("三科", []), ("三科", ["main_leader"])] == [(t["section"], list(t["people"])) for t in told]
    before = rows(home, "filings", "list", *LATER)
    assert 0 == asked(home, "filings", "file", "--form", form, "--filed", "2023-02-14")["events"]
    assert before == rows(home, "filings", "list", *LATER)
