"""A mended paper takes the place of the one that was wrong: differences alone, and no twin."""

import signal

import pytest
from openpyxl import Workbook

from tests.copied import copied
from tests.pipeline.office.intake.city import CORRECTED, FOLDER, LEDGER, taken
from tests.pipeline.office.intake.test_taking_in import facts, people, verdicts
from tests.pipeline.program import asked, done, process, rows, xuncha

POINTS = ("intake.before_opened", "intake.after_opened", "intake.before_people", "intake.before_closed")
WORDS = ("--received", "2026-09-03", "--reason", "更正五处")


@pytest.fixture
def ledger(with_ledger, tmp_path):
    return copied(with_ledger, tmp_path / "ledger")


@pytest.fixture(scope="module")
def undisturbed(with_ledger, tmp_path_factory):
    """Facts and people of a home whose ledger was replaced in one go."""
    home = copied(with_ledger, tmp_path_factory.mktemp("undisturbed") / "home")
    replaced(home)
    return facts(home), people(home)


def number_of(home, place=0):
    return rows(home, "intake", "list")[place]["intake"]


def replaced(home, *words):
    plan = asked(home, "intake", "replace", number_of(home), FOLDER / CORRECTED, *WORDS, *words)
    return plan, asked(home, "intake", "confirm", plan["plan"], "--accept-defaults")


def accounts_of(home):
    return {row["account_id"]: row for row in rows(home, "accounts", "list")}


def week(path, *lines):
    book = Workbook()
    book.active.append(["政务新媒体周巡查表（截至2026年8月31日17:30）"])
    book.active.append(["账号名称", "平台", "单位", "最新发文时间"])
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def test_five_mended_cells_are_five_differences(ledger):
    """Name, owner and opening day of three accounts, a platform answered so before, a phone; the rest stays."""
    before, count = accounts_of(ledger), facts(ledger)
    plan, done_ = replaced(ledger)
    assert plan["totals"]["new"] == 3
    assert plan["doubtful"] == []
    assert plan["replaces"] == {
        "intake": number_of(ledger),
        "kept": count["account.opened"] - 3,
        "withdrawn": 3,
    }
    assert (done_["new_facts"], done_["withdrawn"]) == (3, 3)
    after = accounts_of(ledger)
    assert after.keys() == before.keys()
    mended = {(row["name"], row["owner"]) for key, row in after.items() if row != before[key]}
    assert mended == {
        ("青屏文旅", "青屏区文化和旅游局"),
        ("石渡普法", "石渡区司法局"),
        ("禾阳三农", next(r["owner"] for r in after.values() if r["name"] == "禾阳三农")),
    }
    assert [row["stage"] for row in rows(ledger, "intake", "list")] == ["replaced", "taken"]


def test_a_replacement_that_is_undone_takes_all_of_it_along(ledger, home_model, tmp_path):
    """Nothing stands any more, people included: what the first paper said was replaced."""
    before = people(copied(home_model, tmp_path / "before"))
    _, told = replaced(ledger)
    assert people(ledger) != before
    done(ledger, "intake", "undo", told["intake"], "--reason", "两份都不算")
    assert (accounts_of(ledger), people(ledger)) == ({}, before)
    assert asked(ledger, "intake", "undo", number_of(ledger), "--reason", "两份都不算")["undone_before"]


def test_a_replacement_says_the_same_as_the_mended_paper_alone(ledger, home_model, tmp_path):
    """The registry is what it would be if the wrong paper had never come."""
    replaced(ledger)
    alone = copied(home_model, tmp_path / "alone")
    taken(alone, CORRECTED)
    said = ("name", "platform", "owner", "area", "tier", "opened_at", "link")
    assert sorted(str([r.get(f) for f in said]) for r in accounts_of(ledger).values()) == sorted(
        str([r.get(f) for f in said]) for r in accounts_of(alone).values()
    )
    assert people(ledger) == people(alone)


def test_looks_keep_what_is_alike_and_mend_the_rest(registry, tmp_path):
    """A newest post that is older than the one told wrongly contradicts nothing once that one is left out."""
    lines = [
        ["澜川发布", "新浪微博", "澜川市人民政府办公室", "2026-08-31 10:53"],
        ["澜川公安", "新浪微博", "澜川市公安局", "2026-08-30 09:00"],
    ]
    one = asked(registry, "intake", week(tmp_path / "a.xlsx", *lines), "--received", "2026-09-01")
    number = asked(registry, "intake", "confirm", one["plan"], "--accept-defaults")["intake"]
    lines[0][3] = "2026-08-20 08:00"
    paper = week(tmp_path / "b.xlsx", *lines)
    words = ("--received", "2026-09-02", "--reason", "时间有误")
    plan = asked(registry, "intake", "replace", number, paper, *words)
    assert (plan["contradictions"], plan["replaces"]["kept"], plan["replaces"]["withdrawn"]) == ([], 2, 2)
    asked(registry, "intake", "confirm", plan["plan"])
    newest = [row for row in verdicts(registry) if row[0] == "澜川发布" and row[3]]
    assert [row[3][:16] for row in newest] == ["2026-08-20T08:00"]


def test_a_paper_that_lacks_many_accounts_is_asked_about(ledger):
    """The ledger of the region is no mended ledger of the city: unanswered, nothing is replaced."""
    before = facts(ledger)
    paper = next(path for path in FOLDER.iterdir() if path.name.startswith("02") and path.suffix == ".csv")
    plan = asked(ledger, "intake", "replace", number_of(ledger), paper, *WORDS)
    (question,) = [q for q in plan["questions"] if q["why"] == "rows_gone"]
    answer = xuncha(ledger, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert (question["default"], answer.status, "to replace it all the same" in answer.complaint) == (
        "leave_out",
        2,
        True,
    )
    assert before == facts(ledger)
    words = ("intake", "confirm", plan["plan"], "--accept-defaults", "--answer", f"{question['id']}=take")
    assert asked(ledger, *words)["withdrawn"] == before["account.opened"]


def test_accounts_on_which_looks_rest_stay(looks):
    """A paper that lacks them cannot take them from under the looks of other intakes."""
    paper = next(path for path in FOLDER.iterdir() if path.name.startswith("02") and path.suffix == ".csv")
    plan = asked(looks, "intake", "replace", number_of(looks), paper, *WORDS)
    (question,) = [q for q in plan["questions"] if q["why"] == "rows_gone"]
    words = ("intake", "confirm", plan["plan"], "--accept-defaults", "--answer", f"{question['id']}=take")
    answer = xuncha(looks, *words)
    assert (answer.status, "other facts rest on accounts" in answer.complaint) == (1, True)


DAYS = ("2026-08-17", "2026-08-24", "2026-08-31")


def weeks(folder, newest):
    """Write a sheet for each Monday; in the first days and newest post of a row disagree, so that it is asked."""
    folder.mkdir()
    for day in DAYS:
        book = Workbook()
        book.active.append([f"政务新媒体周巡查表（截至{day} 17:30）"])
        book.active.append(["账号名称", "平台", "单位", "最新发文时间", "未更新天数"])
        for name, unit in (("澜川发布", "澜川市人民政府办公室"), ("澜川公安", "澜川市公安局")):
            silent = 9 if (day, name) == (DAYS[0], "澜川公安") else None
            book.active.append([name, "新浪微博", unit, newest[day, name], silent])
        book.save(folder / f"{day}.xlsx")
    return folder


def test_one_of_several_files_is_mended_and_the_others_stay(registry, tmp_path):
    """Three weeks came together: what the two others tell is not withdrawn, and answers hold as given."""
    newest = {(day, name): f"{day} 09:00" for day in DAYS for name in ("澜川发布", "澜川公安")}
    one = asked(registry, "intake", weeks(tmp_path / "a", newest), "--received", "2026-09-01")
    (question,) = [q["id"] for q in one["questions"] if q["why"] == "days_differ"]
    words = ("--accept-defaults", "--answer", f"{question}=newest_post_at")
    number = asked(registry, "intake", "confirm", one["plan"], *words)["intake"]
    before = facts(registry)
    newest[DAYS[1], "澜川公安"] = "2026-08-21 08:00"
    mended = weeks(tmp_path / "b", newest) / f"{DAYS[1]}.xlsx"
    words = ("intake", "replace", number, mended, "--received", "2026-09-09", "--reason", "一处时间有误")
    for unclear in ((), ("--mends", "周报.xlsx"), ("--mends", "0"), ("--mends", "4")):
        answer = xuncha(registry, *words, *unclear)
        assert (answer.status, f"2 {DAYS[1]}.xlsx" in answer.complaint) == (2, True)
    plan = asked(registry, *words, "--mends", "2")
    assert (plan["questions"][0]["answer"], plan["replaces"]["kept"]) == ("newest_post_at", 10)
    told = asked(registry, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert (told["new_facts"], told["withdrawn"]) == (2, 2)  # a post and a look
    assert facts(registry)["account.patrolled"] == before["account.patrolled"] + 1
    shown = rows(registry, "intake", "show", told["intake"])
    assert len({row["file"] for row in shown}) == len(DAYS)
    assert [row["stage"] for row in rows(registry, "intake", "list")][-2:] == ["replaced", "taken"]


def test_all_files_of_an_intake_are_replaced_where_that_is_said(registry, tmp_path):
    """Then what the paper does not tell is withdrawn, as of an intake of one file."""
    newest = {(day, name): f"{day} 09:00" for day in DAYS for name in ("澜川发布", "澜川公安")}
    one = asked(registry, "intake", weeks(tmp_path / "a", newest), "--received", "2026-09-01")
    number = asked(registry, "intake", "confirm", one["plan"], "--accept-defaults")["intake"]
    paper = tmp_path / "a" / f"{DAYS[1]}.xlsx"
    words = ("intake", "replace", number, paper, "--received", "2026-09-01", "--reason", "只有这一周")
    plan = asked(registry, *words, "--mends", "all")
    assert (plan["replaces"]["kept"], plan["replaces"]["withdrawn"]) == (4, 6)


def test_an_intake_is_replaced_once(ledger):
    """The second time it stands no more."""
    number = number_of(ledger)
    replaced(ledger)
    answer = xuncha(ledger, "intake", "replace", number, FOLDER / LEDGER, *WORDS)
    assert (answer.status, "stands no more" in answer.complaint) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_replacement_killed_between_two_steps_ends_like_any_other(ledger, undisturbed, point):
    """The same confirmation goes on with what was kept."""
    plan = asked(ledger, "intake", "replace", number_of(ledger), FOLDER / CORRECTED, *WORDS)["plan"]
    words = ("intake", "confirm", plan, "--accept-defaults")
    killed = process(ledger, *words, env={"XUNCHA_FAIL_POINT": point})
    assert -signal.SIGKILL == killed.status, killed.err
    told = asked(ledger, *words)
    assert (told["new_facts"], told["withdrawn"]) == (3, 3)
    assert undisturbed == (facts(ledger), people(ledger))
    assert [row["stage"] for row in rows(ledger, "intake", "list")] == ["replaced", "taken"]
