"""What goes out: under a signature, under a number of its own, and whole behind its fact."""

from pathlib import Path

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.office.bulletin.conftest import ISSUE, OFFICE, ROUND, SIGN
from tests.pipeline.program import asked, done, process, xuncha


def issued_folders(home):
    folder = home / "bulletins" / ROUND / "public" / "issued"
    return sorted(f.name for f in folder.iterdir()) if folder.exists() else []


def test_a_template_changed_after_the_signature_is_refused(signed):
    """What goes out under the signature is what was signed, not what a template says today."""
    words = [*ISSUE, *OVERRIDES]
    folder = signed / "templates"
    done(signed, "bulletin", "templates", folder)
    text = (folder / "bulletin.txt").read_text("utf-8")
    (folder / "bulletin.txt").write_text(text.replace("总体情况", "大好形势"), "utf-8")
    answer = xuncha(signed, *words)
    assert (1, True) == (answer.status, "templates changed since the draft" in answer.out)
    assert ("signed", []) == (asked(signed, "bulletin", "show", ROUND)["stage"], issued_folders(signed))
    (folder / "bulletin.txt").write_text(text, "utf-8")
    done(signed, *words)


def test_another_signature_on_a_signed_draft_is_refused(signed):
    """The same one again is the same fact; another office or role is not passed over in silence."""
    done(signed, *SIGN)
    for other in (("--office", "某市政府办公室", "--role", "副主任"), ("--office", "某局", "--role", "主任")):
        answer = xuncha(signed, "bulletin", "sign", ROUND, *other)
        assert (1, True) == (answer.status, "is signed by 某市政府办公室主任" in answer.complaint)


@pytest.mark.slow
def test_a_number_is_used_once(signed):
    """A number 文号 of another edition is refused, a blank one too; a second issue of a round leaves the first."""
    first = Path(asked(signed, *ISSUE, *OVERRIDES)["files"]["html"])
    before = first.read_bytes()
    for step in ("draft", "check"):
        done(signed, "bulletin", step, ROUND, "--internal")
    done(signed, *SIGN, "--internal")
    for written in ("某府办〔2021〕12号", "某府办[2021] 12号", "某府办（２０２１）１２号"):
        answer = xuncha(signed, "bulletin", "issue", ROUND, "--number", written, "--internal", *OVERRIDES)
        assert (1, True) == (answer.status, "was used for round:" in answer.complaint)
    blank = xuncha(signed, "bulletin", "issue", ROUND, "--number", " ", "--internal")
    assert (2, True) == (blank.status, "--number is blank" in blank.complaint)
    extras = signed.parent / "extras.toml"
    extras.write_text('title = "更正"\n', "utf-8")
    done(signed, "bulletin", "draft", ROUND, "--extras", extras)
    done(signed, "bulletin", "check", ROUND)
    done(signed, *SIGN)
    number = "某府办〔2021〕13号/附"
    second = asked(signed, "bulletin", "issue", ROUND, "--number", number, *OVERRIDES)["files"]["html"]
    assert ["某府办〔2021〕12号", "某府办〔2021〕13号_附"] == issued_folders(signed)
    assert (before, True) == (first.read_bytes(), "更正" in Path(second).read_text("utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "stage"), [("bulletin.before_fact", "signed"), ("bulletin.after_fact", "issued")]
)
def test_an_issue_that_is_killed_is_completed_by_the_same_one(signed, point, stage):
    """No document has its place before its fact; the same command again leaves both, and once."""
    words = [*ISSUE, *OVERRIDES]
    killed = process(signed, *words, env={"XUNCHA_FAIL_POINT": point})
    assert killed.status == -9, killed.err
    assert [name for name in issued_folders(signed) if not name.startswith(".")] == []
    assert stage == asked(signed, "bulletin", "show", ROUND)["stage"]
    answer = asked(signed, *words)
    assert ["某府办〔2021〕12号"] == issued_folders(signed)
    assert answer["sha256"] == asked(signed, "bulletin", "show", ROUND)["files"]
    assert done(signed, "bulletin", "check", answer["files"]["docx"])
    assert 1 == xuncha(signed, *words).status


@pytest.mark.slow
def test_an_account_that_the_freeze_let_stay_unknown_needs_no_override(city):
    """Said once with its reason, at the freeze, it is an override of the bulletin, too."""
    done(city, "round", "announce", ROUND, "--check-point", c.CHECK_POINT)
    done(city, "round", "draw", ROUND)
    done(city, "round", "freeze", ROUND, "--although", "试点", *OVERRIDES)
    done(city, *OFFICE)
    done(city, "bulletin", "draft", ROUND)
    assert 0 == xuncha(city, *ISSUE).status
