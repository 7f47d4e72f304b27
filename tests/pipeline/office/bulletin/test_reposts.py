"""Repost orders from the command to the bulletin: who is asked, who did, who is praised."""

from datetime import UTC, datetime

import pytest

from events import fact_ids
from events.codec import Event
from events.post import PostPublished
from pipeline.home.folder import Home
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.reposts.suggestions import says
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.bulletin.conftest import ROUND
from tests.pipeline.program import asked, done, rows, xuncha

NUMBER = "转载〔2021〕3号"
ORDER = (
    "reposts",
    "order",
    NUMBER,
    "--title",
    "某通知",
    "--due",
    "2021-06-10T18:00:00+08:00",
    "--source",
    "中国政府网",
)
HEADERS = ("账号ID", "任务编号", "转载时间", "转载链接")


@pytest.fixture
def ordered(frozen):
    done(frozen, *ORDER)
    return frozen


def states(home, *words):
    return {row["name"]: row["state"] for row in rows(home, "reposts", "show", NUMBER, *words)}


def test_who_carried_a_piece_is_listed_by_account_and_unit(ordered, tmp_path):
    """A sheet may name days; the same order and the same sheet again change nothing."""
    done(ordered, *ORDER)
    late = (c.SILENT, "转载[2021]3号", "2021-06-11", "")
    path = sheet(tmp_path / "z.csv", HEADERS, (c.POSTING, NUMBER, "2021-06-10", "https://example.cn/1"), late)
    assert asked(ordered, "reposts", "import", path)["events"] == 2
    assert asked(ordered, "reposts", "import", path)["events"] == 0
    done(ordered, "reposts", "done", NUMBER, c.NAMES[c.UNSEEN], "--at", "2021-06-09 10:00")
    assert states(ordered) == {
        "某市发布": "done",
        "某市交通": "late",
        "某市体育": "done",
        "某市旅游": "missing",
        "某市教育": "missing",
    }
    (order,) = rows(ordered, "reposts", "list")
    assert (order["asked"], order["done"], order["share"]) == (5, 2, "40.0%")
    shares = {row["unit"]: row["share"] for row in rows(ordered, "reposts", "units", NUMBER)}
    assert shares == {"某市教育局": "0.0%", c.OFFICE: "50.0%"}
    assert {row["name"] for row in rows(ordered, "reposts", "missing")} == {"某市旅游", "某市教育"}
    assert {row["name"] for row in rows(ordered, "reposts", "praise", "--quarter", "2021Q2")} == {
        "某市发布",
        "某市体育",
    }
    done(ordered, "reposts", "withdraw", NUMBER, "--account", c.POSTING, "--reason", "登记有误")
    assert states(ordered)["某市发布"] == "missing"


def test_what_makes_no_sense_is_refused(ordered):
    """An unknown order, area or account, a number that is taken, a time to come."""
    other = [*ORDER]
    other[4] = "另一通知"
    assert "is that of another order" in xuncha(ordered, *other).complaint
    assert "no order 转载9号" in xuncha(ordered, "reposts", "done", "转载9号", c.POSTING).complaint
    assert xuncha(ordered, "reposts", "done", NUMBER, "无此账号").status != 0
    assert xuncha(ordered, *ORDER[:2], "转载2号", *ORDER[3:], "--area", "无此区").status != 0
    future = ("--at", "2999-01-01 10:00")
    assert "still to come" in xuncha(ordered, "reposts", "done", NUMBER, c.POSTING, *future).complaint


def test_only_pieces_of_listed_source_units_are_ordered(frozen):
    """昆政办发〔2019〕162号 二(四) 原则上只转载市委市政府确定的稿源单位发布的信息: where the settings list them."""
    with (frozen / "xuncha.toml").open("a", encoding="utf-8") as file:
        file.write('\nrepost_sources = ["中国政府网", "新华社"]\n')
    order = ("reposts", "order", NUMBER, "--title", "某通知", "--due", "2021-06-10 18:00")
    refused = xuncha(frozen, *order, "--source", "新华社", "--source", "新华网")
    assert 2 == refused.status
    assert "新华网 is no source unit of the settings" in refused.complaint
    assert "the nearest: 新华社" in refused.complaint
    assert [] == rows(frozen, "reposts", "list")
    done(frozen, *order, "--source", " 新华社")
    assert ["新华社"] == rows(frozen, "reposts", "list")[0]["source_units"]


@pytest.mark.slow
def test_a_bulletin_names_who_carried_everything(ordered, tmp_path):
    """无锡 2022Q4: a paragraph among the good practices, the roll as an annex, and who was late among the problems."""
    path = sheet(tmp_path / "z.csv", HEADERS, (c.POSTING, NUMBER, "2021-06-10", ""))
    done(ordered, "reposts", "import", path)
    done(ordered, "bulletin", "draft", ROUND)
    done(ordered, "bulletin", "check", ROUND)
    html = (ordered / "bulletins" / ROUND / "public" / f"{ROUND}.html").read_text("utf-8")
    assert "积极转载权威信息" in html
    assert "按时完成全部转载任务的政务新媒体名单" in html
    assert 'data-figure="reposts_behind">4<' in html


@pytest.mark.parametrize(
    ("title", "suggested"),
    [
        ("转发｜关于做好防汛工作的通知", True),
        ("关于做好防汛工作的通知", True),
        ("关于做好防火工作的通知", False),
        ("防汛工作", False),
    ],
)
def test_a_title_that_holds_that_of_the_piece_is_a_repost_perhaps(title, suggested):
    """Reposts are headed, and never shortened to a word that many titles have."""
    assert says(title, "关于做好防汛工作的通知") is suggested


def test_a_short_title_has_to_be_the_same():
    """Three letters stand within too many titles."""
    assert (says("某通知", "某通知"), says("转发某通知", "某通知")) == (True, False)


@pytest.mark.slow
def test_a_post_with_the_title_is_suggested_until_it_is_handed_in(frozen):
    """Whoever handed it in is not suggested; a person confirms, nothing is recorded by itself."""
    title, due = "关于做好防汛工作的通知", ("--due", "2021-06-10T18:00:00+08:00")
    done(frozen, "reposts", "order", NUMBER, "--title", title, *due)
    with open_workspace(Home(frozen)) as workspace:
        account = find_account(registry_now(workspace), c.POSTING)
        at = datetime(2021, 6, 9, 2, 30, tzinfo=UTC)
        data = PostPublished(title=f"转发｜{title}", link="https://example.cn/s/9")
        event_id = fact_ids.post_published("sheets", account, "https://example.cn/s/9")
        workspace.log.append([Event(event_id, "sheets", account, at, data)])
    (row,) = rows(frozen, "reposts", "suggest", NUMBER)
    assert (row["name"], row["title"], row["link"]) == (
        "某市发布",
        f"转发｜{title}",
        "https://example.cn/s/9",
    )
    assert {one["state"] for one in rows(frozen, "reposts", "show", NUMBER)} == {"missing"}
    done(frozen, "reposts", "done", NUMBER, c.POSTING, "--link", row["link"], "--at", "2021-06-09 10:30")
    assert rows(frozen, "reposts", "suggest", NUMBER) == []
