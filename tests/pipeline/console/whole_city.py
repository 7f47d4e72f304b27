"""江州 with the office's year in it: what stands on the pages beside the quarter, so that none of them is empty.

A copy of the city in the middle of its quarter (`city.py`), to which a morning of the office is added.
"""

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from connectors.people.public_reports import ReportGiven
from events import site_ids
from events.codec import Event
from events.instants import SHANGHAI
from events.site import AvailabilitySampled, SiteSuspected, site_subject
from events.wording import WordingSuspected
from events.wording_ids import wording_suspected
from pipeline.home.folder import Home
from pipeline.office.publicity.reports import take_report
from tests.pipeline.console import city as c
from tests.pipeline.console.city_story import load_program
from tests.pipeline.console.clock import clock_at
from tests.pipeline.inputs import at, sheet
from tests.pipeline.program import asked, done

MORNING = at("2026-09-18 08:50")
TRAFFIC, WATER = c.BY_ID["jz03"].owner, f"{c.WEST}水务局"
REPOST = "转载〔2026〕6号"
PERIOD = "2026年国庆中秋"
PORTAL, BUREAU = "www.jiangzhou.example.gov.cn", "slj.jiangzhou.example.gov.cn"
ABOUT = "网民反映菜单打不开"
_WEEK = 7


def add_year(home: Path, folder: Path) -> Path:
    """Add the office's year to a copy of the city; returns its home."""
    load_program()
    for moment, part in (("2026-09-16 17:00", _earlier), ("2026-09-18 08:50", _this_morning)):
        with clock_at(at(moment)):
            part(home, folder)
            done(home, "run", "--until-idle")
    return home


def _earlier(home: Path, folder: Path) -> None:
    _interpretation(home, folder)
    _reposts(home)
    _sites(home, folder)
    done(home, "key-period", "declare", PERIOD, "--from", "2026-09-16", "--until", "2026-10-08", "--looks", 2)
    done(
        home,
        "interaction",
        "plan",
        "--unit",
        WATER,
        "--by",
        "2026-09-30",
        "--channel",
        "私信",
        "--kind",
        "咨询",
    )
    for native, asked_at in (("jz22", "2026-08-25 09:00"), ("jz36", "2026-09-15 09:00")):
        done(
            home, "interaction", "asked", f"{native}", "--channel", "私信", "--kind", "咨询", "--at", asked_at
        )


def _this_morning(home: Path, folder: Path) -> None:
    done(home, "supervision", "issue", "order", "--unit", c.BY_ID["jz12"].owner, "--month", "2026-08",
         "--number", "江府办督〔2026〕3号", "--on", "2026-09-17", "--due", "2026-09-30")  # fmt: skip
    for number, sender, native, hours in (
        ("苏政务〔2026〕7号", "省政府办公厅", "jz03", 4),
        ("苏政务〔2026〕9号", "省政府办公厅", "jz24", 24),
    ):
        done(home, "work-orders", "receive", number, "--sender", sender, "--account", native,
             "--at", "2026-09-17T16:00:00+08:00", "--working-hours", hours, "--about", ABOUT)  # fmt: skip
    done(home, "work-orders", "answer", "苏政务〔2026〕7号", "--text", "已修复并回复网民",
         "--at", "2026-09-17T18:00:00+08:00")  # fmt: skip
    with closing(Home(home).open_log()) as log:
        log.append(_suspicions(home))
    for matter, called, text in (("content", "0001", "首页电话有误"), ("service", "江州出行", "菜单打不开")):
        take_report(Home(home), ReportGiven(matter=matter, called=called, text=text, contact=""), MORNING)
    del folder


def _interpretation(home: Path, folder: Path) -> None:
    done(home, "interpretation", "import", sheet(
        folder / "jiedu.csv",
        ("文号", "标题", "牵头起草部门", "发布日期", "解读形式", "解读链接", "解读日期"),
        ("江交〔2026〕8号", "江州市公共汽车票价管理办法", TRAFFIC, "2026-08-01", "问答", "", "2026-08-02"),
        ("江交〔2026〕8号", "", "", "", "图解", "", "2026-08-03"),
        ("江水〔2026〕2号", "西山县节约用水办法", WATER, "2026-08-03", "", "", ""),
    ))  # fmt: skip


def _reposts(home: Path) -> None:
    done(home, "reposts", "order", REPOST, "--title", "关于做好秋季防火工作的通知", "--due", "2026-09-17 18:00",
         "--source", "中国政府网", "--area", c.WEST)  # fmt: skip
    for native in ("jz29", "jz30", "jz34"):
        done(home, "reposts", "done", REPOST, native, "--link", f"https://example.cn/{native}/6",
             "--at", "2026-09-16 10:00")  # fmt: skip


def _sites(home: Path, folder: Path) -> None:
    done(home, "sites", "import", sheet(
        folder / "sites.csv",
        ("首页网址", "网站名称", "类别", "主办单位", "层级", "地区", "网站标识码"),
        (f"https://{PORTAL}/", "江州市人民政府门户网站", "政府网站", c.OFFICE, "市级", c.CITY, "3299000001"),
        (f"http://{BUREAU}/", "江州市水务局网站", "政府网站", f"{c.CITY}水务局", "市级", c.CITY, "3299000002"),
    ))  # fmt: skip
    columns = ("要闻动态", "部门动态", "基层动态", "公告公示", "政策法规")
    kinds = ("动态要闻", "动态要闻", "动态要闻", "通知公告", "政策文件")
    done(home, "sites", "import-columns", sheet(
        folder / "site-columns.csv",
        ("网站", "栏目名称", "栏目网址", "栏目类别", "更新期限"),
        (PORTAL, "通知公告", f"https://{PORTAL}/tzgg/", "通知公告", ""),
        *((BUREAU, name, f"http://{BUREAU}/{n}/", kinds[n], "") for n, name in enumerate(columns)),
    ))  # fmt: skip
    looked = "2026-09-15 10:00"
    done(home, "sites", "import-looks", sheet(
        folder / "site-looks.csv",
        ("网站", "栏目", "检查时间", "最新发布时间", "条数"),
        (PORTAL, "", looked, "2026-09-15 09:00", ""),
        (PORTAL, "通知公告", looked, "2026-09-10", 30),
        (BUREAU, "", looked, "2026-09-14", ""),
        *((BUREAU, name, looked, "2026-01-10", 9) for name in columns),
    ))  # fmt: skip
    with closing(Home(home).open_log()) as log:
        log.append([*_visits(PORTAL), *_visits(BUREAU), _suspected()])
    done(home, "sites", "check", "2026Q3", "--check-point", "2026-09-15")


def _visits(domain: str) -> list[Event[AvailabilitySampled]]:
    subject, found = site_subject(domain), []
    for n in range(_WEEK):
        day = date(2026, 9, 9) + timedelta(days=n)
        begin = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        end = begin + timedelta(days=1)
        data = AvailabilitySampled(day=day, visits=20, failures=n % 3, first_at=begin, last_at=end)
        found.append(Event(site_ids.availability_sampled("sites", subject, day), "sites", subject, end, data))
    return found


def _suspected() -> Event[SiteSuspected]:
    subject, page, url = site_subject(PORTAL), f"https://{PORTAL}/tzgg/", "https://www.example.com/"
    data = SiteSuspected(what="outside_link", page=page, url=url, detail="合作伙伴")
    return Event(
        site_ids.site_suspected(subject, data.what, page, url), "sites", subject, at("2026-09-15 11:00"), data
    )


def _suspicions(home: Path) -> list[Event[WordingSuspected]]:
    """Return two suggestions of the lexicon about titles."""
    subjects = asked(home, "sql", "SELECT DISTINCT subject FROM records WHERE type = 'account.opened'")[
        "rows"
    ]
    by_native = {row["subject"].rpartition(":")[2]: row["subject"] for row in subjects}
    told = []
    for n, native in enumerate(("jz01", "jz02")):
        data = WordingSuspected(
            entry=f"w-{n}", commitment="c" * 64, kind="organ", severity="red", near=bool(n), where="title",
            post=f"{n}" * 32, context=f"{n}" * 32, snippet="关于⟦江洲市⟧人民政府的通知", link="https://example.cn/1",
        )  # fmt: skip
        event_id = wording_suspected(by_native[native], data.post, "title", data.entry)
        told.append(Event(event_id, "feeds", by_native[native], MORNING - timedelta(hours=n + 1), data))
    return told
