"""What the page of an account shows from the read model: how it stands, its registration, its history, whom to call."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from events.account import AccountOpened
from events.answer import AlertAcknowledged
from events.folding import fold_owner
from events.instants import FAR, to_micros
from events.known import Known
from pipeline.console.account_words import MARK_WORDS, TITLES, left_in_words, limit_in_words, mark_name
from pipeline.console.day import reminder_of
from pipeline.console.problems import no_such_page
from pipeline.console.rights import Reach
from pipeline.home.desk import Desk
from pipeline.home.errors import NotFoundError
from pipeline.home.read_model import KEPT
from pipeline.home.rulesets import rule_names
from pipeline.home.typed_numbers import typed_number
from pipeline.office.adoptions import indicators_title, ruleset_in_force
from pipeline.office.audit import words_of
from pipeline.office.fact_words import FACTS
from pipeline.office.people import Contact, list_contacts
from pipeline.office.standing.among import Among
from pipeline.office.standing.listing import AccountView, units_now, view_of
from pipeline.office.standing.scoped import wanted_of
from pipeline.office.standing.standings import WHY, Mark
from projections.patrol.account_line import AccountLine
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at

if TYPE_CHECKING:
    from pipeline.console.visit import Visit

_MOST_HISTORY = 50
_UNSEEN_BY_UNITS = ("finding.", "self_check.", "upper_check.", "focus.", "claim.")
_UNTOLD = ("claim.", "fact.", "account.merged", "account.corrected")


class VisibleAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account that somebody may see."""

    view: AccountView
    line: AccountLine
    card: AccountCard


class Step(msgspec.Struct, frozen=True):
    """Something that was recorded of an account."""

    at: datetime
    what: str
    words: str


def account_at(visit: "Visit", desk: Desk, text: str) -> VisibleAccount:
    """Return the account under a number or an id; raises the error of a missing page where there is none to see."""
    model = desk.model
    number = typed_number(text)
    account = text if number is None else model.store.numbered(number) or text
    among = Among(model, wanted_of(model, visit.scope, units_now(model, visit.now)))
    line = among.get(account)
    known = desk.known.read(ACCOUNT_TYPES, visit.known_at or FAR, subjects=(account,))
    card = cards_at(known, visit.at or FAR).get(account)
    if line is None or card is None:
        raise no_such_page()
    view = view_of(
        line,
        model.numbers_of([account]).get(account),
        model.store.areas_of([account]).get(account, ""),
        visit.now,
        visit.standings(desk),
    )
    return VisibleAccount(view=view, line=line, card=card)


def due_of(visit: "Visit", desk: Desk, visible: VisibleAccount) -> dict[str, Any]:
    """Return how an account stands, in words."""
    view, standings = visible.view, visit.standings(desk)
    known = desk.model.known((AlertAcknowledged.type,), [view.account_id])
    read = {k.event.data.alert_id.bytes for k in known if isinstance(k.event.data, AlertAcknowledged)}
    word, look, at = reminder_of(standings, view.account_id, read)
    held = next(iter(visible.line.held_at(to_micros(visit.now))), None)
    closed = view.closed_at is not None and view.closed_at <= visit.now
    looks = {Mark.OVER: "", Mark.RED: "", Mark.BLUE: "warn", Mark.YELLOW: "warn"}
    return {
        "mark": mark_name(view.mark, view.why),
        "title": "已注销" if closed else TITLES[view.mark],
        "look": "plain" if closed else looks.get(view.mark, "plain"),
        "big": ""
        if closed
        else WHY.get(view.why) or left_in_words(view.limit_at, visit.now) or MARK_WORDS[view.mark],
        "limit": "" if closed else limit_in_words(view.limit_at, visit.now),
        "reminder": word,
        "reminder_look": look,
        "reminded_at": at,
        "held": {"snooze": "已暂缓提醒", "mute": "已静音", "claim": "单位称已发布，待检查核实"}.get(
            held.cause, ""
        )
        if held
        else "",
        "has_alert": view.account_id in standings.alerts and not closed,
        "closed": closed,
    }


def history_of(visit: "Visit", desk: Desk, account_id: str) -> list[Step]:
    """Return what was recorded of an account but for posts and looks, newest first; units see what concerns them."""
    of_unit = visit.reach is Reach.UNIT
    types = [
        name
        for name in sorted(KEPT)
        if name in FACTS
        and not name.startswith(_UNTOLD)
        and not (of_unit and name.startswith(_UNSEEN_BY_UNITS))
    ]
    known = desk.known.read(types, visit.known_at or FAR, subjects=(account_id,))
    names = rule_names(visit.home.path)
    steps = [Step(k.event.time, FACTS[k.event.type], _event_words(k, names)) for k in known]
    steps.sort(key=lambda step: step.at, reverse=True)
    return steps[:_MOST_HISTORY]


def _event_words(k: Known, names: dict[str, str]) -> str:
    if isinstance(k.event.data, AccountOpened):
        return f"{k.event.data.name} {k.event.data.platform}"
    return words_of(k, names)


def rules_title_of(visit: "Visit", desk: Desk, visible: VisibleAccount) -> str:
    """Return what the rules are called that the account is judged by: its own, those in force, or the home's."""
    at = visit.at or visit.now
    label = visible.card.ruleset or ruleset_in_force(desk, at) or visit.home.settings.ruleset
    try:
        title = indicators_title(desk, label, at)
    except NotFoundError:
        return "规则文件缺失"
    return f"{title}（另行规定）" if visible.card.ruleset else title


def contacts_of(visit: "Visit", visible: VisibleAccount) -> list[Contact]:
    """Return who answers for an account, by role; no name is read."""
    return list_contacts(visit.home, visible.card.owner, visible.card.people)


def siblings_of(visit: "Visit", desk: Desk, visible: VisibleAccount) -> list[tuple[str, str, str]]:
    """Return name, platform and page of the other accounts of the owner that somebody may see."""
    from pipeline.console.pages.account_list import account_url  # noqa: PLC0415 (pages need this module)

    model = desk.model
    scope = wanted_of(model, visit.scope, units_now(model, visit.now))
    mine = scope._replace(owners=[fold_owner(visible.view.owner)], open_at=to_micros(visit.now))
    others = [a for a in model.store.subjects(mine, "name", most=9) if a != visible.view.account_id]
    lines, numbers = model.registered(others), model.numbers_of(others)
    return [
        (line.name, line.platform, account_url(visit, numbers.get(account), account))
        for account, line in lines.items()
    ]
