"""Confirming and undoing intakes: all or nothing, twice is nothing, and what held before holds again."""

import signal
from shutil import rmtree

import pytest

from events.ids import is_made_up
from tests.connectors.papers.second_city import workbook
from tests.copied import copied
from tests.pipeline.office.intake.city import CORRECTED, FOLDER, LEDGER, WEEK_35, WEEK_36, planned, taken
from tests.pipeline.program import asked, done, process, rows, xuncha

CHECK_POINT = ("--check-point", "2026-09-07T18:00:00+08:00")
POINTS = ("intake.before_opened", "intake.after_opened", "intake.before_closed")


def score(home, *words):
    run = asked(home, "score", *CHECK_POINT, *words)
    return run["digest"], run["known_at"]


def verdicts(home):
    """Return each verdict with what it rests on, without ids of facts."""
    run = asked(home, "score", *CHECK_POINT)
    told = ("name", "verdict", "reason", "newest_post_at", "whole_days_silent", "points")
    return [tuple(row[key] for key in told) for row in sorted(run["rows"], key=lambda r: r["account_id"])]


def facts(home):
    sql = "SELECT type, count() AS n FROM records WHERE topic = 'facts' AND NOT repeats AND type != 'log.marked'"
    return {row["type"]: row["n"] for row in rows(home, "sql", f"{sql} GROUP BY type")}


def newest(home):
    """Return the number of the newest intake."""
    return rows(home, "intake", "list")[-1]["intake"]


def doctor_on_intakes(home):
    return next(row for row in xuncha(home, "doctor", "--json").rows if row["name"] == "intakes")


def people(home):
    return sorted((row["unit"], row["role"]) for row in rows(home, "people", "list"))


@pytest.fixture(scope="module")
def untaken(with_registry, tmp_path_factory):
    """Verdicts before the sheet of the week was taken in."""
    return verdicts(copied(with_registry, tmp_path_factory.mktemp("untaken") / "home"))


@pytest.fixture(scope="module")
def undisturbed(with_looks, tmp_path_factory):
    """Facts and verdicts of a home into which that sheet went in one go."""
    home = copied(with_looks, tmp_path_factory.mktemp("undisturbed") / "home")
    return facts(home), verdicts(home)


def test_the_same_paper_again_adds_no_fact(registry):
    """The bytes that were taken are known by their number, and nothing is written."""
    before = facts(registry)
    again = taken(registry, LEDGER)
    assert (again["intake"][-4:], again["new_facts"], again["taken_before"]) == ("0001", 0, True)
    assert before == facts(registry)


def test_the_same_statements_on_other_paper_are_known(looks, tmp_path):
    """A sheet that differs by a note alone brings no fact, and says that it brings none."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.append(["政务新媒体周巡查表（截至2026年8月31日17:30）"])
    page.append(["账号名称", "平台", "单位", "最新发文时间"])
    page.append(["澜川发布", "新浪微博", "澜川市人民政府办公室", "2026-08-31 10:53"])
    path = tmp_path / "again.xlsx"
    book.save(path)
    plan = asked(looks, "intake", path, "--received", "2026-09-02")
    assert plan["totals"]["new_facts"] == 0
    answer = xuncha(looks, "intake", "confirm", plan["plan"])
    assert (answer.status, "brings nothing new" in answer.complaint) == (2, True)


@pytest.mark.slow
def test_undoing_an_intake_gives_back_every_verdict(registry):
    """Looks and posts go, the verdict is what it was, and the digest of an earlier knowledge is the same."""
    before, (digest, known_at) = verdicts(registry), score(registry)
    number = taken(registry, WEEK_35)["intake"]
    assert before != verdicts(registry)
    told = asked(registry, "intake", "undo", number, "--reason", "报错了周次")
    assert (told["withdrawn"], told["kept"]) == (120, 0)
    assert before == verdicts(registry)
    assert digest == score(registry, "--known-at", known_at)[0]
    assert asked(registry, "intake", "undo", number, "--reason", "报错了周次")["undone_before"]


@pytest.mark.slow
def test_a_paper_taken_in_again_after_an_undo_says_the_same_by_other_facts(looks, undisturbed):
    """Attempt 2 has ids of its own: what was withdrawn stays withdrawn."""
    done(looks, "intake", "undo", newest(looks), "--reason", "报错了周次")
    again = taken(looks, WEEK_35)
    assert (again["new_facts"], again["taken_before"]) == (120, False)
    assert undisturbed[1] == verdicts(looks)


def test_undoing_a_correction_gives_back_the_registry_and_the_people(registry):
    """Five mended cells go back to what they were, phones included."""
    before, who = rows(registry, "accounts", "list"), people(registry)
    number = taken(registry, CORRECTED)["intake"]
    changed = {row["name"] for row in rows(registry, "accounts", "list")}
    assert ("青屏文旅" in changed, "青屏文旋" in changed) == (True, False)
    done(registry, "intake", "undo", number, "--reason", "更正有误")
    assert before == rows(registry, "accounts", "list")
    assert who == people(registry)


def test_accounts_on_which_others_rest_do_not_go_unasked(looks):
    """Undoing the ledger names the looks and posts at its accounts, and goes on only if told to."""
    answer = xuncha(looks, "intake", "undo", "2026-0001", "--reason", "全部作废")
    number = rows(looks, "intake", "list")[0]["intake"]
    answer = xuncha(looks, "intake", "undo", number, "--reason", "全部作废")
    assert (answer.status, "other facts rest on accounts" in answer.complaint) == (1, True)
    assert "derived-" not in answer.err
    assert ":x-" not in answer.err
    told = asked(looks, "intake", "undo", number, "--reason", "全部作废", "--although")
    assert told["withdrawn"] >= 58
    assert {row["name"] for row in rows(looks, "accounts", "list")} == {
        *("北澜新区发布", "北澜新区", "北澜经发", "北澜民生", "北澜执法", "䶮泽微事")
    }


def test_a_fact_that_another_intake_states_stays(looks):
    """Both weeks show the same newest post of an account: it falls with the second intake only."""
    first, second = newest(looks), taken(looks, WEEK_36)
    told = asked(looks, "intake", "undo", first, "--reason", "表作废")
    assert told["kept"] == second["known_facts"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_confirmation_killed_between_two_steps_ends_like_any_other(registry, undisturbed, point):
    """The same command goes on with what was kept: one number, each fact once.

    Opened and not closed, doctor warns of it with `xuncha intake confirm PLAN`, until that was done.
    """
    plan = planned(registry, WEEK_35)["plan"]
    words = ("intake", "confirm", plan, "--accept-defaults")
    killed = process(registry, *words, env={"XUNCHA_FAIL_POINT": point})
    assert -signal.SIGKILL == killed.status, killed.err
    if point != POINTS[0]:
        told = doctor_on_intakes(registry)
        assert (told["state"], f"`xuncha intake confirm {plan}`" in told["advice"]) == ("warning", True)
    assert asked(registry, *words)["new_facts"] == 120
    assert undisturbed == (facts(registry), verdicts(registry))
    assert [row["stage"] for row in rows(registry, "intake", "list")] == ["taken"] * 3
    assert doctor_on_intakes(registry)["state"] == "ok"


@pytest.mark.slow
@pytest.mark.parametrize("point", ["undo.after_facts", "undo.before_withdrawn"])
def test_an_undo_killed_between_two_steps_ends_like_any_other(looks, untaken, point):
    """Each fact is withdrawn once, however often the undo begins."""
    words = ("intake", "undo", newest(looks), "--reason", "报错了周次")
    killed = process(looks, *words, env={"XUNCHA_FAIL_POINT": point})
    assert -signal.SIGKILL == killed.status, killed.err
    assert asked(looks, *words)["withdrawn"] == 120
    assert untaken == verdicts(looks)
    left = facts(looks)
    assert left["look.withdrawn"] == left["account.patrolled"] == 60


def test_a_fact_says_where_it_comes_from(with_looks):
    """Actor, intake and basis stand beside each fact of an intake, and are no part of it."""
    sql = "SELECT DISTINCT actor, intake FROM records WHERE type = 'account.patrolled'"
    (told,) = rows(with_looks, "sql", sql)
    assert (told["actor"], told["intake"][-4:]) == ("office", "0003")
    sql = "SELECT basis FROM records WHERE type = 'account.patrolled' AND basis LIKE '%Sheet1!4'"
    assert len(rows(with_looks, "sql", sql)) == 1


def test_the_manifest_lies_with_the_evidence_and_is_held_against_its_hash(with_looks):
    """`evidence verify` knows the manifests of intakes, and finds none that nobody names."""
    proof = asked(with_looks, "evidence", "verify")
    assert (proof["holds"], proof["unnamed"]) == (True, [])
    assert len(proof["rows"]) == 3


def test_a_paper_whose_copy_was_cut_off_is_taken_again(with_registry, tmp_path):
    """What a kill left half is no paper: the same command keeps the file whole, and reads it."""
    home = copied(with_registry, tmp_path / "home")
    rmtree(home / "uploads", ignore_errors=True)  # other tests plan this paper in the home that is copied
    words = ("intake", FOLDER / WEEK_35, "--received", "2026-09-01")
    killed = process(home, *words, env={"XUNCHA_FAIL_POINT": "upload.before_rename"})
    assert -signal.SIGKILL == killed.status, killed.err
    assert planned(home, WEEK_35)["totals"]["looks"] == 59
    assert not [path.name for path in (home / "uploads").iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_nobody_plans_beside_an_intake_that_is_being_written(with_registry, tmp_path):
    """Its accounts would be opened twice; ended, the other one goes on."""
    home = copied(with_registry, tmp_path / "home")
    first, second = planned(home, WEEK_35)["plan"], planned(home, CORRECTED)["plan"]
    words = ("intake", "confirm", first, "--accept-defaults")
    assert -signal.SIGKILL == process(home, *words, env={"XUNCHA_FAIL_POINT": "intake.after_opened"}).status
    answer = xuncha(home, "intake", "confirm", second, "--accept-defaults")
    assert (answer.status, first in answer.complaint) == (1, True)
    done(home, *words)
    assert asked(home, "intake", "confirm", second, "--accept-defaults")["new_facts"] > 0


@pytest.mark.parametrize(
    ("ids", "kept", "hints"),
    [
        ("", [None, None], []),
        ("yunting_a、yunting_b", ["yunting_a", "yunting_b"], []),
        ("yunting_a", [None, None], ["one_id_for_several", "one_id_for_several"]),
    ],
)
def test_two_accounts_in_one_cell_are_two_accounts(home_model, tmp_path, ids, kept, hints):
    """Each is opened with an id of its own; other paper that says the same brings nothing, an undo takes both back."""
    home = copied(home_model, tmp_path / "home")
    lines = [
        ["账号名称", "平台", "主办单位", "账号ID"],
        ["云汀教育、云汀招生", "订阅号", "云汀市教育局", ids],
    ]
    book = tmp_path / "a.xlsx"
    book.write_bytes(workbook(表=lines))
    plan = asked(home, "intake", book, "--received", "2026-07-01")
    taken = asked(home, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert taken["new_facts"] == 2
    assert [hint["why"] for hint in plan["hints"]] == hints
    opened = {row["name"]: row["account_id"] for row in rows(home, "accounts", "list")}
    found = [None if is_made_up(opened[name]) else opened[name] for name in ("云汀教育", "云汀招生")]
    assert (len(opened), found) == (2, kept)
    book.write_bytes(workbook(表=[*lines, [], ["注：另一份"]]))
    assert asked(home, "intake", book, "--received", "2026-07-01")["totals"]["new_facts"] == 0
    done(home, "intake", "undo", taken["intake"], "--reason", "表格有误")
    assert rows(home, "accounts", "list") == []
