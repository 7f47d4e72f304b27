"""`xuncha sample`: the sheets of the invented city in a folder, with a page that says what each is."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec

from connectors.sheets.example_mark import EXAMPLE
from connectors.sheets.laid_out import LaidOut, laid_out_workbook
from events.instants import SHANGHAI
from pipeline.simulate import sample_sheets as sheets
from pipeline.simulate.sample_city import SampleCity

LEDGER, WEEKS, FINDINGS, SELF_CHECK = (
    "1-账号台账.xlsx",
    "2-周巡查表",
    "3-问题清单.xlsx",
    "4-荷湾区自查表.xlsx",
)
MISTAKES = "练习-错误"
WRONG_WEEK = f"{MISTAKES}/周巡查表-内容是上周的.xlsx"
WRONG_TIME = f"{MISTAKES}/周巡查表-时间写错.xlsx"
TWIN = f"{MISTAKES}/补报表-同一账号写了另一个字.xlsx"
TYPO = f"{MISTAKES}/台账-名称有错字.xlsx"
README = "README.txt"
_CHECKED = date(2025, 6, 16)


class Sample(msgspec.Struct, frozen=True):
    """What was written."""

    folder: Path
    files: tuple[Path, ...]
    accounts: int
    seed: int


def write_sample(folder: Path, seed: int | None = None) -> Sample:
    """Write the sheets into a folder, over older ones of the same name; the same seed gives the same bytes."""
    city = SampleCity(seed)
    paths = []
    for name, pages in _papers(city):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(laid_out_workbook(pages, keywords=EXAMPLE))
        paths.append(path)
    page = folder / README
    page.write_text(_readme(city), "utf-8")
    return Sample(folder, (*paths, page), len(city.accounts), city.seed)


def _papers(city: SampleCity) -> Iterator[tuple[str, Sequence[LaidOut]]]:
    yield LEDGER, sheets.ledger(city)
    for at in city.looks:
        yield f"{WEEKS}/周巡查表{at.astimezone(SHANGHAI):%m%d}.xlsx", sheets.looks(city, at)
    yield FINDINGS, sheets.findings(city)
    yield SELF_CHECK, sheets.self_check(city, city.areas[1], _CHECKED)
    yield WRONG_WEEK, sheets.wrong_week(city)
    yield WRONG_TIME, sheets.wrong_time(city)
    yield TWIN, sheets.twin(city)
    yield TYPO, sheets.typo(city)


def _readme(city: SampleCity) -> str:
    first, last = (f"{at.astimezone(SHANGHAI):%Y年%m月%d日}" for at in (city.looks[0], city.looks[-1]))
    return f"""{city.place.city_area}：一个虚构的城市

本文件夹中的城市、单位、账号、人员、电话、问题均为虚构，由 xuncha sample 按种子 {city.seed} 生成，只供练习。
手机号以161开头，该号段未启用。共{len(city.areas)}个地区（含市直）、{len(city.accounts)}个账号。

{LEDGER}
    账号台账，每个地区一个工作表：标题、填报单位、两行表头、合并的主办单位、合计和注。
{WEEKS}/
    周巡查表{len(city.looks)}份，{first}至{last}，每周一9:00查看；监测时间写在标题下。
{FINDINGS}
    监测单位一个季度发现的问题。
{SELF_CHECK}
    荷湾区第二季度的自查情况。
{MISTAKES}/
    故意写错的表，练习怎样发现、怎样撤销：
    {WRONG_WEEK.partition("/")[2]}
        监测时间是最后一周，内容是前一周的。正确的表收过之后再收，会问是否另一周的表；之前收的，用 intake undo 撤销。
    {WRONG_TIME.partition("/")[2]}
        第五周的内容，监测时间写成第四周：晚于监测时间的行不收，并指出是哪几行。
    {TWIN.partition("/")[2]}
        已登记的账号换了一个字再报：会问是否同一账号；误答为新账号的，用 intake undo 撤销。
    {TYPO.partition("/")[2]}
        账号ID相同、名称打错一个字：作为更正列出；误收的，用 intake undo 撤销，名称恢复原样。

怎样用它走完一个季度，见 docs/office.zh-CN.md。
"""
