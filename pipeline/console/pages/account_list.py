"""账号: the list of accounts, narrowed, ordered and cut by the read model; and its files."""

from typing import Any

from litestar import Response, get

from pipeline.console.account_columns import COLUMNS, OF_NAMES, SILENT
from pipeline.console.account_words import MARK_WORDS, SUBTITLES, TITLES, left_in_words, mark_name, mark_words
from pipeline.console.listing import PAGE_ROWS, Filter, ListPage, Row
from pipeline.console.pages.past_accounts import export_past, show_past
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.desk import Desk
from pipeline.office.standing.listing import AccountPage, AccountView, AskAccounts, list_accounts
from pipeline.office.standing.standings import Mark

_SORTS = {
    "limit_at": "counted_from",
    "newest_post_at": "newest_at",
    "name": "name",
    "owner": "owner",
    "area": "area",
    "number": "number",
    "opened_at": "opened_at",
    "silent_days": "newest_at",
}
_REVERSED = frozenset({"silent_days"})
_MOST_ASKED = 60
SAVED = (
    ("今天到期", "/accounts?s=red"),
    ("近期到期", "/accounts?s=yellow"),
    ("待核实", "/accounts?s=unknown"),
    ("未更新 14 天以上", "/accounts?silent=14"),
    ("已注销", "/accounts?state=closed"),
)


_MARK = Filter("s", "更新情况", tuple((str(mark), word) for mark, word in MARK_WORDS.items()))
_SILENCE = Filter("silent", "未更新", SILENT)
_STATE = Filter("state", "登记", (("closed", "已注销"),))


@get("/accounts", sync_to_thread=True)
def show_accounts(visit: Asked) -> Response[Any]:
    """Show a page of the accounts that somebody may see, as they are or as they were."""
    if visit.is_past:
        return show_past(visit)
    with visit.workspace() as desk:
        standings = visit.standings(desk)
        page_of = _list_page(visit, desk)
        kept = visit.keeper(standings)
        first = list_accounts(desk.model, _asked(visit, begin=0), standings, kept)
        page = page_of.asked_page(visit, first.found)
        found = (
            first
            if page == 1
            else list_accounts(desk.model, _asked(visit, begin=(page - 1) * PAGE_ROWS), standings, kept)
        )
    listing = page_of.page_of_rows(visit, rows_of(visit, found), found.found, found.total)
    names_alone = visit.reach is Reach.NAMES
    return visit.page(
        "accounts/list.html",
        listing=listing,
        counts=[] if names_alone else counts_of(visit, found),
        saved=() if names_alone else SAVED,
        total=found.total,
    )


@get(["/accounts.xlsx", "/accounts.csv"], sync_to_thread=True)
def export_accounts(visit: Asked) -> Response[bytes]:
    """Give all rows of the list as a file."""
    if visit.is_past:
        return export_past(visit)
    with visit.workspace() as desk:
        found = list_accounts(desk.model, _asked(visit, most=1 << 31), visit.standings(desk))
        page_of = _list_page(visit, desk)
    return page_of.export_rows(visit, rows_of(visit, found))


def counts_of(visit: Visit, found: AccountPage) -> list[dict[str, Any]]:
    """Return how many bear each mark, as links to them; together they are everybody who fits the other filters."""
    return [
        {
            "mark": str(mark),
            "word": TITLES[mark],
            "value": found.marks.get(mark, 0),
            "sub": SUBTITLES[mark],
            "url": visit.url("/accounts", s=str(mark), page=None),
            "red": mark is Mark.OVER and bool(found.marks.get(mark)),
            "current": visit.ask("s") == mark,
        }
        for mark in Mark
    ]


def account_url(visit: Visit, number_: str | None, account_id: str) -> str:
    """Return the page of an account: under its number for people, else under its id."""
    return visit.link(f"/accounts/{number_ or account_id}")


def rows_of(visit: Visit, found: AccountPage) -> list[Row]:
    """Return accounts as rows of a table."""
    return [_row(visit, one) for one in found.rows]


def _row(visit: Visit, one: AccountView) -> Row:
    return {
        "said": "已注销" if one.closed_at and one.closed_at <= visit.now else mark_words(one.mark, one.why),
        "mark": "" if one.closed_at and one.closed_at <= visit.now else mark_name(one.mark, one.why),
        "number": one.number,
        "name": one.name,
        "platform": one.platform,
        "owner": one.owner,
        "area": one.area,
        "tier": one.tier,
        "newest_post_at": one.newest_post_at,
        "by_day": one.newest_post_by_day,
        "silent_days": one.silent_days,
        "limit_at": one.limit_at,
        "left": left_in_words(one.limit_at, visit.now),
        "opened_at": one.opened_at,
        "closed_at": one.closed_at,
        "url": "" if visit.reach is Reach.NAMES else account_url(visit, one.number, one.account_id),
    }


def _asked(visit: Visit, begin: int = 0, most: int = PAGE_ROWS) -> AskAccounts:
    order = visit.ask("sort") or "limit_at"
    key, descending = order.removeprefix("-"), order.startswith("-")
    key = key if key in _SORTS else "limit_at"
    silent, mark = visit.ask("silent"), visit.ask("s")
    is_narrow = visit.reach is Reach.NAMES
    if is_narrow and key not in OF_NAMES:
        key, descending = "name", False
    return AskAccounts(
        now=visit.now,
        within=visit.scope,
        area=visit.ask("area"),
        tier=visit.ask("tier"),
        family=visit.ask("platform"),
        mark=mark if mark in set(Mark) and not is_narrow else "",
        words=visit.ask("q")[:_MOST_ASKED],
        silent_days=int(silent) if silent in dict(SILENT) and not is_narrow else None,
        closed=visit.ask("state") == "closed",
        sort=_SORTS[key],
        descending=descending != (key in _REVERSED),
        begin=begin,
        most=most,
    )


def _list_page(visit: Visit, desk: Desk) -> ListPage:
    """Return what the list is: its choices are those that accounts have."""
    store = desk.model.store
    kept = visit.keeper(visit.standings(desk))
    platforms, areas, tiers = kept(
        "values", lambda: (store.values("family"), store.values("area"), store.values("tier"))
    )
    if visit.reach is Reach.NAMES:
        columns = tuple(one for one in COLUMNS if one.key in OF_NAMES)
        kinds: tuple[Filter, ...] = ()
    else:
        columns, kinds = COLUMNS, (_MARK, _SILENCE, _STATE)
    return ListPage(
        title="账号",
        path="/accounts",
        columns=columns,
        filters=(
            *kinds[:1],
            Filter("platform", "平台", tuple((f, f) for f in platforms if f)),
            Filter("area", "地区", tuple((a, a) for a in areas if a)),
            Filter("tier", "层级", tuple((t, t) for t in tiers if t)),
            *kinds[1:],
        ),
        search=("name", "owner", "number"),
        sort="limit_at",
        none_title="没有已注销的账号" if visit.ask("state") else "还没有账号",
        none_next="" if visit.ask("state") else "上传账号台账后，这里列出全部账号。",
    )


HANDLERS = [show_accounts, export_accounts]
