"""账号 at a check point as known at a moment: the list as it was, without forms; its links stay in that past."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from litestar import Response

from events.facts import Freshness, UnknownReason
from events.platforms import platform_family
from pipeline.console.account_columns import COLUMNS, OF_NAMES, SILENT
from pipeline.console.account_words import MARK_WORDS, SUBTITLES, TITLES, left_in_words, mark_name
from pipeline.console.listing import PAGE_ROWS, Filter, ListPage, Row
from pipeline.console.rights import Reach
from pipeline.console.visit import Visit
from pipeline.home.registry import numbers_now
from pipeline.office.standing.kept_pasts import Reckoning
from pipeline.office.standing.past import AccountThen, Past, seen_of
from pipeline.office.standing.standings import Mark
from pipeline.scores.steps import Step
from pipeline.scores.words import UNKNOWN_REASONS

_MARKS = {Freshness.STALE: Mark.OVER, Freshness.UNKNOWN: Mark.UNKNOWN, Freshness.FRESH: Mark.OK}
_STEPS = {
    Step.WAITING: "等待前面的查询完成",
    Step.REGISTRY: "读取登记信息",
    Step.POSTS: "汇总发布记录",
    Step.LOOKS: "汇总巡查记录",
    Step.ACCOUNTS: "逐个账号计算",
}
_AGAIN_S = 1
_ACCOUNT = "account"
"""Key under which a row that is not shown yet holds its account."""
_NARROWED_BY = {"platform": "family", "silent": "silent_days"}
"""Keys of a row that filters of other names look at."""
_SAVED = (("已超期", "over", None), ("待核实", "unknown", None), ("未更新 14 天以上", None, "14"))


def show_past(visit: Visit) -> Response[Any]:
    """Show a page of the list, or how far it has come.

    Raises as `KeptPasts.of`, and `NotFoundError` for a scope that nobody is in.
    """
    if led := _led(visit):
        return visit.go(led)
    seen = _seen(visit)
    if isinstance(seen, Reckoning):
        return _under_way(visit, seen)
    page = _list_page(visit, seen)
    briefs = _briefs(visit, page, seen)
    found = page.narrowed(visit, briefs)
    first = (page.asked_page(visit, len(found)) - 1) * PAGE_ROWS
    rows = [_row(seen, brief[_ACCOUNT]) for brief in found[first : first + PAGE_ROWS]]
    names_alone = visit.reach is Reach.NAMES
    saved = [
        (title, f"/accounts{visit.link('')}&{f's={mark}' if mark else f'silent={silent}'}")
        for title, mark, silent in _SAVED
    ]
    return visit.page(
        "accounts/list.html",
        listing=page.page_of_rows(visit, rows, len(found), len(briefs)),
        counts=[] if names_alone else _counts(visit, page, briefs),
        saved=[] if names_alone else saved,
        total=len(briefs),
        check_point=seen.past.check_point,
        known_at=seen.past.known_at,
    )


def export_past(visit: Visit) -> Response[Any]:
    """Give all rows of the list as a file; raises as `show_past`."""
    if led := _led(visit):
        return visit.go(led)
    seen = _seen(visit, patient=True)
    assert isinstance(seen, _Seen)  # noqa: S101 (who is patient gets an answer)
    rows = [_row(seen, one) for one in seen.accounts]
    return _list_page(visit, seen).export(visit, rows)


def _under_way(visit: Visit, reckoning: Reckoning) -> Response[Any]:
    """Show how far an answer has come; the browser asks again by itself."""
    step = reckoning.step
    answer = visit.page(
        "accounts/under_way.html",
        status=HTTPStatus.ACCEPTED,
        step=int(step),
        steps=int(max(Step)),
        said=_STEPS[step],
    )
    answer.set_header("Refresh", str(_AGAIN_S))
    return answer


class _Seen(NamedTuple):
    """What somebody may see of the past, and what stands beside it."""

    past: Past
    accounts: Sequence[AccountThen]
    numbers: dict[str, str]
    kept: str  # what links carry along
    leads: bool  # rows lead to their accounts


def _seen(visit: Visit, *, patient: bool = False) -> _Seen | Reckoning:
    with visit.workspace() as desk:
        past = visit.past(desk, patient=patient)
        if isinstance(past, Reckoning):
            return past
        accounts = seen_of(desk, past, visit.scope, visit.now)
        numbers = visit.keeper(visit.standings(desk))("numbers", lambda: numbers_now(desk))
    return _Seen(past, accounts, numbers, visit.link(""), visit.reach is not Reach.NAMES)


def _attribute(name: str) -> Callable[[_Seen, AccountThen], Any]:
    return lambda _, one: getattr(one, name)


_VALUES: Mapping[str, Callable[[_Seen, AccountThen], Any]] = {
    "s": lambda _, one: _MARKS[one.freshness].value,
    "number": lambda seen, one: seen.numbers.get(one.account_id),
    "family": lambda _, one: platform_family(one.platform),
    "by_day": lambda _, one: one.newest_post_by_day,
    **{key: _attribute(key) for key in ("name", "platform", "owner", "area", "tier", "newest_post_at")},
    **{key: _attribute(key) for key in ("silent_days", "limit_at", "opened_at")},
}
"""What a row is narrowed and ordered by."""


def _row(seen: _Seen, one: AccountThen) -> Row:
    mark, check_point = _MARKS[one.freshness], seen.past.check_point
    number = seen.numbers.get(one.account_id)
    why = f"（{UNKNOWN_REASONS[one.reason]}）" if one.reason else ""
    return {
        **{key: value(seen, one) for key, value in _VALUES.items()},
        "said": f"{MARK_WORDS[mark]}{why}",
        "mark": mark_name(mark, "stalled" if one.reason is UnknownReason.SOURCE_STALLED else ""),
        "left": _left(one.limit_at, check_point),
        "url": f"/accounts/{number or one.account_id}{seen.kept}" if seen.leads else "",
    }


def _briefs(visit: Visit, page: ListPage, seen: _Seen) -> list[Row]:
    """Return a row for each account with no more in it than the address asks for: a nation has many."""
    asked = {"s", page.order(visit)[0]}
    if visit.ask("q"):
        asked |= set(page.search)
    asked |= {_NARROWED_BY.get(one.key, one.key) for one in page.filters if visit.ask(one.key)}
    if "newest_post_at" in asked:
        asked.add("by_day")
    values = [(key, value) for key, value in _VALUES.items() if key in asked]
    return [{_ACCOUNT: one, **{key: value(seen, one) for key, value in values}} for one in seen.accounts]


def _left(limit_at: datetime | None, check_point: datetime) -> str:
    return left_in_words(limit_at, check_point).replace("今天", "当天")


def _list_page(visit: Visit, seen: _Seen) -> ListPage:
    """Return what the list is: its choices are those that its accounts have."""
    names_alone = visit.reach is Reach.NAMES
    mark = Filter("s", "更新情况", tuple((str(mark), MARK_WORDS[mark]) for mark in _MARKS.values()))
    silent = Filter("silent", "未更新", SILENT, _is_silent)
    families = {platform_family(platform) for platform in {one.platform for one in seen.accounts}}
    places = (
        Filter("platform", "平台", _choices(families), lambda row, chosen: row["family"] == chosen),
        Filter("area", "地区", _choices({one.area for one in seen.accounts})),
        Filter("tier", "层级", _choices({one.tier for one in seen.accounts})),
    )
    return ListPage(
        title="账号",
        path="/accounts",
        columns=tuple(one for one in COLUMNS if one.key in OF_NAMES) if names_alone else COLUMNS,
        filters=places if names_alone else (mark, *places, silent),
        search=("name", "owner", "number"),
        sort="name" if names_alone else "limit_at",
        none_title="当时没有账号",
        none_next="换一个时间，或回到当前数据。",
    )


def _choices(values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((value, value) for value in sorted(values) if value)


def _is_silent(row: Row, chosen: str) -> bool:
    """Tell whether an account was silent for so many days; what is no choice keeps everybody."""
    days = row["silent_days"]
    return chosen not in dict(SILENT) or (days is not None and days >= int(chosen))


def _counts(visit: Visit, page: ListPage, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return how many bore each mark, as links to them; together they are everybody who fits the other filters."""
    marks = Counter(row["s"] for row in page.fitting(visit, rows, but="s"))
    return [
        {
            "mark": str(mark),
            "word": TITLES[mark],
            "value": marks[str(mark)],
            "sub": SUBTITLES[mark],
            "url": visit.url("/accounts", s=str(mark), page=None),
            "red": mark is Mark.OVER and marks[str(mark)] > 0,
            "current": visit.ask("s") == mark,
        }
        for mark in _MARKS.values()
    ]


def _led(visit: Visit) -> str:
    """Return the address without what can be asked of now alone: reminders, closed accounts; empty: it has none."""
    mark = visit.ask("s")
    is_mark = mark in {str(one) for one in _MARKS.values()}
    if visit.ask("state") or (mark and not is_mark):
        return visit.url(s=mark if is_mark else None, state=None, page=None)
    return ""
