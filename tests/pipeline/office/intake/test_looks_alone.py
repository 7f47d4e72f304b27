"""A quarter of an office that only looks: its sheets go in as they are, and verdicts, weeks and warnings follow."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

from events.instants import SHANGHAI
from pipeline.home.folder import Home
from pipeline.home.people import called, open_people
from tests.pipeline.office.intake.jiangzhou import (
    CORRECTED,
    EVENING,
    FOLDER,
    LAST_LOOK,
    LEDGER,
    MERGED,
    ONE_MISSING,
    SLIPS,
    STATUS,
    WEEKS,
    WRONG_WEEK,
    planned,
    taken,
)
from tests.pipeline.program import asked, done, rows, xuncha

DAY = timedelta(days=1)


class Told(NamedTuple):
    """A row of the ledger, read without the program."""

    name: str
    platform: str
    owner: str
    person: str
    phone: str


def ledger() -> list[Told]:
    page = load_workbook(FOLDER / LEDGER).worksheets[0]
    cells = list(page.iter_rows(min_row=4, max_row=151, values_only=True))
    return [Told(row[1], row[2], row[3], row[7], str(row[8] or "")) for row in cells]


def accounts(home):
    return rows(home, "accounts", "list")


def people(home):
    """Return everybody of the people store: unit, name, phone."""
    with closing(open_people(Home(home))) as store:
        found = [store.find(i, called("test of an intake")) for *_, i in store.ids()]
    return sorted((p.unit, p.role, p.name, p.phone) for p in found if p is not None)


def score(home, words) -> dict[str, Any]:
    return asked(home, "score", *words)


def by_name(run):
    return {(row["name"], row["platform"]): row for row in run["rows"]}


def weeks_missed(row):
    return sum(d["count"] for d in row["deductions"] if d["rule"] == "yellow-4-updates")


@pytest.mark.slow
def test_every_account_has_its_unit_and_every_phone_its_person(quarter_of_looks):
    """The ledger goes in with its title, its total and its notes: 148 rows are 148 accounts, and no phone is lost."""
    told = ledger()
    found = accounts(quarter_of_looks)  # one name of the ledger ends with a wide blank
    assert sorted((a["name"], a["owner"]) for a in found) == sorted((t.name.strip(), t.owner) for t in told)
    stored = {
        (unit, name, one) for unit, _, name, phones in people(quarter_of_looks) for one in phones.split("、")
    }
    assert stored == {
        (t.owner, t.person, t.phone) for t in told
    }  # one person has two, each beside an account


@pytest.mark.slow
def test_each_weekly_sheet_is_148_looks(quarter_of_looks):
    """No column was added and no row deleted: title, time of looking and note are read for what they are."""
    sql = "SELECT toString(time) AS at, count() AS n FROM records WHERE type = 'account.patrolled'"
    found = rows(quarter_of_looks, "sql", f"{sql} GROUP BY at ORDER BY at")
    assert [row["n"] for row in found] == [148] * len(WEEKS)
    assert [row["at"][:16] for row in found] == [f"2026-{day[:2]}-{day[2:]} 01:00" for day in WEEKS]


def test_red_line_and_weekly_rule_follow_from_looks_alone(quarter_of_looks):
    """At the moment of the last looks every week is judged: three accounts fail, twelve lose points for weeks."""
    run = score(quarter_of_looks, LAST_LOOK)
    assert (run["checked"], run["failed"], run["unknown"]) == (148, 3, 0)
    assert (run["weeks"]["judged"], run["weeks"]["not_judged"]) == (768, 0)
    found = by_name(run)
    failed = {key: row["whole_days_silent"] for key, row in found.items() if row["verdict"] == "fail"}
    assert failed == {("江州审计", "微信订阅号"): 51, ("高新执法", "新浪微博"): 53, ("云岭文旅", "抖音"): 19}
    missed = {key: weeks_missed(row) for key, row in found.items() if weeks_missed(row)}
    assert len(missed) == 12
    assert (missed["云岭北门街道", "微信订阅号"], missed["云岭发布", "视频号"]) == (3, 1)


@pytest.mark.slow
def test_weeks_that_end_between_looks_are_not_judged_and_it_is_said_what_would_settle_them(quarter_of_looks):
    """Nine hours after the last looks 21 weeks of 12 accounts are open; the check point near by judges all of them."""
    run = score(quarter_of_looks, EVENING)
    weeks = run["weeks"]
    assert (weeks["not_judged"], weeks["accounts"]) == (21, 12)
    assert weeks["settled_by"] == ["posts", "longest_gap", "second_look"]
    assert (weeks["better_check_point"], weeks["not_judged_there"]) == ("2026-08-17T09:00:00+08:00", 0)
    assert sum(row["weeks_not_judged"] or 0 for row in run["rows"]) == 21
    shown = done(quarter_of_looks, "score", *EVENING).out
    assert "若以 2026-08-17 09:00 为监测时间点" in shown
    assert "最长间隔" in shown


def test_an_explanation_says_what_of_an_open_week_nobody_knows(quarter_of_looks):
    """The hours between the look of Monday morning and the end of the week that evening, and how to settle them."""
    words = ("explain", "平川市监（抖音，平川市市场监督管理局）", *EVENING)
    told = asked(quarter_of_looks, *words)
    (first, second) = (week for week in told["weeks"] if week["judged"] == "not_judged")
    span = {"from": "2026-08-10T09:00:00+08:00", "until": "2026-08-10T18:00:00+08:00"}
    assert (told["weeks_not_judged"], first["not_known"]) == (2, [span])
    assert second["not_known"][0]["from"] == "2026-07-20T09:00:00+08:00"
    shown = done(quarter_of_looks, *words).out
    assert "2026-08-10 09:00 至 2026-08-10 18:00" in shown
    assert "可以认定的办法" in shown


def test_the_accounts_are_warned_on_the_two_days_that_a_look_by_hand_holds(quarter_of_looks):
    """Definitions, warn_max_age: a look of Monday warns to the end of Tuesday; all steps are those of a plain model."""
    alerts = rows(quarter_of_looks, "alerts")
    raised = {(a["account_id"], a["level"], a["at"]) for a in alerts if a["type"] == "alert.raised"}
    assert raised == expected_warnings(quarter_of_looks)
    assert len(raised) == 29
    assert {datetime.fromisoformat(at).strftime("%a %H:%M") for _, _, at in raised} == {
        "Mon 09:00",
        "Tue 09:00",
    }


def expected_warnings(home):
    """Reckon from looks alone who is warned when: the highest step due at a moment, while a look still holds."""
    sql = (
        "SELECT subject, toString(time) AS at, JSONExtractString(data, 'shows_from') AS newest FROM records"
        " WHERE type = 'account.patrolled' ORDER BY subject, time"
    )
    looks = [
        (row["subject"].partition(":")[2], utc(row["at"]), utc(row["newest"]))
        for row in rows(home, "sql", sql)
    ]
    last = max(at for _, at, _ in looks)
    found = set()
    for (account, newest), of_one in groupby(looks, key=lambda look: (look[0], look[2])):
        shown = [at for _, at, _ in of_one]
        passed: dict[datetime, str] = {}
        after = newest
        for day in (10, 12, 14):
            due = max(step_due(newest, day), after)
            held = (max(due, at) for at in shown if max(due, at) <= end_of_tuesday(at))
            when = min((at for at in held if at <= last), default=None)
            if when is not None:
                passed[when] = f"day-{day}"
        if proven := [at for at in shown if at > newest + 14 * DAY]:
            passed[proven[0]] = "limit"
        found |= {(account, level, at.isoformat()) for at, level in passed.items()}
    return found


def utc(text):
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC).astimezone(SHANGHAI)


def step_due(newest, day):
    morning = (newest - timedelta(microseconds=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    due = morning + day * DAY
    return due - DAY if due >= newest + 14 * DAY else due


def end_of_tuesday(monday):
    return monday.replace(hour=0) + 2 * DAY


@pytest.mark.slow
def test_a_corrected_ledger_corrects_and_makes_no_twin(weekly):
    """Seven openings become exact and stay with their accounts; undoing gives back the registry and the people."""
    before, who, run = accounts(weekly), people(weekly), score(weekly, LAST_LOOK)
    told = taken(weekly, CORRECTED, "2026-08-18")
    assert told["new_facts"] == 7
    assert len(accounts(weekly)) == 148
    assert accounts(weekly) != before
    done(weekly, "intake", "undo", told["intake"], "--reason", "更正有误")
    assert (accounts(weekly), people(weekly)) == (before, who)
    assert score(weekly, LAST_LOOK)["digest"] == run["digest"]


def test_undoing_the_last_week_gives_back_verdicts_reasons_and_weeks(weekly):
    """What the sheet of 17 August showed is gone: nobody looked at that time."""
    number = rows(weekly, "intake", "list")[-1]["intake"]
    done(weekly, "intake", "undo", number, "--reason", "报错了周次")
    found = by_name(score(weekly, LAST_LOOK))
    assert found["江州审计", "微信订阅号"]["reason"] == "not_looked_since"
    assert found["云岭文旅", "抖音"]["verdict"] == "unknown"


def test_last_weeks_content_under_this_weeks_time_is_held_whole(weekly):
    """Title and column tell different times: nothing is taken until somebody says which; 未更新天数 agrees with one."""
    plan = planned(weekly, WRONG_WEEK, "2026-09-14")
    assert (plan["totals"]["doubtful_rows"], plan["totals"]["new_facts"]) == (148, 0)
    assert {row["why"] for row in plan["doubtful"]} == {"time_conflicts"}
    answer = xuncha(weekly, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert (answer.status, "waits for an answer" in answer.complaint) == (2, True)
    right = planned(weekly, WRONG_WEEK, "2026-09-14", "--time", "2026-09-07 09:00")["totals"]
    assert (right["looks"], right["doubtful_rows"]) == (148, 0)
    wrong = planned(weekly, WRONG_WEEK, "2026-09-14", "--time", "2026-09-14 09:30")["totals"]
    assert (wrong["looks"], wrong["doubtful_rows"]) == (0, 148)


def test_a_sheet_handed_in_a_week_late_under_a_new_time_is_of_another_week(weekly):
    """The sheet of 3 August said to be of 18 August shows posts older than those that are known."""
    plan = planned(weekly, WEEKS["0803"], "2026-08-18", "--time", "2026-08-18 09:00")
    assert plan["totals"]["new_facts"] == 0
    assert plan["totals"]["contradicting_rows"] + plan["totals"]["doubtful_rows"] > 100


def test_merged_owners_fill_down_and_a_page_is_a_district(weekly):
    """Five rows on two pages: four known accounts, one new one with the owner of the merged cell, three people."""
    plan = planned(weekly, MERGED, "2026-08-18")
    totals = plan["totals"]
    assert (totals["accounts"], totals["new"], totals["people"]) == (5, 1, 3)
    new = {row["name"]: row["owner"] for row in plan["records"] if row["platform"] == "抖音"}
    assert new == {"江州教育": "江州市教育局"}


def test_a_closing_date_in_a_column_closes_the_account_on_that_day(weekly):
    """江州旧号 was closed before it was ever registered: opened, and closed on 1 December 2025."""
    assert taken(weekly, STATUS, "2026-08-18")["new_facts"] == 2
    assert "江州旧号" not in by_name(score(weekly, LAST_LOOK))
    sql = "SELECT toString(time) AS at FROM records WHERE type = 'account.closed'"
    assert [row["at"][:10] for row in rows(weekly, "sql", sql)] == ["2025-12-01"]


def test_usual_slips_are_named_row_by_row_and_the_rest_is_taken(weekly):
    """A month 13, 昨天, a bare number, a time of the future and a blank are refused; doubles are asked about."""
    plan = planned(weekly, SLIPS, "2026-11-28")
    refused = {row["row"]: row["why"] for row in plan["refused"]}
    assert refused == {
        5: "does_not_exist",
        7: "relative_time",
        8: "bare_number",
        9: "after_the_look",
        10: "newest_blank",
    }
    assert [row["row"] for row in plan["doubtful"]] == [2, 3, 6]
    assert (plan["totals"]["looks"], plan["totals"]["posts"]) == (1, 1)


def test_a_row_that_is_missing_is_named_and_closes_nothing(weekly):
    """A ledger that leaves out one account says which; all 148 stay open."""
    plan = planned(weekly, ONE_MISSING, "2026-08-18")
    (missing,) = plan["not_listed"]
    assert missing["account"]["name"] == "江州工信服务"
    taken(weekly, ONE_MISSING, "2026-08-18")
    assert rows(weekly, "sql", "SELECT count() AS n FROM records WHERE type = 'account.closed'")[0]["n"] == 0


@pytest.mark.parametrize("name", [LEDGER, *WEEKS.values()])
def test_the_same_sheet_again_is_known_by_its_number(quarter_of_looks, name):
    """Whoever hands a sheet in twice is told so."""
    assert planned(quarter_of_looks, name, "2026-08-18")["taken_before"]


def test_rows_that_waited_for_an_answer_come_with_the_same_sheet_again(home):
    """A ledger confirmed without its defaults leaves rows out and says so; handed in again it brings these alone."""
    plan = planned(home, LEDGER, "2026-07-01")
    waiting = len(plan["doubtful"])
    first = asked(home, "intake", "confirm", plan["plan"])
    assert (len(first["left_out"]), waiting > 0) == (waiting, True)
    again = planned(home, LEDGER, "2026-07-02")["plan"]
    told = done(home, "intake", "confirm", again).out
    assert f"尚有 {waiting} 项待答复" in told
    second = asked(home, "intake", "confirm", again, "--accept-defaults")
    assert (second["new_facts"], second["left_out"], second["taken_before"]) == (waiting, [], False)


def test_a_new_sheet_beside_one_that_was_taken_is_taken(weekly):
    """A folder to which a week was added is handed in whole: what is known adds nothing, and is not left out."""
    days = sorted(WEEKS)
    done(weekly, "intake", "undo", rows(weekly, "intake", "list")[-1]["intake"], "--reason", "再报")
    files = [FOLDER / WEEKS[day] for day in days]
    plan = asked(weekly, "intake", *files, "--received", "2026-08-18")
    told = asked(weekly, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert not told["taken_before"]
    assert told["new_facts"] > 0
    assert {row["fate"] for row in told["left_out"]} <= {"contradicting"}


def test_a_page_whose_time_is_open_asks_for_it_alone(weekly):
    """What its rows would ask follows from the time; it is asked once that is answered."""
    plan = planned(weekly, WRONG_WEEK, "2026-08-18")
    assert len(plan["questions"]) == 1
    assert {row["why"] for row in plan["doubtful"]} == {plan["questions"][0]["why"]}
