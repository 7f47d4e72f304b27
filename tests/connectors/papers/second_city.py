"""Papers of a second invented city, 清原市, as an office has them: titles, totals, notes, columns of phones."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

UNITS = ("教育局", "民政局", "公安局", "财政局", "水务局", "商务局", "统计局", "司法局", "审计局", "体育局")
PLATFORMS = ("微信订阅号", "新浪微博", "抖音号", "微信服务号")
OPENED = ("2017.10.11", "2021年11月2日", "2016.5", "2019/7/4", "２０１７.１.１", "20190101", None)
NEWEST = ("2026.7.4", "2026/7/5 12:11", "2026-07-05 17:20", "7月3日 09:30", "7-4 08:15")
Rows = list[list[object]]


def accounts(count: int = 60) -> list[tuple[str, str, str]]:
    """Name, platform and owner of each account."""
    units = [f"清原市{unit}" for unit in UNITS] + [f"东岭区{unit}" for unit in UNITS]
    return [
        (f"{unit.removesuffix('局').replace('市', '')}", platform, unit)
        for unit in units
        for platform in PLATFORMS
    ][:count]


def ledger(count: int = 60) -> Rows:
    rows: Rows = [
        ["清原市政务新媒体账号台账"],
        ["填报单位：清原市人民政府办公室        填报日期：2026年7月1日        单位：个"],
        [
            "序号",
            "账号名",
            "平台类型",
            "主办单位",
            "主管部门",
            "所属地区",
            "开设日期",
            "负责人",
            "联系电话",
            "运维单位",
            "是否正常运行",
            "备注",
        ],
    ]
    for number, (name, platform, owner) in enumerate(accounts(count)):
        phone = f"1610000{number:04}" if number % 2 else f"0900-6{number:06}"
        area = owner[:3]
        rows.append(
            [
                number + 1,
                name,
                platform,
                owner,
                "清原市人民政府办公室",
                area,
                OPENED[number % 7],
                f"甲某{number}",
                phone,
                None,
                "是",
                None,
            ]
        )
    rows += [["合计", f"{count}个"], ["注：1.平台类型按国办要求填写。"], ["2.负责人为科级以上干部。"]]
    return rows


def weekly(
    title: str = "监测单位：清原清朗信息有限公司    监测时间：2026年7月6日 9:00", count: int = 60
) -> Rows:
    rows: Rows = [
        ["清原市政务新媒体更新情况监测周报"],
        [title],
        ["序号", "账号名称", "平台类型", "主办单位", "最新更新时间", "未更新天数", "更新状态", "备注"],
    ]
    days = (1, 0, 0, 2, 1)
    for number, account in enumerate(accounts(count)):
        rows.append([number + 1, *account, NEWEST[number % 5], days[number % 5], "正常", None])
    return [*rows, ["说明：未更新天数不满一天不计。"]]


def workbook(**pages: Sequence[Sequence[object]]) -> bytes:
    """Write a workbook with these pages."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in pages.items():
        page: Worksheet = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
