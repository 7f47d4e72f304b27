"""The bulletin from the command line: draft, check, sign, issue, and what each refuses."""

import re
import zipfile
from pathlib import Path

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.office.bulletin.conftest import ISSUE, OFFICE, ROUND, SIGN
from tests.pipeline.program import asked, done, xuncha


def drafted(home, *words):
    return asked(home, "bulletin", "draft", ROUND, *words)


def page_of(written):
    return Path(written["files"]["html"]).read_text("utf-8")


def rewritten(path, change):
    """Change the document inside a DOCX, as an editor would."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["word/document.xml"] = change(parts["word/document.xml"].decode()).encode()
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)


def test_a_draft_has_three_documents_and_its_figures(drafting):
    """The figures of the draft are those of the round's run: one failed, two passed, two unknown."""
    draft = drafted(drafting)
    assert {"docx", "html", "xlsx"} == draft["files"].keys()
    figures = draft["figures"]
    wanted = {"accounts_total": 5, "checked": 5, "passed": 2, "failed": 1, "unknown": 2, "pass_rate": "66.7%"}
    assert wanted == {name: figures[name] for name in wanted}
    assert {"某市交通（微信订阅号）": 28} == figures["silent_days"]
    assert figures == asked(drafting, "bulletin", "figures", ROUND)["figures"]


def test_drafting_again_gives_the_same_bytes(drafting, tmp_path):
    """The same rows and templates give the same documents, so a hash can tell what was edited."""
    first = drafted(drafting)["sha256"]
    assert first == drafted(drafting, "--out", tmp_path / "again")["sha256"]


@pytest.mark.slow
def test_a_bulletin_goes_from_draft_to_issue(signed):
    """Draft, check, sign, issue; the issued documents hold number, date and copies and still say what the rows say.

    A number is given once; a change needs a new draft.
    """
    answer = asked(signed, *ISSUE, "--copy-to", "省政府办公厅", *OVERRIDES)
    state = asked(signed, "bulletin", "show", ROUND)
    assert ("issued", "某府办〔2021〕12号", "2021-06-20") == tuple(
        state[k] for k in ("stage", "number", "issued_on")
    )
    assert 2 == len(state["overrides"])
    assert answer["sha256"] == state["files"]
    page = page_of(answer)
    assert all(text in page for text in ("某府办〔2021〕12号", "2021年6月20日", "抄送：省政府办公厅"))
    assert done(signed, "bulletin", "check", answer["files"]["docx"])
    again = xuncha(signed, *ISSUE)
    assert (1, True) == (again.status, "was issued as" in again.complaint)


@pytest.mark.slow
def test_a_bulletin_with_unknown_rows_waits(signed):
    """Design section 3: without a look by hand or an override with reason it is not issued, and the rows are named.

    An override without a reason, or of an unknown account, is refused.
    """
    answer = xuncha(signed, *ISSUE, "--json")
    assert (1, False) == (answer.status, answer.json["holds"])
    named = {account.partition(":")[2] for account in answer.json["unknown"]}
    assert {text.partition("=")[0] for text in OVERRIDES[1::2]} == named
    assert "signed" == asked(signed, "bulletin", "show", ROUND)["stage"]
    for text in (f"{c.UNSEEN}=", "nobody=看过"):
        assert 2 == xuncha(signed, *ISSUE, "--override", text).status
    without = xuncha(signed, *ISSUE, "--override", c.UNSEEN)
    assert (2, True) == (without.status, "has no reason" in without.complaint)


def test_a_docx_edited_by_hand_is_refused(signed):
    """A figure changed in Word: the check names the place and both numbers, and the issue refuses the draft."""
    (path,) = (signed / "bulletins" / ROUND).rglob("*.docx")
    rewritten(path, lambda xml: xml.replace(">66.7%<", ">99.9%<"))
    answer = xuncha(signed, "bulletin", "check", ROUND)
    assert 1 == answer.status
    assert "pass_rate is written as 99.9%, the rows give 66.7%" in answer.out
    assert "edited by hand" in answer.out
    assert "pass_rate is 99.9%, but its numbers give 66.7%" in answer.out
    refused = xuncha(signed, *ISSUE, *OVERRIDES)
    assert (1, True) == (refused.status, "99.9%" in refused.out)


def test_words_edited_by_hand_are_refused_too(drafting):
    """Also where no figure changed: what goes out is what was checked."""
    path = drafted(drafting)["files"]["docx"]
    rewritten(path, lambda xml: xml.replace("总体情况", "基本情况"))
    answer = xuncha(drafting, "bulletin", "check", path)
    assert (1, 1) == (answer.status, answer.out.count("edited by hand"))


def test_a_run_whose_rows_were_touched_is_refused(signed):
    """The digest of the run no longer holds, so no bulletin of it goes out."""
    from connectors.history.client import open_embedded

    client = open_embedded(signed / "history")
    client.command("DELETE FROM verdict_rows WHERE given_id = {i:String}", parameters={"i": c.SILENT})
    client.close()
    answer = xuncha(signed, "bulletin", "check", ROUND)
    assert (1, True) == (answer.status, "do not have its digest" in answer.out)


def test_steps_are_taken_in_order(frozen):
    """Check and issue need a draft, a signature a check; each refusal names the command that comes first."""
    for step, refused in (
        ("draft", {SIGN: "bulletin draft", ISSUE: "bulletin draft"}),
        ("check", {SIGN: "bulletin check"}),
    ):
        for words, remedy in refused.items():
            answer = xuncha(frozen, *words)
            assert (2, True) == (answer.status, remedy in answer.complaint)
        done(frozen, "bulletin", step, ROUND)


def test_the_internal_version_adds_points_evidence_and_finders(drafting):
    """The public one has none of them."""
    public = page_of(drafted(drafting))
    internal = page_of(drafted(drafting, "--internal"))
    assert "某监测公司" in internal
    assert "某监测公司" not in public
    assert "内部版，不得公开" in internal
    assert "发现单位" not in public


def test_extras_bring_words_and_no_figure(drafting, tmp_path):
    """Good practice of accounts that the registry has, demands and the deadline of the report."""
    extras = tmp_path / "extras.toml"
    extras.write_text(
        'title = "某市通报"\nreport_deadline = 2021-07-15\ndemands = ["限期整改。"]\n'
        '[[practices]]\ntext = "及时发布。"\naccounts = ["某市发布"]\nreads = 120\n',
        "utf-8",
    )
    before = drafted(drafting)["figures"]
    draft = drafted(drafting, "--extras", extras)
    page = page_of(draft)
    assert all(t in page for t in ("某市通报", "2021年7月15日", "限期整改。", "“某市发布”", "120次"))
    assert before == draft["figures"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[practices]]\ntext = "好"\naccounts = ["没有的号"]\n', "没有的号"),
        ("passed = 5\n", "passed"),
        ("report_deadline = 3\n", "report_deadline"),
    ],
)
def test_wrong_extras_are_refused(drafting, tmp_path, text, said):
    """An unknown account, a figure typed in, a date that is none: each named."""
    extras = tmp_path / "extras.toml"
    extras.write_text(text, "utf-8")
    answer = xuncha(drafting, "bulletin", "draft", ROUND, "--extras", extras)
    assert (2, True) == (answer.status, said in answer.complaint)


def test_an_office_changes_words_and_conventions(frozen):
    """Templates of the home stand in for the release's; two digits as Xiangtan prints them."""
    folder = frozen / "templates"
    written = asked(frozen, "bulletin", "templates", folder)
    assert ["bulletin.toml", "bulletin.txt", "bulletin.html", "bulletin.docx"] == written["files"]
    assert [] == asked(frozen, "bulletin", "templates", folder)["files"]
    (folder / "bulletin.toml").write_text('addressees = "各区办"\n[conventions]\ndigits = 2\n', "utf-8")
    text = (folder / "bulletin.txt").read_text("utf-8").replace("总体情况", "基本情况")
    (folder / "bulletin.txt").write_text(text, "utf-8")
    draft = drafted(frozen)
    page = page_of(draft)
    assert ("66.67%", True, True) == (draft["figures"]["pass_rate"], "基本情况" in page, "各区办" in page)


def test_a_fault_in_a_template_names_file_and_line(frozen):
    """A figure that is not there, on its line of the home's own file."""
    folder = frozen / "templates"
    done(frozen, "bulletin", "templates", folder)
    (folder / "bulletin.txt").write_text("第一行\n{{ pass_rat }}\n", "utf-8")
    answer = xuncha(frozen, "bulletin", "draft", ROUND)
    assert 2 == answer.status
    assert "bulletin.txt, line 2" in answer.complaint
    assert "pass_rat" in answer.complaint


def test_a_template_that_leaves_out_the_digest_is_refused(frozen):
    """Design promise 3: a bulletin states ruleset, check point, known-at, run and digest."""
    folder = frozen / "templates"
    done(frozen, "bulletin", "templates", folder)
    text = (folder / "bulletin.txt").read_text("utf-8").replace("@provenance", "")
    (folder / "bulletin.txt").write_text(text, "utf-8")
    drafted(frozen)
    answer = xuncha(frozen, "bulletin", "check", ROUND)
    assert (1, 2) == (answer.status, answer.out.count("does not state digest"))


@pytest.mark.slow
def test_a_newer_run_makes_a_draft_old(frozen, tmp_path):
    """A revision between draft and check: the draft tells of an older run, of which its file is true."""
    path_of_old = drafted(frozen)["files"]["docx"]
    path = tmp_path / "findings.csv"
    path.write_text(f"账号ID,问题,发现时间\n{c.POSTING},red-1-wording,2021-06-10 10:00\n", "utf-8")
    done(frozen, "findings", "import", path)
    done(frozen, "round", "revise", ROUND)
    answer = xuncha(frozen, "bulletin", "check", ROUND)
    assert (1, True) == (answer.status, "has a newer one" in answer.out)
    assert "一致" in done(frozen, "bulletin", "check", path_of_old).out


def test_a_draft_waits_for_the_name_and_heading_of_the_office(city):
    """At a terminal it asks once; elsewhere the message names the command that says it."""
    freeze = ("freeze", ROUND, "--although", "试点")
    for step in (("announce", ROUND, "--check-point", c.CHECK_POINT), ("draw", ROUND), freeze):
        done(city, "round", *step)
    answer = xuncha(city, "bulletin", "draft", ROUND)
    assert (2, True, True) == (
        answer.status,
        "--name and --letterhead" in answer.complaint,
        "xuncha office set" in answer.complaint,
    )
    done(city, "office", "set", "--name", "某办", "--letterhead", "")
    assert "某办" in page_of(drafted(city))


@pytest.mark.slow
def test_a_draft_keeps_what_the_office_said_when_it_was_made(frozen):
    """Rules put in force later, or another name, change no draft; the next one has them."""
    path = drafted(frozen)["files"]["docx"]
    adopt = ("--document", "某府办〔2021〕3号", "--title", "检查指标", "--on", "2021-01-01")
    done(frozen, "rulesets", "adopt", "jiangsu-kunshan-2019-162", *adopt)
    done(frozen, "office", "set", "--name", "另一办公室")
    done(frozen, "bulletin", "check", ROUND)
    done(frozen, "bulletin", "check", path)
    page = page_of(drafted(frozen))
    assert all(text in page for text in ("《检查指标》（某府办〔2021〕3号）", "另一办公室"))


def test_before_the_freeze_there_is_no_bulletin(city):
    """A round that has no rows has no figures."""
    done(city, "round", "announce", ROUND, "--check-point", c.CHECK_POINT)
    answer = xuncha(city, "bulletin", "draft", ROUND)
    assert (2, True) == (answer.status, "freeze it first" in answer.complaint)


@pytest.mark.slow
def test_an_unfiled_account_is_listed_and_not_counted(city):
    """湘潭 2022Q3: what patrol spotted and nobody filed stands in the annex, outside the checked population."""
    seen = ("--platform", "抖音", "--owner", "某市文旅局", "--at", "2021-06-10T10:00:00+08:00")
    done(city, "registry", "spot", "--name", "某市文旅", *seen)
    done(city, "registry", "spot", "--name", c.DERIVED_NAME, *seen)  # stands in the registry under another id
    done(city, "round", "announce", ROUND, "--check-point", c.CHECK_POINT)
    done(city, "round", "draw", ROUND)
    done(city, "round", "freeze", ROUND, "--although", "试点")
    figures = asked(city, "bulletin", "figures", ROUND)["figures"]
    assert (5, 1, 3, 1, 4) == tuple(
        figures[n] for n in ("checked", "failed", "named", "named_outside", "annex_rows")
    )


@pytest.mark.slow
def test_a_severe_case_is_counted_and_not_named_in_public(city, tmp_path):
    """Definitions 4: one line says how many; the internal edition names it, and both editions are checked."""
    path = tmp_path / "findings.csv"
    path.write_text(f"账号ID,问题,发现时间\n{c.POSTING},red-2-secrets,2021-06-10 10:00\n", "utf-8")
    done(city, "findings", "import", path)
    freeze = ("freeze", ROUND, "--although", "试点")
    for step in (("announce", ROUND, "--check-point", c.CHECK_POINT), ("draw", ROUND), freeze):
        done(city, "round", *step)
    done(city, *OFFICE)
    name = asked(city, "accounts", "show", c.POSTING)["name"]
    public, internal = drafted(city), drafted(city, "--internal")
    assert (2, 1) == tuple(public["figures"][n] for n in ("failed", "not_named"))
    assert {} == public["figures"]["failed_by_area"]
    for found, named in ((public, False), (internal, True)):
        said = re.sub("<[^>]*>", "", page_of(found))
        assert (named, not named) == (name in said, "另有1个账号不公开列名" in said)
    done(city, "bulletin", "check", ROUND)
    done(city, "bulletin", "check", ROUND, "--internal")
