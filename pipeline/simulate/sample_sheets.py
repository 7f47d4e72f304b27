"""The sheets of the invented city as its offices would lay them out, and some with mistakes on purpose."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec.structs import replace

from connectors.sheets.laid_out import LaidOut
from events.instants import SHANGHAI
from pipeline.home.rulesets import find_ruleset
from pipeline.simulate.registry import SimAccount
from pipeline.simulate.sample_city import SampleCity

_LEDGER_HEADER = (
    ("序号", "账号名称", "平台", "账号ID", "主办单位", "层级", "开设日期", "负责人", "", "备注"),
    ("", "", "", "", "", "", "", "姓名", "手机", ""),
)
_INVENTED = "本表为虚构的示例，所列城市、单位、账号、人员、电话均不存在。"
_OWN_OFFICES = "市直"
"""Page of the city's own offices."""
_ALIKE = str.maketrans({"荷": "河", "桥": "挢"})
"""Characters that somebody types in the place of those that are meant."""


def ledger(city: SampleCity) -> list[LaidOut]:
    """Return the registry: a page an area, rows of one unit under one owner and one person."""
    return [_ledger_page(city, area, city.accounts_in(area), "政务新媒体账号台账") for area in city.areas]


def looks(city: SampleCity, at: datetime, *, titled: datetime | None = None) -> list[LaidOut]:
    """Return what was seen of all accounts at a look; `titled` is another time that the title says."""
    rows = []
    for number, account in enumerate(city.accounts, start=1):
        seen = city.seen(account, at)
        identity = (account.name, account.platform, account.owner)
        rows.append((number, *identity, _minute(seen.newest), seen.longest_gap_days, ""))
    return [
        LaidOut(
            name="周巡查",
            above=(
                f"{city.place.city_area}政务新媒体更新情况周巡查表",
                f"监测单位：{city.place.firm}    监测时间：{_spelled(titled or at)}",
            ),
            header=(("序号", "账号名称", "平台", "主办单位", "最新发布时间", "最长间隔（天）", "备注"),),
            rows=rows,
            below=(("合计", len(rows)), (f"注：最长间隔为上次巡查以来两次更新之间的最长天数。{_INVENTED}",)),
            widths=(6, 20, 14, 32, 20, 16, 14),
        )
    ]


def findings(city: SampleCity) -> list[LaidOut]:
    """Return the list of problems of the quarter, in the words of the ruleset."""
    ruleset = find_ruleset(city.round.ruleset).ruleset
    names = {rule.code: rule.name for rule in ruleset.rules}
    rows = [
        (
            number,
            account.name,
            account.platform,
            account.owner,
            names[found.rule or ""],
            _day(found.found_at),
            found.note,
        )
        for number, (account, found) in enumerate(city.findings(), start=1)
    ]
    return [
        LaidOut(
            name="问题清单",
            above=(f"{city.place.city_area}政务新媒体问题清单", f"监测单位：{city.place.firm}"),
            header=(("序号", "账号名称", "平台", "主办单位", "存在问题", "发现日期", "问题描述"),),
            rows=rows,
            below=((f"注：{_INVENTED}",),),
            widths=(6, 20, 14, 32, 24, 14, 32),
        )
    ]


def self_check(city: SampleCity, area: str, checked: date) -> list[LaidOut]:
    """Return the self-check of an area, which found nothing."""
    accounts = city.accounts_in(area)
    return [
        LaidOut(
            name="自查情况",
            above=(
                f"{area}2025年第二季度政务新媒体自查情况表",
                f"填报单位：{area}    填报日期：{checked.isoformat()}",
            ),
            header=(("序号", "账号名称", "平台", "主办单位", "检查时间", "检查结果", "问题", "备注"),),
            rows=[
                (number, a.name, a.platform, a.owner, checked.isoformat(), "合格", "无", "")
                for number, a in enumerate(accounts, start=1)
            ],
            below=(("合计", len(accounts)), (f"注：{_INVENTED}",)),
            widths=(6, 20, 14, 32, 14, 12, 20, 14),
        )
    ]


def wrong_week(city: SampleCity) -> list[LaidOut]:
    """Return what was seen the week before the last look, under the time of the last one."""
    *_, before, last = city.looks
    return looks(city, before, titled=last)


def wrong_time(city: SampleCity) -> list[LaidOut]:
    """Return the fifth sheet of looks with the time of the fourth in its title."""
    *_, titled, at = city.looks[:5]
    return looks(city, at, titled=titled)


def twin(city: SampleCity) -> list[LaidOut]:
    """Return a supplement to the ledger with an account that is known, under a name with another character."""
    account = city.accounts_in(city.areas[1])[0]
    return [_ledger_page(city, account.area, [_misspelt(account, native_id="")], "政务新媒体账号补报表")]


def typo(city: SampleCity) -> list[LaidOut]:
    """Return a page of the ledger again, with a character of one name mistyped."""
    first, *others = city.accounts_in(city.areas[2])
    rows = [_misspelt(first, native_id=first.native_id), *others]
    return [_ledger_page(city, first.area, rows, "政务新媒体账号台账")]


def _ledger_page(city: SampleCity, area: str, accounts: Sequence[SimAccount], title: str) -> LaidOut:
    rows = []
    for number, account in enumerate(accounts, start=1):
        person = city.person(account.owner)
        rows.append(
            (
                number,
                account.name,
                account.platform,
                account.native_id,
                account.owner,
                account.tier,
                _day(account.opened_at),
                person.name,
                person.phone,
                "",
            )
        )
    return LaidOut(
        name=_OWN_OFFICES if area == city.place.city_area else area,
        above=(f"{area}{title}", f"填报单位：{area}    填报日期：2025年4月1日"),
        header=_LEDGER_HEADER,
        rows=rows,
        below=(("合计", len(rows)), (f"注：1.{_INVENTED}",), ("2.手机号段161未启用。",)),
        widths=(6, 20, 14, 20, 32, 18, 14, 12, 16, 14),
        joined=(4, 5, 7, 8),
    )


def _misspelt(account: SimAccount, *, native_id: str) -> SimAccount:
    name = account.name.translate(_ALIKE)
    return replace(account, name=name, native_id=native_id)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def _spelled(at: datetime) -> str:
    there = at.astimezone(SHANGHAI)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"
