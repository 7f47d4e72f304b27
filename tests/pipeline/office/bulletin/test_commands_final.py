"""What went out, held against ours: `bulletin issue --final`, `bulletin list`, and correction notices."""

from pathlib import Path

import docx
import pytest

from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.office.bulletin.conftest import ISSUE, ROUND
from tests.pipeline.program import asked, done, process, xuncha

FIRST, SECOND = "某府办〔2021〕12号", "某府办〔2021〕15号"
WRONG = ("--wrong", "某市交通", "--right", "某市交通运输")
CORRECT = ("bulletin", "correct")
ON = ("--on", "2021-06-25")


def sealed(path, folder, *added):
    """Return a document as the office's own system gives it back: saved anew, maybe with words added."""
    document = docx.Document(path)
    for words in added:
        document.add_paragraph(words)
    final = folder / "定稿.docx"
    document.save(final)
    return final


@pytest.fixture
def final(gone_out_model):
    """The text as it will go out, made in another home."""
    (path,) = (gone_out_model / "bulletins" / ROUND / "public" / "issued").rglob("*.docx")
    return path


def test_a_bulletin_goes_out_without_our_signature_and_says_that_nothing_was_compared(checked):
    """Proof-reading, signature and seal are elsewhere; without the final file that is said."""
    answer = done(checked, *ISSUE, *OVERRIDES)
    assert "未与印发稿核对" in answer.out
    assert (None, "issued") == tuple(asked(checked, "bulletin", "show", ROUND)[k] for k in ("final", "stage"))
    missing = xuncha(checked, "bulletin", "issue", ROUND)
    assert (2, True) == (missing.status, "--number is missing" in missing.complaint)


@pytest.mark.slow
def test_a_final_file_that_says_the_same_is_kept(checked, final, tmp_path):
    """Saved by another program it has other bytes and the same words."""
    answer = asked(checked, *ISSUE, *OVERRIDES, "--final", sealed(final, tmp_path))
    assert f"{ROUND}.final.docx" == answer["final"]
    folder = Path(answer["files"]["docx"]).parent
    assert f"{ROUND}.final.docx" in {path.name for path in folder.iterdir()}
    (row,) = asked(checked, "bulletin", "list")["rows"]
    assert ("issued", FIRST, True, []) == tuple(row[k] for k in ("stage", "number", "final", "corrections"))


@pytest.mark.slow
def test_a_final_file_with_words_added_is_refused_by_name(checked, final, tmp_path):
    """Nothing goes out; a file that is no DOCX is told what to do."""
    edited = sealed(final, tmp_path, "另外补充一句。")
    answer = xuncha(checked, *ISSUE, *OVERRIDES, "--final", edited)
    assert (1, True) == (answer.status, "adds “另外补充一句。”" in answer.out)
    assert "checked" == asked(checked, "bulletin", "list")["rows"][0]["stage"]
    wrong = xuncha(checked, *ISSUE, "--final", final.with_suffix(".html"))
    assert (2, True) == (wrong.status, "is no .docx" in wrong.complaint)


@pytest.mark.slow
def test_a_correction_names_the_first_bulletin_and_says_what_was_wrong_and_right(gone_out):
    """Drafted, checked, issued under a number of its own, that nobody else has; the list shows it."""
    draft = asked(gone_out, *CORRECT, "draft", "某府办[2021] 12号", *WRONG)
    page = Path(draft["files"]["html"]).read_text("utf-8")
    assert all(text in page for text in (FIRST, "“某市交通”应为“某市交通运输”", "草稿"))
    done(gone_out, *CORRECT, "check", FIRST)
    taken = xuncha(gone_out, *CORRECT, "issue", FIRST, "--number", FIRST, *ON)
    assert (1, True) == (taken.status, "is taken" in taken.complaint)
    notice = asked(gone_out, *CORRECT, "issue", FIRST, "--number", SECOND, *ON)
    page = Path(notice["files"]["html"]).read_text("utf-8")
    assert all(text in page for text in (FIRST, SECOND, "2021年6月25日"))
    assert [SECOND] == asked(gone_out, "bulletin", "list")["rows"][0]["corrections"]
    again = xuncha(gone_out, *CORRECT, "issue", FIRST, "--number", SECOND, *ON)
    assert (1, True) == (again.status, "was issued as" in again.complaint)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("draft", FIRST, "--wrong", "没有的话", "--right", "别的话"), "does not stand in the bulletin"),
        (("draft", FIRST, "--wrong", "某市交通", "--right", "某市 交通"), "called wrong and right"),
        (("draft", FIRST, *WRONG, "--wrong", "某市"), "give a pair"),
        (("draft", "某府办〔2021〕99号", *WRONG), "no bulletin went out under"),
        (("issue", FIRST, "--number", SECOND), "no correction of"),
    ],
)
def test_a_correction_that_corrects_nothing_is_refused(gone_out_model, words, said):
    """Each with what to do; nothing is written."""
    answer = xuncha(gone_out_model, *CORRECT, *words)
    assert (2, True) == (answer.status, said in answer.complaint)


def test_a_draft_of_a_correction_that_was_edited_is_not_issued(gone_out):
    """What goes out is what was drafted."""
    path = Path(asked(gone_out, *CORRECT, "draft", FIRST, *WRONG)["files"]["html"])
    path.write_text(path.read_text("utf-8").replace("运输", "局"), "utf-8")
    answer = xuncha(gone_out, *CORRECT, "issue", FIRST, "--number", SECOND, *ON)
    assert (1, True) == (answer.status, "was edited by hand" in answer.out)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["bulletin.before_correction", "bulletin.after_correction"])
def test_a_correction_that_is_killed_is_completed_by_the_same_command(gone_out, point):
    """Fact and folder, once."""
    done(gone_out, *CORRECT, "draft", FIRST, *WRONG)
    words = (*CORRECT, "issue", FIRST, "--number", SECOND, *ON)
    killed = process(gone_out, *words, env={"XUNCHA_FAIL_POINT": point})
    assert killed.status == -9, killed.err
    notice = asked(gone_out, *words)
    assert all(Path(path).is_file() for path in notice["files"].values())
    assert [SECOND] == asked(gone_out, "bulletin", "list")["rows"][0]["corrections"]


@pytest.mark.slow
def test_an_issue_with_a_final_file_that_is_killed_is_completed_with_it(checked, final, tmp_path):
    """Behind the fact the same command puts ours and the final file in place."""
    words = [*ISSUE, *OVERRIDES, "--final", sealed(final, tmp_path)]
    killed = process(checked, *words, env={"XUNCHA_FAIL_POINT": "bulletin.after_fact"})
    assert killed.status == -9, killed.err
    answer = asked(checked, *words)
    folder = Path(answer["files"]["docx"]).parent
    assert {f"{ROUND}.{ending}" for ending in ("docx", "html", "xlsx", "final.docx")} == {
        path.name for path in folder.iterdir()
    }
