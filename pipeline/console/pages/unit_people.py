"""单位与人员: one person shown for a reason, people added, and erased by two persons."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from pipeline.console.pages.units import REASONS, found_unit, page_of_unit
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked
from pipeline.office.people import AddPerson, add_person
from pipeline.office.unit_people import agree_to_erase, ask_to_erase, keep_person, show_person


@post("/units/{code:str}/person", sync_to_thread=True)
def show_one(visit: Asked, code: FromPath[str]) -> Response[Any]:
    """Show name and number of one person; the reason goes into the access log. The answer is no page to go back to."""
    unit = found_unit(visit, code).unit
    person = None
    with refusing() as refusal:
        reason = visit.form.text("reason")
        if reason not in REASONS:
            refusal.refuse("请选择查看事由。")
        else:
            detail = visit.form.text("detail")
            why = f"{reason}：{detail}" if detail else reason
            person = show_person(visit.home, unit.name, visit.form.text("person"), why, visit.actor)
    return page_of_unit(visit, code, refusal or None, "person", person)


@post("/units/{code:str}/people", sync_to_thread=True)
def take_person(visit: Asked, code: FromPath[str]) -> Response[Any]:
    """Store a person in a role; the same name brings post and number up to date."""
    unit, form = found_unit(visit, code).unit, visit.form
    with refusing() as refusal:
        asked = AddPerson(
            unit=unit.name,
            role=form.text("role"),
            name=form.text("name"),
            post=form.text("post"),
            phone=form.text("phone"),
        )
        add_person(visit.home, asked, visit.actor.code)
    if refusal:
        return page_of_unit(visit, code, refusal, "people")
    return visit.go(f"/units/{code}", done="person-saved")


@post("/units/{code:str}/erase", sync_to_thread=True)
def ask_erasure(visit: Asked, code: FromPath[str]) -> Response[Any]:
    """Ask that a person is erased."""
    unit = found_unit(visit, code).unit
    with refusing() as refusal:
        ask_to_erase(visit.home, unit.name, visit.form.text("person"), visit.form.text("reason"), visit.actor)
    if refusal:
        return page_of_unit(visit, code, refusal, "erase")
    return visit.go(f"/units/{code}", done="erasing-asked")


@post("/units/{code:str}/erase/agree", sync_to_thread=True)
def agree_erasure(visit: Asked, code: FromPath[str]) -> Response[Any]:
    """Erase a person for good as another person asked, or keep them."""
    unit = found_unit(visit, code).unit
    person, keeps = visit.form.text("person"), visit.form.text("decision") == "keep"
    with refusing() as refusal:
        if keeps:
            keep_person(visit.home, unit.name, person, visit.form.text("reason"), visit.actor)
        else:
            with visit.workspace() as workspace:
                agree_to_erase(workspace, unit.name, person, visit.actor)
    if refusal:
        return page_of_unit(visit, code, refusal, "erase")
    return visit.go(f"/units/{code}", done="person-kept" if keeps else "person-erased")


HANDLERS = [show_one, take_person, ask_erasure, agree_erasure]
