"""A small town of three websites: one that is in order, one with old columns, one that nobody looked at."""

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from events import site_ids
from events.codec import Event
from events.instants import SHANGHAI
from events.site import AvailabilitySampled, SiteSuspected, site_subject
from pipeline.home.folder import Home
from tests.pipeline.inputs import sheet
from tests.pipeline.program import done

T = "2022-09-30"
GOOD, OLD, UNSEEN = "www.example.gov.cn", "slj.example.gov.cn", "yy.example.org.cn"
SITE_HEADERS = ("首页网址", "网站名称", "类别", "主办单位", "层级", "地区", "网站标识码")
COLUMN_HEADERS = ("网站", "栏目名称", "栏目网址", "栏目类别", "更新期限")
LOOK_HEADERS = ("网站", "栏目", "检查时间", "最新发布时间", "条数")
LOOKED = "2022-09-30 10:00"
OLD_COLUMNS = ("要闻一", "要闻二", "要闻三", "公告", "政策")


def sites(folder: Path) -> Path:
    return sheet(
        folder / "sites.csv",
        SITE_HEADERS,
        (f"https://{GOOD}/", "某市政府门户网站", "政府网站", "某市政府办", "市级", "某市", "4303000001"),
        (f"http://{OLD}", "某市水利局网站", "政府网站", "某市水利局", "市级", "某市", "4303000002"),
        (f"{UNSEEN}/index.html", "某市医院网站", "事业单位", "某市医院", "县区", "某区", ""),
    )


def columns(folder: Path) -> Path:
    rows = [(GOOD, "通知公告", f"https://{GOOD}/tzgg/", "通知公告", "")]
    classes = ("动态要闻", "动态要闻", "动态要闻", "通知公告", "政策文件")
    for number, (name, column_class) in enumerate(zip(OLD_COLUMNS, classes, strict=True)):
        rows.append(("某市水利局网站", name, f"http://{OLD}/c{number}/", column_class, ""))
    rows.append((OLD, "调查征集", f"http://{OLD}/dczj/", "其他", 90))
    rows.append((UNSEEN, "医院动态", f"http://{UNSEEN}/news/", "动态要闻", ""))
    return sheet(folder / "columns.csv", COLUMN_HEADERS, *rows)


def looks(folder: Path, old: int = 5) -> Path:
    """Return a sheet of looks in which so many columns of the old site are old."""
    rows = [
        (GOOD, "", LOOKED, "2022-09-29 09:00", ""),
        (GOOD, "通知公告", LOOKED, "2022-09-20", 30),
        (OLD, "", LOOKED, "2022-09-28", ""),
        (OLD, "调查征集", LOOKED, "2022-06-01", 3),
    ]
    for number, name in enumerate(OLD_COLUMNS):
        rows.append((OLD, name, LOOKED, "2022-01-10" if number < old else "2022-09-25", 9))
    return sheet(folder / "looks.csv", LOOK_HEADERS, *rows)


def build(home: Path, folder: Path) -> None:
    """Take in the three sheets, a week of visits of two sites, and a suggestion."""
    done(home, "sites", "import", sites(folder))
    done(home, "sites", "import-columns", columns(folder))
    done(home, "sites", "import-looks", looks(folder))
    with closing(Home(home).open_log()) as log:
        log.append([*visits(GOOD), *visits(OLD), suspected()])


def visits(domain: str) -> list[Event[AvailabilitySampled]]:
    """Return twenty visits a day, none of which failed, from 24 to 30 September."""
    subject = site_subject(domain)
    days = [date(2022, 9, 24) + timedelta(days=n) for n in range(7)]
    return [
        Event(site_ids.availability_sampled("sites", subject, day), "sites", subject, end, data)
        for day in days
        for begin in [datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)]
        for end in [begin + timedelta(days=1)]
        for data in [AvailabilitySampled(day=day, visits=20, failures=0, first_at=begin, last_at=end)]
    ]


def suspected() -> Event[SiteSuspected]:
    """Return a link of the good site that leads outside of government."""
    subject, page, url = site_subject(GOOD), f"https://{GOOD}/tzgg/", "https://www.example.com/"
    data = SiteSuspected(what="outside_link", page=page, url=url, detail="合作伙伴")
    event_id = site_ids.site_suspected(subject, data.what, page, url)
    return Event(event_id, "sites", subject, datetime(2022, 9, 30, 10, tzinfo=SHANGHAI), data)
