"""两人办理: which rules of two persons hold, and those that a small office switched off."""

from typing import Any

from litestar import Response, get, post

from events.two_persons import TwoPersonRule
from pipeline.access.users import Role
from pipeline.console.problems import said_by
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import Who
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import ConflictError, UsageError
from pipeline.office.two_persons import RULES, list_rules, restore_rule, waive_rule


@get("/two-persons", sync_to_thread=True)
def show_rules(visit: Asked) -> Response[Any]:
    """Show the rules."""
    return _page(visit)


@post("/two-persons", sync_to_thread=True)
def switch_rule(visit: Asked) -> Response[Any]:
    """Switch a rule off with a reason, or on again."""
    rule: TwoPersonRule | None = next((one for one in RULES if one == visit.form.text("rule")), None)
    if rule is None:
        return _page(visit, "请选择一项")
    try:
        with visit.workspace() as workspace:
            if visit.form.text("restore"):
                restore_rule(workspace, rule, visit.actor, visit.form.text("reason"))
                return visit.go("/two-persons", done="rule-restored")
            waive_rule(workspace, rule, visit.form.text("reason"), visit.actor)
    except (UsageError, ConflictError) as error:
        return _page(visit, said_by(error))
    return visit.go("/two-persons", done="rule-waived")


def _page(visit: Visit, error: str = "") -> Response[Any]:
    with visit.workspace() as workspace:
        rules = [(one, in_chinese(one.title)) for one in list_rules(workspace)]
    may_switch = visit.user is not None and visit.user.grant(Role.SIGNER) is not None
    return visit.page(
        "two_persons.html",
        status=422 if error else 200,
        rules=rules,
        may_switch=may_switch,
        who=Who(visit),
        said=error,
    )


HANDLERS = [show_rules, switch_rule]
