"""Drafts and letters against 《整治形式主义为基层减负若干规定》: told beside a check, and it hinders nothing."""

import pytest
from docx import Document

from pipeline.office.bulletin.burden import advice_on_file
from tests.pipeline.office.bulletin.conftest import ROUND
from tests.pipeline.program import asked, done, rows, xuncha


def codes(path, of="single"):
    return [advice.code for advice in advice_on_file(path, of)]


@pytest.mark.slow
def test_a_check_names_clause_and_sentence_and_holds(frozen, tmp_path):
    """Articles 3 and 7: advice stands beside the result of the check, which is recorded all the same."""
    extras = tmp_path / "extras.toml"
    extras.write_text('demands = ["对逾期未改的实行一票否决。", "各县区每月督查一次。"]\n', "utf-8")
    done(frozen, "bulletin", "draft", ROUND, "--extras", extras)
    told = asked(frozen, "bulletin", "check", ROUND)
    assert (True, []) == (told["faults"] == [], told["faults"])
    assert [("veto", "第三条"), ("inspections", "第七条")] == [
        (one["code"], one["article"]) for one in told["advice"]
    ]
    said = xuncha(frozen, "bulletin", "check", ROUND)
    assert (0, True) == (said.status, "第三条" in said.out and "对逾期未改的实行一票否决" in said.out)


def test_the_words_of_this_release_break_no_clause(frozen):
    """A draft of the program's own words asks for nothing that the rules keep documents from."""
    done(frozen, "bulletin", "draft", ROUND)
    assert [] == asked(frozen, "bulletin", "check", ROUND)["advice"]


def test_a_letter_is_read_without_its_tables_and_annexes(tmp_path):
    """Article 2 counts the text: a table, and what stands behind 附件, is none."""
    document = Document()
    document.add_paragraph("字" * 4000)
    document.add_table(1, 1).cell(0, 0).text = "字一票否决"
    document.add_paragraph("附件1")
    document.add_paragraph("字" * 100)
    document.save(tmp_path / "a.docx")
    assert [] == codes(tmp_path / "a.docx")
    document.paragraphs[0].add_run("字")
    document.save(tmp_path / "a.docx")
    assert ["length"] == codes(tmp_path / "a.docx")
    assert [] == codes(tmp_path / "a.docx", "general")


def test_the_command_lists_advice_on_any_document(frozen, tmp_path):
    """For letters, too: a list with the clause of each, and exit 0."""
    path = tmp_path / "提醒函.txt"
    path.write_text("请每周填报表格。\n出现单项否决问题的须整改。", "utf-8")
    (one,) = rows(frozen, "bulletin", "burden", path)
    assert ("forms", "第八条", "请每周填报表格") == (one["code"], one["article"], one["excerpt"])
