"""What goes out: under a signature, under a number of its own, and whole behind its fact."""

from pathlib import Path

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.office.bulletin.conftest import OFFICE, ROUND
from tests.pipeline.office.bulletin.test_commands_bulletin import ISSUE, SIGN, overrides, signed
from tests.pipeline.program import asked, done, process, xuncha


def issued_folders(home):
    folder = home / "bulletins" / ROUND / "public" / "issued"
    return sorted(f.name for f in folder.iterdir()) if folder.exists() else []


def test_a_template_changed_after_the_signature_is_refused(frozen):
    """What goes out under the signature is what was signed, not what a template says today."""
    signed(frozen)
    words = [*ISSUE, *overrides(frozen)]
    folder = frozen / "templates"
    done(frozen, "bulletin", "templates", folder)
    text = (folder / "bulletin.txt").read_text("utf-8")
    (folder / "bulletin.txt").write_text(text.replace("总体情况", "大好形势"), "utf-8")
    answer = xuncha(frozen, *words)
    assert (1, True) == (answer.status, "templates changed since the draft" in answer.out)
    assert ("signed", []) == (asked(frozen, "bulletin", "show", ROUND)["stage"], issued_folders(frozen))
    (folder / "bulletin.txt").write_text(text, "utf-8")
    done(frozen, *words)


def test_another_signature_on_a_signed_draft_is_refused(frozen):
    """The same one again is the same fact; another office or role is not passed over in silence."""
    signed(frozen)
    done(frozen, *SIGN)
    for other in (("--office", "某市政府办公室", "--role", "副主任"), ("--office", "某局", "--role", "主任")):
        answer = xuncha(frozen, "bulletin", "sign", ROUND, *other)
        assert (1, True) == (answer.status, "is signed by 某市政府办公室主任" in answer.complaint)


def test_a_number_is_used_once(frozen):
    """A number 文号 of another edition is refused, a blank one too; a second issue of a round leaves the first."""
    signed(frozen)
    waiting = overrides(frozen)
    first = Path(asked(frozen, *ISSUE, *waiting)["files"]["html"])
    before = first.read_bytes()
    for step in ("draft", "check"):
        done(frozen, "bulletin", step, ROUND, "--internal")
    done(frozen, *SIGN, "--internal")
    for written in ("某府办〔2021〕12号", "某府办[2021] 12号", "某府办（２０２１）１２号"):
        answer = xuncha(frozen, "bulletin", "issue", ROUND, "--number", written, "--internal", *waiting)
        assert (1, True) == (answer.status, "was used for round:" in answer.complaint)
    blank = xuncha(frozen, "bulletin", "issue", ROUND, "--number", " ", "--internal")
    assert (2, True) == (blank.status, "--number is blank" in blank.complaint)
    extras = frozen.parent / "extras.toml"
    extras.write_text('title = "更正"\n', "utf-8")
    done(frozen, "bulletin", "draft", ROUND, "--extras", extras)
    done(frozen, "bulletin", "check", ROUND)
    done(frozen, *SIGN)
    number = "某府办〔2021〕13号/附"
    second = asked(frozen, "bulletin", "issue", ROUND, "--number", number, *waiting)["files"]["html"]
    assert ["某府办〔2021〕12号", "某府办〔2021〕13号_附"] == issued_folders(frozen)
    assert (before, True) == (first.read_bytes(), "更正" in Path(second).read_text("utf-8"))


@pytest.mark.parametrize(
    ("point", "stage"), [("bulletin.before_fact", "signed"), ("bulletin.after_fact", "issued")]
)
def test_an_issue_that_is_killed_is_completed_by_the_same_one(frozen, point, stage):
    """No document has its place before its fact; the same command again leaves both, and once."""
    signed(frozen)
    words = [*ISSUE, *overrides(frozen)]
    killed = process(frozen, *words, env={"XUNCHA_FAIL_POINT": point})
    assert killed.status == -9, killed.err
    assert [name for name in issued_folders(frozen) if not name.startswith(".")] == []
    assert stage == asked(frozen, "bulletin", "show", ROUND)["stage"]
    answer = asked(frozen, *words)
    assert ["某府办〔2021〕12号"] == issued_folders(frozen)
    assert answer["sha256"] == asked(frozen, "bulletin", "show", ROUND)["files"]
    assert done(frozen, "bulletin", "check", answer["files"]["docx"])
    assert 1 == xuncha(frozen, *words).status


def test_an_account_that_the_freeze_let_stay_unknown_needs_no_override(city):
    """Said once with its reason, at the freeze, it is an override of the bulletin, too."""
    done(city, "round", "announce", ROUND, "--check-point", c.CHECK_POINT)
    done(city, "round", "draw", ROUND)
    done(city, "round", "freeze", ROUND, "--although", "试点", *OVERRIDES)
    done(city, *OFFICE)
    signed(city)
    assert 0 == xuncha(city, *ISSUE).status
