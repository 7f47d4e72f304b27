"""What happened in 江州 up to the morning at which pages are asked, by the commands that an office would type."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from connectors.sheets.check_sheets.kind import CHECKS
from connectors.sheets.check_sheets.writer import HEADER_ROW
from pipeline import office
from pipeline.home.folder import Home
from pipeline.home.ticks import tick
from tests.pipeline.console import city as c
from tests.pipeline.console.clock import clock_at
from tests.pipeline.inputs import at, daily, polls, sheet
from tests.pipeline.program import asked, done, rows

_LOOK_HEADERS = ("账号名称", "平台", "主办单位", "检查时间", "最新发布时间")
_COLUMN = {column.key: number for number, column in enumerate(CHECKS.columns, start=1)}


def build_city(folder: Path) -> Path:
    """Make the home of the city in a folder; returns the home."""
    home = folder / "home"
    load_program()
    for moment, part in _STORY:
        with clock_at(at(moment)):
            part(home, folder)
            with closing(Home(home).open_log()) as log:
                tick(log, timedelta(minutes=60), at(moment))
            done(home, "run", "--until-idle")
    return home


def load_program() -> None:
    """Load what commands load when they need it: the clock is set in what is loaded."""
    for module in pkgutil.walk_packages(office.__path__, f"{office.__name__}."):
        importlib.import_module(module.name)


def _begin(home: Path, folder: Path) -> None:
    done(
        home,
        "init",
        "--partitions",
        4,
        "--office",
        c.OFFICE,
        "--letterhead",
        f"{c.OFFICE}文件",
        "--areas",
        ",".join(c.AREAS),
    )
    settings = home / "xuncha.toml"
    text = settings.read_text("utf-8").replace("max_clock_gap_days = 400", "max_clock_gap_days = 36500")
    settings.write_text(text, "utf-8")  # tests write into copies in whatever year it is
    headers = ("单位代码", "单位名称", "单位类别", "层级", "地区", "上级单位", "代表账号", "成立时间")
    done(
        home,
        "accounts",
        "import",
        sheet(
            folder / "accounts.csv",
            ("账号ID", "账号名称", "平台", "主办单位", "层级", "地区", "开设时间"),
            *((*a, "2020-01-01") for a in c.ACCOUNTS),
        ),
    )
    units = sheet(folder / "units.csv", headers, *((*unit, "2019-01-01") for unit in _units()))
    done(home, "units", "import", units)
    done(home, "accounts", "number")
    done(
        home,
        "people",
        "import",
        sheet(
            folder / "people.csv",
            ("单位", "角色", "姓名", "职务", "联系方式"),
            (c.OFFICE, "主要领导", "钱示甲", "主任", "16100001000"),
            (c.OWNER_UNIT, "主要领导", "赵示甲", "局长", "16100001001"),
            (c.OWNER_UNIT, "工作人员1", "孙示乙", "科员", "16100001002"),
            (c.BY_ID["jz05"].owner, "工作人员1", "李示丙", "科员", "16100001003"),
        ),
    )
    done(
        home,
        "rulesets",
        "adopt",
        c.RULES,
        "--document",
        "江府办〔2026〕3号",
        "--title",
        "江州市政务新媒体检查指标",
        "--on",
        "2026-01-01",
    )


def _units() -> list[tuple[str, ...]]:
    """Return code, name, kind, tier, area, unit above and account of each unit, those above first."""
    offices = {c.EAST: "DJ-ZFB", c.WEST: "XS-ZFB"}
    units = []
    for number, name in enumerate(dict.fromkeys(a.owner for a in c.ACCOUNTS)):
        account = next(a for a in c.ACCOUNTS if a.owner == name)
        said = (account.tier, account.area)
        if name == c.OFFICE:
            units.append(("JZ-ZFB", name, "市政府办公室", *said, "", account.native))
        elif name.endswith("办公室"):
            units.append((offices[account.area], name, "主管单位", *said, "JZ-ZFB", account.native))
        else:
            units.append((f"U{number:02}", name, "主办单位", *said, offices.get(account.area, "JZ-ZFB"), ""))
    return units


def _second_quarter(home: Path, folder: Path) -> None:
    posts = [
        (a.native, t.replace(tzinfo=None))
        for a in c.ACCOUNTS
        for t in _posts(a, at("2026-03-30 09:00"), at("2026-06-15 12:00"))
    ]
    span = ("--complete-from", "2026-03-30T00:00:00+08:00", "--complete-until", "2026-06-15T18:00:00+08:00")
    done(home, "posts", "import", sheet(folder / "posts-q2.csv", ("账号ID", "发布时间"), *posts), *span)
    done(
        home,
        "findings",
        "import",
        sheet(
            folder / "findings-q2.csv",
            ("账号ID", "问题", "发现时间", "发现单位"),
            ("jz26", "内容表述错误", "2026-06-10 10:00", c.FIRM),
            ("jz14", "未提供有效互动功能", "2026-06-11 11:00", c.FIRM),
        ),
        "--ruleset",
        c.RULES,
    )
    done(
        home,
        "round",
        "announce",
        c.LAST_ROUND,
        "--check-point",
        "2026-06-15T18:00:00+08:00",
        "--ruleset",
        c.RULES,
        "--title",
        "2026年第二季度全市政务新媒体检查",
        "--basis",
        "国办秘函〔2019〕19号",
    )
    done(home, "round", "draw", c.LAST_ROUND)
    done(home, "round", "serve", c.LAST_ROUND, "--days", 3, "--how", "书面告知")


def _bulletin(home: Path, folder: Path) -> None:
    done(home, "round", "freeze", c.LAST_ROUND)
    run = rows(home, "rounds")[0]["run_id"]
    done(home, "focus", "update", "--check-point", "2026-06-15T18:00:00+08:00", "--run", run)
    extras = folder / "extras.toml"
    extras.write_text(
        f'demands = ["认真整改问题。", "强化阵地建设。"]\nreport_deadline = 2026-07-15\nreport_to = "{c.OFFICE}"\n',
        "utf-8",
    )
    done(home, "bulletin", "draft", c.LAST_ROUND, "--extras", extras)
    done(home, "bulletin", "issue", c.LAST_ROUND, "--number", c.BULLETIN, "--on", "2026-06-26")
    done(home, "round", "close", c.LAST_ROUND, "--reason", "通报已印发")


def _summer(home: Path, folder: Path) -> None:
    del folder
    done(home, "rectification", "answer", "jz26", "--text", "已更正并加强审核")
    done(
        home,
        "counterfeits",
        "suspect",
        "--name",
        "江州发布厅",
        "--platform",
        "抖音",
        "--imitates",
        "jz01",
        "--at",
        "2026-07-08 09:00",
    )
    done(home, "counterfeits", "verify", "江州发布厅", "--counterfeit", "--at", "2026-07-09")
    done(home, "counterfeits", "report", "江州发布厅", "--to", "网信", "--at", "2026-07-10 09:00")


def _third_quarter(home: Path, folder: Path) -> None:
    seen = [a for a in c.ACCOUNTS if a.native not in c.BY_FEED and a.native not in c.NEVER_SEEN]
    posts = [
        (a.native, t.replace(tzinfo=None))
        for a in seen
        for t in _posts(a, at("2026-06-15 18:00"), at("2026-09-08 17:00"))
    ]
    span = ("--complete-from", "2026-06-15T18:00:00+08:00", "--complete-until", "2026-09-08T18:00:00+08:00")
    done(home, "posts", "import", sheet(folder / "posts-q3.csv", ("账号ID", "发布时间"), *posts), *span)
    done(
        home,
        "reports",
        "import",
        sheet(
            folder / "self-check.csv",
            ("账号ID", "检查时间", "检查结果", "问题", "是否整改"),
            *((n, "2026-09-04", "合格", "", "") for n in ("jz17", "jz18", "jz19")),
            ("jz20", "2026-09-04", "不合格", "内容表述错误", "已整改"),
        ),
        "--unit",
        c.EAST,
        "--quarter",
        "2026Q3",
        "--received-at",
        "2026-09-08",
        "--ruleset",
        c.RULES,
    )
    done(
        home,
        "focus",
        "flag",
        sheet(
            folder / "flags.csv",
            ("账号ID", "反馈时间", "反馈单位", "风险"),
            ("jz33", "2026-09-07", c.FIRM, "更新间隔变长"),
        ),
    )
    done(home, "focus", "update", "--check-point", "2026-09-08T17:00:00+08:00")


def _filings(home: Path, folder: Path) -> None:
    del folder
    for name, platform, native in (("江州出行", "抖音", "jz41"), ("江州通勤", "新浪微博", "jz42")):
        done(
            home,
            "filings",
            "apply",
            "--name",
            name,
            "--platform",
            platform,
            "--owner",
            c.BY_ID["jz04"].owner,
            "--id",
            native,
            "--at",
            "2026-09-07 10:00",
        )
    cases = {row["name"]: row["id"] for row in rows(home, "filings", "list")}
    case = str(cases["江州通勤"])
    done(home, "filings", "opinion", case, "--by", "owner", "--approve", "--at", "2026-09-08")
    done(home, "filings", "opinion", case, "--by", "office", "--approve", "--at", "2026-09-09")
    done(
        home, "filings", "opinion", str(cases["江州出行"]), "--by", "owner", "--approve", "--at", "2026-09-08"
    )
    done(
        home,
        "round",
        "announce",
        c.ROUND,
        "--check-point",
        "2026-09-15T18:00:00+08:00",
        "--ruleset",
        c.RULES,
        "--title",
        "2026年第三季度全市政务新媒体检查",
        "--basis",
        "国办秘函〔2019〕19号",
        "--include",
        "jz07",
        "--include",
        "jz31",
        "--sample",
        20,
        "--by",
        "area",
        "--seed",
        1,
    )


def _good_feeds(home: Path, folder: Path) -> None:
    first = at("2026-08-20 07:00")
    posts = {
        n: [first + timedelta(hours=6 * k, minutes=7 * i) for k in range(120)]
        for i, n in enumerate(c.BY_FEED)
    }
    days = daily(at("2026-09-12 08:00"), 5)
    looks = [(t, {n: [p for p in times if p <= t][-40:] for n, times in posts.items()}) for t in days]
    done(home, "polls", "replay", polls(folder / "polls", looks))


def _stalled_feeds(*moments: str) -> Callable[[Path, Path], None]:
    """Return a step in which feeds show at some moments what they showed before."""

    def poll(home: Path, folder: Path) -> None:
        silent = [(at(moment), {}) for moment in moments]
        done(home, "polls", "replay", polls(folder / f"polls-{len(moments)}", silent))

    return poll


def _round(home: Path, folder: Path) -> None:
    done(home, "round", "draw", c.ROUND)
    done(home, "round", "sheets", c.ROUND, "--folder", folder / "sheets", "--checkers", "C1,C2")
    (folder / "sheets" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    _fill(folder / "sheets" / f"{c.ROUND}-C1.xlsx")
    done(home, "round", "read", c.ROUND, folder / "sheets" / f"{c.ROUND}-C1.xlsx", "--checker", "C1")
    done(
        home,
        "findings",
        "import",
        sheet(
            folder / "findings-q3.csv",
            ("账号ID", "问题", "发现时间", "发现单位"),
            ("jz07", "内容表述错误", "2026-09-10 10:00", c.FIRM),
            ("jz34", "发布商业广告", "2026-09-11 11:00", c.FIRM),
        ),
        "--ruleset",
        c.RULES,
    )


def _looks(home: Path, folder: Path) -> None:
    looked = [a for a in c.ACCOUNTS if a.native not in c.BY_FEED and a.native not in c.NEVER_SEEN]
    listed = [
        (a.name, a.platform, a.owner, "2026-09-17 10:00", f"{_newest(a):%Y-%m-%d %H:%M}") for a in looked
    ]
    _take(home, sheet(folder / "周巡查表0917.xlsx", _LOOK_HEADERS, *listed), "2026-09-17")
    finding = next(row["finding_id"] for row in rows(home, "findings", "list") if row["account_id"] == "jz07")
    done(home, "round", "serve", c.ROUND, "--account", "jz07", "--days", 3, "--how", "书面告知")
    done(
        home,
        "round",
        "object",
        c.ROUND,
        "--account",
        "jz07",
        "--finding",
        finding,
        "--reason",
        "引用原文，表述无误",
    )
    done(home, "emergencies", "suspect", "jz28", "--problem", "严重表述错误", "--note", "标题写错")
    done(
        home,
        "counterfeits",
        "suspect",
        "--name",
        "西山文旅局",
        "--platform",
        "抖音",
        "--imitates",
        "jz34",
        "--at",
        "2026-09-17",
    )


def _this_morning(home: Path, folder: Path) -> None:
    """A sheet came that nobody confirmed yet: one newer look, one name that is not known."""
    late = sheet(
        folder / "补报0918.xlsx",
        _LOOK_HEADERS,
        ("江州公安", "微信订阅号", "江州市公安局", "2026-09-18 08:30", "2026-09-18 07:50"),
        ("江州公案", "微信服务号", "江州市公安局", "2026-09-18 08:30", "2026-09-17 17:50"),
    )
    asked(home, "intake", late, "--received", "2026-09-18")
    done(home, "alerts", "acknowledge", "jz02")


def _take(home: Path, paper: Path, received: str) -> None:
    plan = asked(home, "intake", paper, "--received", received)["plan"]
    done(home, "intake", "confirm", plan, "--accept-defaults")


def _newest(account: c.Account) -> datetime:
    return c.NEWEST.get(account.native, at("2026-09-16 09:30") - timedelta(hours=int(account.native[2:])))


def _posts(account: c.Account, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield every third day's post of an account, up to when it fell silent."""
    last = min(_newest(account), until)
    if until < at("2026-07-01 00:00"):
        last = min(c.SILENT_BEFORE.get(account.native, last), last)
    post = last
    while post > since:
        yield post
        post -= timedelta(days=3)


def _fill(path: Path) -> None:
    """Fill a check sheet in as its checker would: each account looked at, no problem found."""
    book = load_workbook(path)
    page = book.worksheets[0]
    for number in range(HEADER_ROW + 1, page.max_row + 1):
        value = page.cell(number, _COLUMN["account_id"]).value
        if value is None:
            continue
        native = str(value).partition(":")[2]
        page.cell(number, _COLUMN["looked_at"]).value = "2026-09-15 17:30"
        newest = min(_newest(c.BY_ID[native]), at("2026-09-15 09:30"))
        page.cell(number, _COLUMN["newest_post_at"]).value = f"{newest:%Y-%m-%d %H:%M}"
    book.save(path)


_STORY: tuple[tuple[str, Callable[[Path, Path], None]], ...] = (
    ("2026-04-01 09:00", _begin),
    ("2026-06-15 19:00", _second_quarter),
    ("2026-06-25 10:00", _bulletin),
    ("2026-07-10 10:00", _summer),
    ("2026-09-08 18:30", _third_quarter),
    ("2026-09-09 17:00", _filings),
    ("2026-09-16 08:30", _good_feeds),
    ("2026-09-16 11:00", _round),
    (
        "2026-09-17 12:30",
        _stalled_feeds("2026-09-16 16:00", "2026-09-16 20:00", "2026-09-17 08:00", "2026-09-17 12:00"),
    ),
    ("2026-09-17 17:00", _looks),
    ("2026-09-18 08:10", _stalled_feeds("2026-09-17 20:00", "2026-09-18 08:00")),
    ("2026-09-18 08:40", _this_morning),
)
