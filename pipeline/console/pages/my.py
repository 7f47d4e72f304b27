"""我的账号: what an owner unit has to do, first of all on a phone; one living card a matter."""

from datetime import datetime, time, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.days import chinese_day
from events.instants import SHANGHAI
from pipeline.console.account_words import TITLES, left_in_words, limit_in_words, mark_name
from pipeline.console.navigation import may_open
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.pages.tasks import time_left_text
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.desk import Desk
from pipeline.office.answers.acts import Acknowledge, Posted, Snooze, acknowledge, posted, snooze
from pipeline.office.my_unit import Matter, accounts_of, my_unit
from pipeline.office.rectification.listing import list_tasks
from pipeline.office.rectification.units import OPEN
from pipeline.office.reposts.listing import waiting_orders
from pipeline.office.sites.hints import site_hints
from pipeline.office.standing.listing import AccountView
from pipeline.office.standing.standings import WHY, Mark
from pipeline.office.supervision.listing import KINDS, list_supervision
from pipeline.voice.sent import list_sent

_LETTERS = frozenset(("late", "waiting"))
_BUSINESS = (("开设、变更、注销申请", "/filings/new"), ("报送自查", "/reports"), ("数据报送", "/in"))


@get("/my", sync_to_thread=True)
def show_mine(visit: Asked) -> Response[Any]:
    """Show what the unit has to do, and its accounts."""
    return _page(visit)


@post("/my/{account:str}/known", sync_to_thread=True)
def know(visit: Asked, account: FromPath[str]) -> Response[Any]:
    """Say that the reminder was read; nothing follows from it."""
    with visit.workspace() as desk, refusing() as refused:
        acknowledge(desk, Acknowledge(_meant(visit, desk, account)), visit.actor)
    return _after(visit, account, refused.said, refused.status, "alert-known")


@post("/my/{account:str}/posted", sync_to_thread=True)
def say_posted(visit: Asked, account: FromPath[str]) -> Response[Any]:
    """Say that the account has posted, with the address of the post; the next look decides."""
    with visit.workspace() as desk, refusing() as refused:
        posted(desk, Posted(_meant(visit, desk, account), visit.form.text("link")), visit.actor)
    return _after(visit, account, refused.said, refused.status, "alert-posted")


@post("/my/{account:str}/later", sync_to_thread=True)
def put_off(visit: Asked, account: FromPath[str]) -> Response[Any]:
    """Put the reminders off until a day, with a reason that the office sees; the limit stays."""
    until = read_day(visit.form.text("until"))
    if until is None or not visit.form.text("reason"):
        return _after(visit, account, "请写暂缓到哪一天（例如 2026年9月20日）和理由", 422, "")
    end = datetime.combine(until + timedelta(days=1), time(), SHANGHAI)
    with visit.workspace() as desk, refusing() as refused:
        asked = Snooze(_meant(visit, desk, account), end, visit.form.text("reason"))
        snooze(desk, asked, visit.actor)
    return _after(visit, account, refused.said, refused.status, "alert-snoozed")


def card_of(visit: Visit, matter: Matter) -> dict[str, Any]:
    """Return a card in words."""
    account = matter.account
    return {
        **account_of(visit, account),
        "steps": matter.steps,
        "known": matter.is_known,
        "reminded": bool(matter.alert_id),
        "held": matter.held,
        "held_until": matter.held_until,
        "asks": _asks(account, visit.now),
        "can_wait": account.limit_at is not None and account.limit_at - visit.now > timedelta(days=1),
    }


def account_of(visit: Visit, account: AccountView) -> dict[str, Any]:
    """Return an account in words."""
    return {
        "key": account.number or account.account_id,
        "name": account.name,
        "platform": account.platform,
        "mark": mark_name(account.mark, account.why),
        "title": TITLES[account.mark] + (f"：{WHY[account.why]}" if account.why else ""),
        "hot": account.mark in (Mark.OVER, Mark.RED),
        "left": left_in_words(account.limit_at, visit.now),
        "limit": limit_in_words(account.limit_at, visit.now),
        "newest": account.newest_post_at,
        "by_day": account.newest_post_by_day,
        "url": visit.link(f"/accounts/{account.number or account.account_id}"),
    }


def _asks(account: AccountView, now: datetime) -> str:
    """Return what a unit is asked for, by its time."""
    close = "确无更新需要的，可申请整合或关停。"
    if account.mark is Mark.OVER:
        return f"已超过两周没有更新，请尽快按职责发布有价值的信息；{close}"
    if account.limit_at is None:
        return f"请按职责发布有价值的信息；{close}"
    days = (chinese_day(account.limit_at) - chinese_day(now)).days
    when = "今天到期" if days <= 0 else f"请在{chinese_day(account.limit_at):%-m月%-d日}前更新"
    return f"{when}；请按职责发布有价值的信息；{close}"


def _meant(visit: Visit, desk: Desk, text: str) -> str:
    """Return the id of an account of the unit by its number, or by its id; raises 404 for one of others."""
    lines = accounts_of(desk, visit.scope, visit.now)
    numbers = desk.model.numbers_of([line.account_id for line in lines])
    for line in lines:
        if text in (line.account_id, numbers.get(line.account_id)):
            return line.account_id
    raise no_such_page()


def _after(visit: Visit, account: str, error: str, status: int, done: str) -> Response[Any]:
    if error:
        return _page(visit, errors={account: error}, status=status)
    return visit.go("/my", done=done)


def _page(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response[Any]:
    unit = visit.grant.scope if visit.grant is not None else ""
    today = chinese_day(visit.now)
    with visit.workspace() as desk:
        mine = my_unit(desk, visit.scope, visit.now, visit.standings(desk))
        tasks = [t for t in list_tasks(desk, today, visit.scope) if t.state in OPEN]
        reposts = waiting_orders(desk, visit.scope, visit.now)
        letters = [one for one in list_supervision(desk, today, scope=visit.scope) if one.state in _LETTERS]
        sites = site_hints(desk, visit.scope)
        sent = [one for one in list_sent(desk, today.replace(day=1), today) if one.unit == unit]
    may = visit.user is not None
    return visit.page(
        "my/unit.html",
        status=status,
        unit=unit,
        cards=[card_of(visit, matter) for matter in mine.matters],
        to_answer=[(one, account_of(visit, one.account)) for one in mine.to_answer],
        tasks=[(task, time_left_text(task)) for task in tasks],
        reposts=reposts,
        letters=[(one, KINDS[one.kind], one.state == "late") for one in letters],
        sites=sites,
        accounts=[account_of(visit, account) for account in mine.accounts],
        scored=mine.scored,
        bulletin=mine.bulletin,
        scores=mine.scores,
        business=[(t, u) for t, u in _BUSINESS if may and visit.user is not None and may_open(visit.user, u)],
        sent=len(sent),
        errors=errors or {},
        form=visit.form,
    )


HANDLERS = [show_mine, know, say_posted, put_off]
