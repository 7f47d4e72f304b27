"""The sheets of a small city for one quarter, as the guide for offices names them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from connectors.sheets.check_sheets.kind import CHECKS
from connectors.sheets.check_sheets.writer import HEADER_ROW
from tests.pipeline.inputs import at, sheet

CITY, COUNTY = "市级部门和单位", "县级市（区）"
ACCOUNTS = (
    ("a01", "江城发布", "微信订阅号", "江城市人民政府办公室", CITY, "江城市"),
    ("a02", "江城交通", "微信订阅号", "江城市交通运输局", CITY, "江城市"),
    ("a03", "江城交通", "新浪微博", "江城市交通运输局", CITY, "江城市"),
    ("a04", "江城健康", "微信服务号", "江城市卫生健康委员会", CITY, "江城市"),
    ("a05", "甲区发布", "微信订阅号", "甲区人民政府办公室", COUNTY, "甲区"),
    ("a06", "甲区文旅", "抖音", "甲区文化和旅游局", COUNTY, "甲区"),
    ("a07", "甲区教育", "微信订阅号", "甲区教育局", COUNTY, "甲区"),
    ("a08", "甲区生态环境", "视频号", "甲区生态环境局", COUNTY, "甲区"),
    ("a09", "乙区发布", "微信订阅号", "乙区人民政府办公室", COUNTY, "乙区"),
    ("a10", "乙区教育", "微信订阅号", "乙区教育局", COUNTY, "乙区"),
    ("a11", "乙区水务", "抖音", "乙区水务局", COUNTY, "乙区"),
    ("a12", "乙区民政", "微信订阅号", "乙区民政局", COUNTY, "乙区"),
)
OFFICES = {"江城市": "JC-ZFB", "甲区": "JQ-ZFB", "乙区": "YQ-ZFB"}
LAST_POSTS = {"a08": at("2023-01-10 09:00"), "a11": at("2023-02-10 09:00")}
"""When the two accounts that fell silent posted last; the others post every third day."""
FIRST_POST, LAST_POST = at("2022-11-20 09:00"), at("2023-02-20 09:00")
_COLUMN = {column.key: number for number, column in enumerate(CHECKS.columns, start=1)}


def write_inputs(folder: Path) -> None:
    """Write what units, checkers and the monitoring firm hand in, but for the check sheets."""
    _registry(folder)
    posts = [(account, at.replace(tzinfo=None)) for account, *_ in ACCOUNTS for at in _posts(account)]
    sheet(folder / "posts.csv", ("账号ID", "发布时间"), *posts)
    sheet(
        folder / "findings.csv",
        ("账号ID", "问题", "发现时间", "发现单位"),
        ("a07", "内容表述错误", "2023-02-10 10:00", "某监测公司"),
        ("a06", "未提供有效互动功能", "2023-02-10 11:00", "某监测公司"),
    )
    sheet(
        folder / "flags.csv",
        ("账号ID", "反馈时间", "反馈单位", "风险"),
        ("a11", "2023-02-11", "某监测公司", "更新间隔变长"),
    )
    sheet(
        folder / "self-check.csv",
        ("账号ID", "检查时间", "检查结果", "问题", "是否整改"),
        *((account, "2023-02-15", "合格", "", "") for account in ("a09", "a11", "a12")),
        ("a10", "2023-02-15", "不合格", "内容表述错误", "已整改"),
    )
    sheet(
        folder / "upper-checks.csv",
        ("账号ID", "检查层级", "检查时间", "检查结果"),
        ("a01", "省级", "2023-01-12", "合格"),
    )
    sheet(
        folder / "jiedu.csv",
        ("文号", "标题", "牵头起草部门", "发布日期", "解读形式", "解读日期"),
        ("江水〔2023〕3号", "江城市节约用水办法", "江城市水务局", "2023-03-01", "问答", "2023-03-03"),
        ("江财〔2023〕5号", "江城市补助资金管理办法", "江城市财政局", "2023-03-02", "", ""),
    )
    sheet(
        folder / "zhuanzai.csv",
        ("账号ID", "任务编号", "转载时间", "转载链接"),
        ("a02", "转载〔2023〕3号", "2023-03-11", "https://example.cn/a02/9"),
    )
    _websites(folder)
    (folder / "screenshot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "extras.toml").write_text(
        'demands = ["认真整改问题。", "强化阵地建设。"]\nreport_deadline = 2023-03-15\n'
        'report_to = "江城市人民政府办公室"\n',
        "utf-8",
    )


def fill_check_sheets(folder: Path) -> None:
    """Fill in every check sheet as its checker would: each account looked at, one problem found."""
    (folder / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for path in sorted(folder.glob("*.xlsx")):
        book = load_workbook(path)
        _look_at_every_account(book.worksheets[0])
        book.save(path)


def _look_at_every_account(page: Worksheet) -> None:
    for number in range(HEADER_ROW + 1, page.max_row + 1):
        value = page.cell(number, _COLUMN["account_id"]).value
        if value is None:
            continue
        account = str(value).partition(":")[2]
        seen = LAST_POSTS.get(account, LAST_POST)
        put = _putter(page, number)
        put("looked_at", "2023-02-21 17:30")
        put("newest_post_at", f"{seen:%Y-%m-%d %H:%M}")
        if account == "a02":
            put("rule", "功能无法使用")
            put("evidence", "1.png")


def _putter(page: Worksheet, row: int) -> Callable[[str, str], None]:
    def put(key: str, value: str) -> None:
        page.cell(row, _COLUMN[key]).value = value

    return put


def _registry(folder: Path) -> None:
    units = [
        ("JC-ZFB", "江城市人民政府办公室", "市政府办公室", CITY, "江城市", "", ""),
        ("JQ-ZFB", "甲区人民政府办公室", "主管单位", COUNTY, "甲区", "JC-ZFB", "a05"),
        ("YQ-ZFB", "乙区人民政府办公室", "主管单位", COUNTY, "乙区", "JC-ZFB", "a09"),
    ]
    named = {name for _, name, *_ in units}
    for owner, tier, area in dict.fromkeys((o, t, a) for _, _, _, o, t, a in ACCOUNTS):
        if owner not in named:
            units.append((f"U{len(units)}", owner, "主办单位", tier, area, OFFICES[area], ""))
    headers = ("单位代码", "单位名称", "单位类别", "层级", "地区", "上级单位", "代表账号", "成立时间")
    sheet(folder / "units.csv", headers, *((*unit, "2019-01-01") for unit in units))
    sheet(
        folder / "accounts.csv",
        ("账号ID", "账号名称", "平台", "主办单位", "层级", "地区", "开设时间"),
        *((*account, "2020-01-01") for account in ACCOUNTS),
    )
    sheet(
        folder / "people.csv",
        ("单位", "角色", "姓名", "职务", "联系方式"),
        ("江城市交通运输局", "主要领导", "张某", "局长", "010-00000000"),
        ("江城市交通运输局", "工作人员1", "李某", "科员", "010-00000001"),
    )


def _websites(folder: Path) -> None:
    """Write the sheets about two websites of the city that has a year behind it: one is kept up, one is not."""
    portal, bureau = "www.yunting.example.gov.cn", "mzj.yunting.example.gov.cn"
    office, looked = "云汀市人民政府办公室", "2025-06-27 10:00"
    sheet(
        folder / "sites.csv",
        ("首页网址", "网站名称", "网站类别", "主办单位", "层级", "地区", "网站标识码"),
        (f"https://{portal}/", "云汀市人民政府门户网站", "政府网站", office, CITY, "云汀市", "3299000001"),
        (f"https://{bureau}/", "云汀市民政局网站", "政府网站", "云汀市民政局", CITY, "云汀市", "3299000002"),
    )
    old = [(bureau, f"工作动态{n}", f"https://{bureau}/{n}/", "动态要闻") for n in range(5)]
    columns = [(portal, "通知公告", f"https://{portal}/tzgg/", "通知公告"), *old]
    sheet(folder / "site-columns.csv", ("网站", "栏目名称", "栏目网址", "栏目类别"), *columns)
    sheet(
        folder / "site-looks.csv",
        ("网站", "栏目", "检查时间", "最新发布时间", "条数"),
        (portal, "", looked, "2025-06-27 09:00", ""),
        (portal, "通知公告", looked, "2025-06-20", 30),
        (bureau, "", looked, "2025-06-26", ""),
        *((bureau, name, looked, "2025-04-10", 9) for _, name, *_ in old),
    )


def _posts(account: str) -> list[datetime]:
    last = LAST_POSTS.get(account, LAST_POST)
    return [last - timedelta(days=3 * n) for n in range((last - FIRST_POST) // timedelta(days=3) + 1)]
