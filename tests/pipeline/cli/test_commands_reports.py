"""Commands of reports from below, on a small city."""

import signal
from datetime import UTC, datetime

import pytest

from events.instants import SHANGHAI
from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, by_account, done, process, rows, xuncha

HEADERS = ("账号ID", "检查时间", "检查结果", "问题", "最新发布时间", "是否整改")
RECEIVED = "2021-06-17"
GOOD = (
    (c.POSTING, "2021-06-15", "不合格", "严重表述错误", "", "已整改"),
    (c.UNSEEN, "2021年6月17日 09:00", "合格", "", "2021-06-16", ""),
    (c.SERVICE, "", "未检查", "", "", ""),
)


def report(city, path, *words, unit=c.OFFICE, quarter="2021Q2", received=RECEIVED):
    """Hand in a self-check."""
    given = "reports", "import", path, "--unit", unit, "--quarter", quarter, "--received-at", received
    return xuncha(city, *given, *words, "--json")


def due(city, *words, quarter="2021Q2"):
    """Return the state of each reporter by name."""
    return {r["unit"]: r for r in rows(city, "reports", "due", "--quarter", quarter, *words)}


@pytest.fixture
def areas(home, tmp_path):
    """A home with the accounts of the small city in two areas."""
    platforms = {c.UNSEEN: "新浪微博", c.SERVICE: "微信服务号"}
    listed = [
        (i, name, platforms.get(i, "微信订阅号"), "甲区" if i in (c.POSTING, c.SILENT) else "乙区")
        for i, name in c.NAMES.items()
    ]
    done(
        home, "accounts", "import", sheet(tmp_path / "a.csv", ("账号ID", "账号名称", "平台", "地区"), *listed)
    )
    return home


@pytest.mark.slow
def test_a_self_check_changes_the_verdicts_of_a_round(city, tmp_path):
    """Findings and looks of units count as any: a wording error fails, a look turns unknown into a pass."""
    before = by_account(asked(city, "score", "--check-point", c.CHECK_POINT)["rows"])
    assert ("pass", "unknown") == (before[c.POSTING]["verdict"], before[c.UNSEEN]["verdict"])
    told = report(city, sheet(tmp_path / "z.xlsx", HEADERS, *GOOD)).json
    assert (3, 2, 1) == (told["accounts"], told["checked"], told["failed"])
    after = by_account(asked(city, "score", "--check-point", c.CHECK_POINT)["rows"])
    assert ("fail", "red-1-wording") == (after[c.POSTING]["verdict"], after[c.POSTING]["reason"])
    assert "pass" == after[c.UNSEEN]["verdict"]
    assert before[c.SERVICE] == after[c.SERVICE]
    found = by_account([r for r in rows(city, "findings", "list") if r["rule"] == "red-1-wording"])
    assert c.OFFICE == found[c.POSTING]["finder"]
    told_by = "SELECT DISTINCT actor FROM records WHERE type IN ('report.received', 'self_check.recorded')"
    assert [{"actor": "office"}] == rows(city, "sql", told_by)


@pytest.mark.slow
def test_the_same_report_twice_is_one(city, tmp_path):
    """The second time nothing is new, and a round has the same digest."""
    path = sheet(tmp_path / "z.csv", HEADERS, *GOOD)
    first = report(city, path).json
    digest = asked(city, "score", "--check-point", c.CHECK_POINT)["digest"]
    again = report(city, path).json
    assert (0, first["report_id"]) == (again["events"], again["report_id"])
    assert first["events"] > 0
    assert digest == asked(city, "score", "--check-point", c.CHECK_POINT)["digest"]
    assert (
        "此前已收到"
        in done(
            city,
            "reports",
            "import",
            path,
            "--unit",
            c.OFFICE,
            "--quarter",
            "2021Q2",
            "--received-at",
            RECEIVED,
        ).out
    )


def test_a_check_without_the_newest_post_proves_no_silence(city, tmp_path):
    """A unit that says only that it checked does not turn its account from unknown into fresh or stale."""
    row = (c.UNSEEN, "2021-06-17 09:00", "合格", "", "", "")
    assert 0 == report(city, sheet(tmp_path / "z.csv", HEADERS, row)).status
    verdicts = by_account(asked(city, "score", "--check-point", c.CHECK_POINT)["rows"])
    assert ("unknown", "never_looked") == (verdicts[c.UNSEEN]["verdict"], verdicts[c.UNSEEN]["reason"])


def test_a_wrong_sheet_is_refused_whole_with_every_cell_named(city, tmp_path):
    """Time out of the quarter, result without rule, unknown rule, filled cells of an unchecked account: all named."""
    wrong = (
        (c.POSTING, "2021-03-31", "合格", "", "", ""),
        (c.SILENT, "2021-06-01", "不合格", "", "", ""),
        (c.UNSEEN, "2021-06-01", "不合格", "无此指标", "", ""),
        (c.SERVICE, "2021-06-01", "未检查", "", "", ""),
        (c.POSTING, "2021-06-01", "一般", "", "2021-06-02", "已整改"),
    )
    answer = report(city, sheet(tmp_path / "z.xlsx", HEADERS, *GOOD[:2], *wrong))
    assert 2 == answer.status
    for place in (
        "row 4, column 检查时间 (B4)",
        "row 5, column 问题 (D5)",
        "row 6, column 问题 (D6)",
        "row 7, column 检查时间 (B7)",
        "row 8, column 检查结果 (C8)",
        "row 8, column 最新发布时间 (E8)",
        "row 8, column 是否整改 (F8)",
    ):
        assert place in answer.complaint, place
    assert 2 == len(rows(city, "findings", "list"))


def test_rows_that_contradict_each_other_or_are_of_others_are_refused(areas, tmp_path):
    """One account has one result, one problem stands once, and nobody reports on accounts of others."""
    bad = (
        (c.POSTING, "2021-06-01", "合格", "", "", ""),
        (c.POSTING, "2021-06-01", "不合格", "严重表述错误", "", ""),
        (c.POSTING, "2021-06-01", "不合格", "严重表述错误", "", ""),
        (c.UNSEEN, "2021-06-01", "合格", "", "", ""),
    )
    answer = report(areas, sheet(tmp_path / "z.csv", HEADERS, *bad), unit="甲区")
    assert 2 == answer.status
    for part in (
        "row 3, column 检查结果",
        "is row 3 again",
        "row 5, column 账号",
        "is not an account of 甲区",
    ):
        assert part in answer.complaint, part


def test_a_unit_quarter_or_year_that_is_wrong_is_refused(city, tmp_path):
    """Nobody of that name, no such quarter, a year in a quarter that is not the fourth."""
    path = sheet(tmp_path / "z.csv", HEADERS, *GOOD)
    assert "no unit, area or owner '无此单位'" in report(city, path, unit="无此单位").complaint
    assert "is no quarter; write it like 2023Q1" in report(city, path, quarter="2021-2").complaint
    assert (
        "--covers-year is for the report of a fourth quarter" in report(city, path, "--covers-year").complaint
    )


def test_who_is_late_or_missing_is_told_with_the_share_checked(areas, tmp_path):
    """昆政办发〔2019〕162号 三(三): by the last day of the quarter; --due sets another, as 苏州 2023Q1 does."""
    path = sheet(tmp_path / "z.csv", HEADERS, GOOD[0])
    assert 0 == report(areas, path, unit="甲区", received="2021-06-30").status
    told = due(areas)
    assert ("on_time", 2, 1, "50.0%", 1) == tuple(
        told["甲区"][key] for key in ("timing", "accounts", "checked", "share", "failed")
    )
    assert (["某市交通"], "missing", 0) == (
        told["甲区"]["unchecked"],
        told["乙区"]["timing"],
        told["乙区"]["checked"],
    )
    told = due(areas, "--due", "2021-06-15")
    assert ("late", 15) == (told["甲区"]["timing"], told["甲区"]["days_late"])
    told = due(areas, "--check-point", "2021-06-20T00:00:00+08:00")
    assert {"甲区": "pending", "乙区": "pending"} == {unit: r["timing"] for unit, r in told.items()}
    assert "未报送" in done(areas, "reports", "due", "--quarter", "2021Q2").out


def test_the_fourth_report_tells_of_the_whole_year(areas, tmp_path):
    """Checks of earlier quarters stand in it only with --covers-year; who was never checked is named."""
    path = sheet(tmp_path / "z.csv", HEADERS, (c.POSTING, "2021-03-01", "合格", "", "", ""))
    fourth = {"unit": "甲区", "quarter": "2021Q4", "received": "2021-12-31"}
    refused = report(areas, path, **fourth)
    assert (2, True) == (refused.status, "2021-10-01 to 2021-12-31" in refused.complaint)
    assert 0 == report(areas, path, "--covers-year", **fourth).status
    told = due(areas, quarter="2021Q4")["甲区"]
    assert (True, 0, ["某市交通"]) == (told["covers_year"], told["checked"], told["unchecked_in_year"])
    out = done(areas, "reports", "due", "--quarter", "2021Q4").out
    assert "甲区: 全年未检查 not checked in the year 1: 某市交通" in out


COUNTED = ("账号ID", "检查时间", "检查结果", "问题", "数量", "备注")


def wording(city):
    """Return id, count and whether withdrawn of each wording error that the unit reported."""
    found = [r for r in rows(city, "findings", "list") if r["rule"] == "red-1-wording"]
    return {r["finding_id"]: (r["count"], r["withdrawn"]) for r in found}


def test_a_corrected_count_is_refused_until_the_first_is_withdrawn(city, tmp_path):
    """核减: three errors become one only by a withdrawal; before that the cell is named and nothing is taken."""
    row = (c.POSTING, "2021-06-15", "不合格", "严重表述错误")
    first = sheet(tmp_path / "1.csv", COUNTED, (*row, 3, ""))
    corrected = sheet(
        tmp_path / "2.csv", COUNTED, (*row, 1, ""), (c.SERVICE, "2021-06-15", "合格", "", "", "")
    )
    assert 0 == report(city, first).status
    ((finding, told),) = wording(city).items()
    assert (3, False) == told
    refused = report(city, corrected)
    assert 2 == refused.status
    assert "row 2, column 数量: “1” stands as 3 in a report before this one" in refused.complaint
    assert f"xuncha findings withdraw {finding}" in refused.complaint
    assert {finding: (3, False)} == wording(city)
    done(city, "findings", "withdraw", finding, "--reason", "误报")
    taken = report(city, corrected).json
    assert ([], []) == (taken["left_out"], taken["withdrawn"])
    assert [(1, False), (3, True)] == sorted(wording(city).values())


def test_a_problem_that_a_corrected_report_leaves_out_is_named(city, tmp_path):
    """The fact stands until somebody withdraws it; one that was withdrawn and is told again stays withdrawn."""
    problem = (c.POSTING, "2021-06-15", "不合格", "严重表述错误", 1, "")
    first = sheet(tmp_path / "1.csv", COUNTED, problem)
    second = sheet(tmp_path / "2.csv", COUNTED, (c.POSTING, "2021-06-15", "合格", "", "", ""))
    third = sheet(tmp_path / "3.csv", COUNTED, problem, (c.SERVICE, "2021-06-15", "合格", "", "", ""))
    assert [] == report(city, first).json["left_out"]
    (finding,) = wording(city)
    assert [finding] == report(city, second).json["left_out"]
    done(city, "findings", "withdraw", finding, "--reason", "误报")
    taken = report(city, third).json
    assert ([], [finding]) == (taken["left_out"], taken["withdrawn"])


def test_an_import_that_was_cut_off_is_completed_by_the_same_import(areas, tmp_path):
    """The receipt stands for what the report says, so it never stands without it: killed before it, nothing is lost."""
    path = sheet(tmp_path / "z.csv", HEADERS, GOOD[0])
    words = "reports", "import", path, "--unit", "甲区", "--quarter", "2021Q2", "--received-at", RECEIVED
    killed = process(areas, *words, env={"XUNCHA_FAIL_POINT": "report.before_receipt"})
    assert -signal.SIGKILL == killed.status, killed.err
    assert (1, "missing") == (len(wording(areas)), due(areas)["甲区"]["timing"])
    told = asked(areas, *words)
    assert told["events"] > 0
    assert (1, "on_time") == (len(wording(areas)), due(areas)["甲区"]["timing"])
    assert (told["report_id"], 0) == tuple(asked(areas, *words)[key] for key in ("report_id", "events"))


def test_a_check_of_today_counts_from_when_the_report_came(city, tmp_path):
    """A day without a time of day is its end, but nobody sees anything before it happens; told again it is the same."""
    today = datetime.now(SHANGHAI).date()
    quarter = f"{today.year}Q{(today.month + 2) // 3}"
    problem = (c.POSTING, today, "不合格", "严重表述错误", "", "")
    path = sheet(tmp_path / "1.csv", HEADERS, problem, (c.UNSEEN, today, "合格", "", today, ""))
    more = sheet(tmp_path / "2.csv", HEADERS, problem, (c.SERVICE, "", "未检查", "", "", ""))
    for file in (path, more):
        done(city, "reports", "import", file, "--unit", c.OFFICE, "--quarter", quarter)
    (found,) = [r for r in rows(city, "findings", "list") if r["rule"] == "red-1-wording"]
    assert datetime.fromisoformat(found["found_at"]) <= datetime.now(UTC)
    times = "SELECT max(time) <= now64(6) AS past FROM records WHERE source LIKE 'unit:%'"
    assert [{"past": 1}] == [{"past": int(r["past"])} for r in rows(city, "sql", times)]


@pytest.mark.slow
def test_an_account_that_was_closed_in_the_quarter_may_be_reported_on(areas, tmp_path):
    """It was the area's when it was checked; one that was closed before the quarter is of nobody."""
    path = sheet(tmp_path / "z.csv", HEADERS, GOOD[0])
    for day, status in (("2021-03-31", 2), ("2021-06-16", 0)):
        home = copied(areas, tmp_path / day)
        close = sheet(tmp_path / f"{day}.csv", ("账号ID", "备案类别", "生效时间"), (c.POSTING, "注销", day))
        done(home, "filings", "import", close)
        assert status == report(home, path, unit="甲区", received="2021-06-30").status
        assert (1, 0) == (due(home)["甲区"]["accounts"], due(home)["甲区"]["checked"])


def test_a_receipt_says_whether_it_is_a_day_or_a_time(city, tmp_path):
    """A day alone is its end, flagged; a time stands as it is."""
    path = sheet(tmp_path / "z.csv", HEADERS, *GOOD)
    other = sheet(tmp_path / "y.csv", HEADERS, *GOOD[:2])
    assert 0 == report(city, path).status
    assert 0 == report(city, other, received="2021-06-18 09:30").status
    stored = "SELECT toString(time) AS time, data LIKE '%date_only%' AS day FROM records WHERE type = 'report.received'"
    assert {("2021-06-17 15:59:59.000000", 1), ("2021-06-18 01:30:00.000000", 0)} == {
        (r["time"], int(r["day"])) for r in rows(city, "sql", stored)
    }


def withdraw(home, *words):
    return xuncha(home, "reports", "withdraw", "--reason", "报错了季度", *words, "--json")


@pytest.mark.slow
def test_a_withdrawn_report_takes_its_findings_with_it_and_counts_anew_when_it_comes_again(areas, tmp_path):
    """Nobody reported then, and no finding of it counts; handed in again it is another report. Twice, too."""
    path = sheet(tmp_path / "z.csv", HEADERS, GOOD[0])
    for _ in range(2):
        assert 0 == report(areas, path, unit="甲区").status
        assert "on_time" == due(areas)["甲区"]["timing"]
        assert [0] == [report(areas, path, unit="甲区").json["events"]]
        (finding,) = (i for i, (_, withdrawn) in wording(areas).items() if not withdrawn)
        told = withdraw(areas, "--unit", "甲区", "--quarter", "2021Q2").json
        assert (1, [finding], []) == (told["checks"], told["findings"], told["kept"])
        assert "missing" == due(areas)["甲区"]["timing"]
        assert all(withdrawn for _, withdrawn in wording(areas).values())
    assert 2 == withdraw(areas, "--unit", "甲区", "--quarter", "2021Q2").status


def test_a_finding_that_was_withdrawn_by_itself_stays_so(areas, tmp_path):
    """核减 is about the finding: the report that told it goes and comes again, and the finding does not."""
    path = sheet(tmp_path / "z.csv", HEADERS, GOOD[0])
    told = report(areas, path, unit="甲区").json
    (finding,) = wording(areas)
    done(areas, "findings", "withdraw", finding, "--reason", "误报")
    assert [] == withdraw(areas, told["report_id"]).json["findings"]
    assert [finding] == report(areas, path, unit="甲区").json["withdrawn"]
    assert {finding: (1, True)} == wording(areas)


def test_a_finding_that_another_report_tells_stays(areas, tmp_path):
    """A corrected sheet tells it, too: withdrawing the first leaves it; of two reports one is named by its id."""
    first = sheet(tmp_path / "1.csv", HEADERS, GOOD[0])
    second = sheet(tmp_path / "2.csv", HEADERS, GOOD[0], (c.SILENT, "2021-06-15", "合格", "", "", ""))
    told = report(areas, first, unit="甲区").json
    assert 0 == report(areas, second, unit="甲区").status
    several = withdraw(areas, "--unit", "甲区", "--quarter", "2021Q2")
    assert (2, True) == (several.status, "means 2 reports; name one by its id" in several.complaint)
    (finding,) = wording(areas)
    assert [finding] == withdraw(areas, told["report_id"][:12]).json["kept"]
    assert {finding: (1, False)} == wording(areas)


@pytest.mark.slow
def test_a_withdrawal_of_a_report_that_was_cut_off_is_completed(areas, tmp_path):
    """The report goes last: killed before it, the same again ends as it would have."""
    path = sheet(tmp_path / "z.csv", HEADERS, GOOD[0])
    report(areas, path, unit="甲区")
    words = "reports", "withdraw", "--reason", "报错了", "--unit", "甲区", "--quarter", "2021Q2"
    killed = process(areas, *words, env={"XUNCHA_FAIL_POINT": "report.before_withdrawal"})
    assert -signal.SIGKILL == killed.status, killed.err
    assert "on_time" == due(areas)["甲区"]["timing"]
    done(areas, *words)
    assert "missing" == due(areas)["甲区"]["timing"]
    assert 0 == report(areas, path, unit="甲区").status
    assert [(1, False)] == [told for told in wording(areas).values() if not told[1]]
