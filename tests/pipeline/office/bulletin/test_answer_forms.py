"""The Word form on which a unit answers (整改回执): it goes out filled in, and comes back by the intake."""

import io
import shutil
import struct
import zlib
from pathlib import Path

import pytest
from docx import Document

from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, rows

ON = ("--on", "2021-07-20")
RECEIVED = ("--received", "2021-07-14")
RULE = "red-5-silent"


def png():
    """Return a picture of one dot."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


def tasks(home):
    return rows(home, "rectification", "due", "--all", *ON)


def task_of(home, account=c.SILENT):
    return next(r for r in tasks(home) if (r["account_id"], r["rule"]) == (account, RULE))


def cell(table, label):
    """Return the cell beside a label."""
    for row in table.rows:
        texts = [one.text for one in row.cells]
        if label in texts:
            return row.cells[texts.index(label) + 1]
    raise AssertionError(label)


@pytest.fixture(scope="session")
def blank_form(issued_model, tmp_path_factory):
    """The form of all open tasks, as it goes out."""
    path = tmp_path_factory.mktemp("form") / "整改回执.docx"
    done(issued_model, "rectification", "sheet", "-o", path, *ON)
    return path


@pytest.fixture
def form(blank_form, tmp_path):
    """A copy of it, to fill in."""
    return Path(shutil.copy(blank_form, tmp_path))


def table_of(document, task):
    return next(t for t in document.tables if task["task_id"].startswith(cell(t, "整改编号").text))


def filled(path, task, state="☑已整改  □整改中  □不属实", *, picture=True, said="已恢复更新"):
    """Fill in the table of a task as a unit would."""
    document = Document(path)
    table = table_of(document, task)
    cell(table, "整改情况").text = said
    cell(table, "整改状态").text = state
    cell(table, "完成日期").text = "2021年7月12日"
    if picture:
        cell(table, "佐证材料").paragraphs[0].add_run().add_picture(io.BytesIO(png()))
    document.save(path)
    return path


@pytest.mark.slow
def test_the_form_comes_back_with_its_evidence_bound_to_its_task(issued, form):
    """One table a task; the pasted picture goes with it; tables that nobody filled in answer nothing; undo works."""
    task = task_of(issued)
    assert len(Document(form).tables) == sum(t["state"] in ("waiting", "late") for t in tasks(issued))
    plan = asked(issued, "intake", filled(form, task), *RECEIVED)
    assert ([p["kind"] for p in plan["pages"]], plan["questions"], plan["refused"]) == (["answers"], [], [])
    (record,) = plan["records"]
    assert (record["tasks"], len(record["papers"])) == ([task["task_id"]], 1)
    assert [a["kind"] for a in plan["attachments"]] == ["picture"]
    taken = asked(issued, "intake", "confirm", plan["plan"])
    assert task_of(issued)["state"] == "answered"
    again = asked(issued, "intake", form, *RECEIVED)
    assert (again["totals"]["new_facts"], again["taken_before"]) == (0, [taken["intake"]])
    done(issued, "intake", "undo", taken["intake"], "--reason", "报错了单位", "--second", "分管主任")
    assert task_of(issued)["state"] == "late"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path, task: filled(path, task, "□已整改  □整改中"), "整改状态"),
        (lambda path, task: filled(path, task, "☑已整改  ☑整改中"), "整改状态"),
        (lambda path, task: retold(path, task, "整改编号", ""), "整改编号"),
        (lambda path, _: path, "没有填写"),
    ],
    ids=["no box", "two boxes", "no number", "nothing filled in"],
)
def test_an_unclear_form_is_refused_by_what_stands_in_the_way(issued, form, spoil, told):
    """Nothing is guessed: the file is refused, and the reason names the cell."""
    text = done(issued, "intake", spoil(form, task_of(issued)), *RECEIVED).out
    assert told in text
    assert "整改回执填写不清" in text
    assert task_of(issued)["state"] == "late"


def retold(path, task, label, text):
    """Write something else into a cell of a filled form."""
    filled(path, task)
    document = Document(path)
    cell(table_of(document, task), label).text = text
    document.save(path)
    return path


@pytest.mark.parametrize(("number", "why"), [("ffffffff", "no_such_task"), ("of_another", "task_of_another")])
def test_a_number_of_no_task_or_of_another_account_is_refused(issued, form, number, why):
    """The number binds: an answer never goes to another task than the one that the form names."""
    task = task_of(issued)
    other = next(t for t in tasks(issued) if t["account_id"] != task["account_id"])
    text = other["task_id"][:8] if number == "of_another" else number
    document = Document(filled(form, task))
    for table in document.tables:
        if cell(table, "整改编号").text == text:
            table._element.getparent().remove(table._element)
    cell(table_of(document, task), "整改编号").text = text
    document.save(form)
    plan = asked(issued, "intake", form, *RECEIVED)
    assert [row["why"] for row in plan["refused"]] == [why]
    assert plan["totals"]["answers"] == 0


def test_a_state_that_is_not_done_is_asked_about(issued, form):
    """整改中 answers nothing by itself, as on a sheet."""
    path = filled(form, task_of(issued), "□已整改  ☑整改中  □不属实", picture=False)
    plan = asked(issued, "intake", path, *RECEIVED)
    assert [(q["why"], q["default"]) for q in plan["questions"]] == [("answer_in_work", "leave_out")]


def test_another_word_document_is_refused_as_before(issued, tmp_path):
    """A document without the form is no paper."""
    document = Document()
    document.add_paragraph("关于整改情况的报告")
    document.save(tmp_path / "a.docx")
    assert "Word文件" in done(issued, "intake", tmp_path / "a.docx", *RECEIVED).out
