"""The page of an account: how it stands, a year of it, scores with clauses, history, whom to call, registration."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.fields import field
from events.instants import FAR
from events.messages import message
from pipeline.console.account_shown import (
    VisibleAccount,
    account_at,
    contacts_of,
    due_of,
    history_of,
    rules_title_of,
    siblings_of,
)
from pipeline.console.navigation import may_open
from pipeline.console.pages.account_list import account_url
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.rights import RIGHTS
from pipeline.console.times import read_moment
from pipeline.console.visit import Asked, Visit
from pipeline.console.year_strip import described, level_mark, year_svg
from pipeline.home.desk import Desk
from pipeline.home.errors import UsageError
from pipeline.office.answers import acts
from pipeline.office.answers.reasons import mute_reasons
from pipeline.office.people import PersonCard, find_person
from pipeline.office.rulings.classes import CLASSES
from pipeline.office.standing.scores import scores_of
from pipeline.office.standing.year import Year, year_of

REASONS = ("提醒更新", "核实问题", "备案", "其他（请写明）")
_OTHER = REASONS[-1]
_MOST_REASON = 200


@get("/accounts/{number:str}", sync_to_thread=True)
def show_account(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show an account by its number for people."""
    with visit.workspace() as desk:
        return _page(visit, desk, account_at(visit, desk, number))


@get("/accounts/{number:str}/year.svg", sync_to_thread=True)
def draw_year(visit: Asked, number: FromPath[str]) -> Response[str]:
    """Draw a year of an account."""
    with visit.workspace() as desk:
        visible = account_at(visit, desk, number)
        svg = year_svg(_year(visit, desk, visible), visible.card.name)
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=60"})


@get("/accounts/{number:str}/year", sync_to_thread=True)
def show_year(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show a year of an account as a table."""
    with visit.workspace() as desk:
        visible = account_at(visit, desk, number)
        year = _year(visit, desk, visible)
    rows = [
        *((on, "更新", f"{count} 条") for on, count in year.updates.items()),
        *(
            (on, "提醒", {"red": "红", "blue": "蓝", "yellow": "黄"}.get(level, "提醒"))
            for on, level in year.alerts
        ),
        *((point.on, "监测时间点", point.title) for point in year.points),
        *((gap.end, "间隔", f"{gap.days} 天没有更新" + ("，至今" if gap.lasts else "")) for gap in year.gaps),
    ]
    rows.sort(key=lambda row: (row[0], row[1]), reverse=True)
    return visit.page(
        "accounts/year.html",
        shown=visible,
        year=year,
        rows=rows,
        said=described(year),
        url=_url(visit, visible),
        level_mark=level_mark,
    )


@get("/accounts/{number:str}/score", sync_to_thread=True)
def show_score(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show what an account has scored, with the clause of each deduction."""
    with visit.workspace() as desk:
        visible = account_at(visit, desk, number)
        with refusing() as refusal:
            scores = scores_of(
                desk, visible.view.account_id, visit.at or visit.known_at or visit.now, visit.known_at
            )
    return visit.page(
        "accounts/score.html",
        shown=visible,
        scores=[] if refusal else scores,
        refused=refusal.said,
        url=_url(visit, visible),
    )


@post("/accounts/{number:str}/contact", sync_to_thread=True)
def show_contact(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show the number of one person, for a reason; the reading is logged, and the person may see it."""
    form = visit.form
    reason, more = form.text("reason"), form.text("more")[:_MOST_REASON]
    with visit.workspace() as desk:
        visible = account_at(visit, desk, number)
        asked = next(
            (one for one in contacts_of(visit, visible) if one.person_id == form.text("person")), None
        )
        if asked is None:
            raise no_such_page()
        refusal, person = Refusal(), None
        if reason not in REASONS:
            refusal.refuse("请选择查看的理由。")
        elif reason == _OTHER and not more:
            refusal.refuse("选“其他”时请写明理由。")
        else:
            why = more if reason == _OTHER else reason
            person = find_person(visit.home, asked.person_id, f"{why}：{visible.card.name}", visit.actor.code)
        return _page(visit, desk, visible, refusal, form_of="contact", person=person)


@post("/accounts/{number:str}/acknowledge", sync_to_thread=True)
def acknowledge(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Say that the reminder was read."""
    return _answer(visit, number, "acknowledge", "acknowledged")


@post("/accounts/{number:str}/snooze", sync_to_thread=True)
def snooze(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Put reminders off."""
    return _answer(visit, number, "snooze", "snoozed")


@post("/accounts/{number:str}/mute", sync_to_thread=True)
def mute(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Silence reminders, for a reason of the list."""
    return _answer(visit, number, "mute", "muted")


@post("/accounts/{number:str}/posted", sync_to_thread=True)
def posted(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Say that the account has posted."""
    return _answer(visit, number, "posted", "posted")


@post("/accounts/{number:str}/resume", sync_to_thread=True)
def resume(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Let reminders come again."""
    return _answer(visit, number, "resume", "resumed")


def _answer(visit: Visit, number: str, what: str, done: str) -> Response[Any]:
    form = visit.form
    with visit.workspace() as desk:
        visible = account_at(visit, desk, number)
        account = visible.view.account_id
        with refusing() as refusal:
            match what:
                case "acknowledge":
                    acts.acknowledge(desk, acts.Acknowledge(account), visit.actor)
                case "snooze":
                    until = read_moment(form.text("until"), "until")
                    acts.snooze(desk, acts.Snooze(account, until, form.text("reason")), visit.actor)
                case "mute":
                    if not form.text("reason"):
                        raise UsageError(message("{reason} is missing", reason=field("reason")))
                    acts.mute(
                        desk, acts.Mute(account, form.text("reason"), note=form.text("note")), visit.actor
                    )
                case "posted":
                    acts.posted(desk, acts.Posted(account, form.text("link")), visit.actor)
                case _:
                    acts.take_back_answers(
                        desk, acts.TakeBackAnswers(account, form.text("reason")), visit.actor
                    )
        if refusal:
            return _page(visit, desk, visible, refusal, form_of=what)
    return visit.go(_url(visit, visible), done=done)


def _page(
    visit: Visit,
    desk: Desk,
    visible: VisibleAccount,
    refusal: Refusal | None = None,
    *,
    form_of: str = "",
    person: PersonCard | None = None,
) -> Response[Any]:
    past = visit.known_at is not None or visit.at is not None
    may = {what: not past and _may(visit, what) for what in _ACTS}
    contacts = contacts_of(visit, visible) if may["contact"] else []
    return visit.page(
        "accounts/account.html",
        status=200 if not refusal else refusal.status,
        shown=visible,
        class_title=CLASSES.get(visible.card.account_class, ""),
        rules_title=rules_title_of(visit, desk, visible),
        due=None if past else due_of(visit, desk, visible),
        history=history_of(visit, desk, visible.view.account_id),
        contacts=contacts,
        contact_choices=[(one.person_id, one.role) for one in contacts],
        person=person,
        siblings=[] if past else siblings_of(visit, desk, visible),
        url=_url(visit, visible),
        may=may,
        may_see_scores=_may_see_scores(visit),
        may_look=not past and visit.user is not None and may_open(visit.user, "/looks/record"),
        public_url=f"/p/{visible.view.number}" if visible.view.number else "",
        reasons=REASONS,
        mute_reasons=[(code, reason.title) for code, reason in mute_reasons().items()],
        refused={form_of: refusal.said} if refusal else {},
        sent=visit.form,
    )


_ACTS = ("contact", "acknowledge", "snooze", "mute", "posted", "resume")


def _may(visit: Visit, what: str) -> bool:
    right = RIGHTS["POST", f"/accounts/{{number}}/{what}"]
    return visit.grant is not None and visit.grant.role in right.who


def _may_see_scores(visit: Visit) -> bool:
    return visit.grant is not None and visit.grant.role in RIGHTS["GET", "/accounts/{number}/score"].who


def _url(visit: Visit, visible: VisibleAccount) -> str:
    return account_url(visit, visible.view.number, visible.view.account_id)


def _year(visit: Visit, desk: Desk, visible: VisibleAccount) -> Year:
    at = visit.at or visit.known_at or visit.now
    known_at = FAR if visit.known_at is None else desk.known_at(visit.known_at)
    return year_of(desk, visible.view.account_id, at, known_at)


HANDLERS = [
    show_account,
    draw_year,
    show_year,
    show_score,
    show_contact,
    acknowledge,
    snooze,
    mute,
    posted,
    resume,
]
