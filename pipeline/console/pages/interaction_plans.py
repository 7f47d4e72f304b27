"""互动测试, how it begins: questions planned for accounts or websites of a scope, and one that nobody planned."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from litestar import Response, get, post

from events.days import chinese_day
from events.instants import SHANGHAI
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.pages.interaction import time_in_form
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.registry import registry_now
from pipeline.office.interaction.acts import AskQuestion, PlanTests, ask_question, plan_tests
from pipeline.office.interaction.words import CHANNELS, KINDS
from pipeline.office.scope import Scope

_ABOUT = (("accounts", "账号"), ("sites", "网站"))
C = TypeVar("C", bound=str)


@get("/interaction/plan", sync_to_thread=True)
def show_plan(visit: Asked) -> Response[Any]:
    """Show the form of a plan."""
    return _form(visit, "interaction/plan.html", Refusal())


@post("/interaction/plan", sync_to_thread=True)
def take_plan(visit: Asked) -> Response[Any]:
    """Plan a question to each account, or website, of a unit or an area."""
    form, last = visit.form, read_day(visit.form.text("by"))
    channel, kind = _one(CHANNELS, form.text("channel")), _one(KINDS, form.text("kind"))
    with refusing() as refusal:
        if last is None:
            refusal.refuse("提问期限这样写：2026-11-30，或2026年11月30日")
        elif last < chinese_day(visit.now):
            refusal.refuse("提问期限已经过去，请写今天或以后的日期。")
        elif channel is None or kind is None:
            refusal.refuse("请选择渠道和问题类别。")
        else:
            asked = PlanTests(
                scope=Scope(unit=form.text("unit") or None, area=form.text("area") or None),
                channel=channel,
                question_kind=kind,
                ask_by=_end_of(last),
                sites=form.text("about") == "sites",
            )
            with visit.workspace() as workspace:
                plan_tests(workspace, asked, visit.actor)
    if refusal:
        return _form(visit, "interaction/plan.html", refusal)
    return visit.go("/interaction?state=planned", done="interaction-planned")


@get("/interaction/ask", sync_to_thread=True)
def show_ask(visit: Asked) -> Response[Any]:
    """Show the form of a question that nobody planned."""
    return _form(visit, "interaction/ask.html", Refusal())


@post("/interaction/ask", sync_to_thread=True)
def take_ask(visit: Asked) -> Response[Any]:
    """Take that a question was put to an account or a website."""
    form = visit.form
    channel, kind = _one(CHANNELS, form.text("channel")), _one(KINDS, form.text("kind"))
    with refusing() as refusal:
        if channel is None or kind is None or not form.text("subject"):
            refusal.refuse("请写明账号或网站，并选择渠道和问题类别。")
        else:
            asked = AskQuestion(
                what=form.text("subject"),
                at=time_in_form(visit, "at"),
                channel=channel,
                question_kind=kind,
                reference=form.text("reference"),
            )
            with visit.workspace() as workspace:
                done = ask_question(workspace, asked, visit.actor)
    if refusal:
        return _form(visit, "interaction/ask.html", refusal)
    return visit.go(f"/interaction/{done.ids[0]}", done="interaction-asked")


def _form(visit: Visit, template: str, refusal: Refusal) -> Response[Any]:
    with visit.workspace() as workspace:
        entries = registry_now(workspace).entries.values()
        units = sorted({entry.owner for entry in entries} - {""})
        areas = sorted({entry.area for entry in entries} - {""})
    return visit.page(
        template,
        status=refusal.status,
        units=units,
        areas=areas,
        about=_ABOUT,
        channels=tuple(CHANNELS.items()),
        kinds=tuple(KINDS.items()),
        sent=visit.form,
        refused=refusal.said,
    )


def _one(words: Mapping[C, str], text: str) -> C | None:
    return next((code for code in words if code == text), None)


def _end_of(last: date) -> datetime:
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


HANDLERS = [show_plan, take_plan, show_ask, take_ask]
