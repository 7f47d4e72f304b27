"""Key periods from the command: declared, on the look list, ended, and reported, a quiet day as well."""

from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from pipeline.home.folder import Home
from pipeline.home.read_model import open_read_model
from pipeline.office.key_periods.daily import AreaDay, DailyReport, Seen
from pipeline.patrol.attention import attentions
from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, sheet
from tests.pipeline.program import asked, done, rows, xuncha

NAME = "专项行动期间"
FROM, UNTIL = "2021-06-16", "2021-06-18"
DECLARE = ("key-period", "declare", NAME, "--from", FROM, "--until", UNTIL, "--looks", "2")


@pytest.fixture
def city(city_model, tmp_path):
    copied(city_model / "home", tmp_path / "home")
    return tmp_path / "home"


def test_a_period_is_declared_listed_ended_and_taken_back(city):
    """The same again changes nothing; another of the name, and nonsense, is refused."""
    done(city, *DECLARE)
    done(city, *DECLARE)
    (period,) = rows(city, "key-period", "list")
    assert (period["looks_a_day"], period["state"], period["days_without_duty"]) == (2, "over", 3)
    assert "already" in xuncha(city, *DECLARE[:-1], "3").complaint
    assert "before the first" in xuncha(city, *DECLARE[:2], "乙", "--from", UNTIL, "--until", FROM).complaint
    assert "no key period 无" in xuncha(city, "key-period", "end", "无").complaint
    assert "anyway" in xuncha(city, "key-period", "end", NAME, "--on", UNTIL).complaint
    done(city, "key-period", "end", NAME, "--on", "2021-06-17")
    (period,) = rows(city, "key-period", "list")
    assert (period["ends_on"], period["ended_early"]) == ("2021-06-17", True)
    done(city, "key-period", "withdraw", NAME, "--reason", "日期有误")
    assert rows(city, "key-period", "list") == []
    done(city, *DECLARE)
    assert rows(city, "key-period", "list")[0]["ends_on"] == UNTIL


def test_a_report_counts_looks_and_names_what_was_found(city, tmp_path):
    """Looks of the day by area; a finding and its account; a day outside of the period is refused."""
    done(city, *DECLARE)
    headers = ("账号ID", "问题", "发现时间", "发现单位")
    found = (c.POSTING, "发布商业广告", "2021-06-16 10:00", "某监测公司")
    done(city, "findings", "import", sheet(tmp_path / "f.csv", headers, found))
    told = asked(city, "key-period", "report", NAME, "--on", "2021-06-16", "--out", tmp_path / "日报")
    (area,) = told["areas"]
    assert (area["accounts"], area["findings"], told["quiet"]) == (5, 1, False)
    assert (area["looked"], area["looks"], area["below"]) == (3, 3, 5)
    assert [one["name"] for one in told["findings"]] == ["某市发布"]
    book = load_workbook(next(path for path in told["files"] if path.endswith(".xlsx")))
    assert book["发现问题"]["D2"].value == "某市发布"
    assert {path.rpartition(".")[2] for path in told["files"]} == {"docx", "xlsx", "html"}
    assert "is no day of" in xuncha(city, "key-period", "report", NAME, "--on", "2021-06-19").complaint


def test_a_quiet_day_says_so(city, tmp_path):
    """Nothing found is reported as nothing found, in words."""
    done(city, *DECLARE)
    told = asked(city, "key-period", "report", NAME, "--on", "2021-06-18", "--out", tmp_path / "日报")
    page = next(path for path in told["files"] if path.endswith(".html"))
    text = (tmp_path / "日报" / page.rpartition("/")[2]).read_text("utf-8")
    assert told["quiet"] is True
    assert "当日没有查看记录，有无异常不能认定。" in text
    assert "当日没有应急事件。" in text
    assert "值班表没有安排当日值班。" in text


@pytest.mark.parametrize(
    ("looked", "findings", "words"),
    [
        (5, 0, "全天未发现异常情况。"),
        (4, 0, "已查看的账号未发现异常情况，其余账号有无异常不能认定。"),
        (0, 0, "当日没有查看记录，有无异常不能认定。"),
        (5, 1, ""),
    ],
)
def test_nothing_is_said_to_be_well_where_nobody_looked(looked, findings, words):
    """A quiet day proves something of the accounts that were looked at alone."""
    area = AreaDay(
        area="甲县", accounts=5, looked=looked, looks=looked, below=0, findings=0, alerts=0, emergencies=0
    )
    now = datetime(2021, 6, 18, 12, tzinfo=UTC)
    found = Seen(area="甲县", owner="某局", name="名", platform="抖音", at=now, what="发布商业广告")
    report = DailyReport(
        name=NAME,
        day=now.date(),
        number=1,
        days=1,
        looks_a_day=1,
        known_at=now,
        areas=(area,),
        findings=(found,) * findings,
        alerts=(),
        emergencies=(),
        duty=None,
    )
    assert report.quiet_words == words


def test_the_patrol_plans_denser_looks_within_a_period_alone(city):
    """What bears on an account of the read model: so many looks a day from the first day to the last."""
    done(city, *DECLARE)
    found = {}
    with open_read_model(Home(city)) as model:
        lines = {line.account_id: line for line in model.lines()}
        for day in ("2021-06-15 12:00", "2021-06-16 00:00", "2021-06-18 23:59", "2021-06-19 00:00"):
            found[day] = {(a.key_period, a.dense) for a in attentions(model, lines, at(day)).values()}
    assert list(found.values()) == [{(False, 1)}, {(True, 2)}, {(True, 2)}, {(False, 1)}]
