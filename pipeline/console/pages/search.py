"""The box in the head of every page: accounts by name, owner, id or number, units, and documents by 文号."""

from typing import Any

from litestar import Response, get

from events.bulletin import BulletinIssued
from events.folding import fold
from pipeline.console.account_words import mark_name, mark_words
from pipeline.console.navigation import may_open
from pipeline.console.pages.account_list import account_url
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.desk import Desk
from pipeline.home.typed_numbers import typed_number
from pipeline.office.scope import Scope
from pipeline.office.standing.listing import AskAccounts, list_accounts, units_now
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES, fold_rounds

_MOST = 20
_LONGEST = 60


@get("/search", sync_to_thread=True)
def search(visit: Asked) -> Response[Any]:
    """Show what fits some words; a number that one account alone has leads to it."""
    q = visit.ask("q")[:_LONGEST]
    with visit.workspace() as desk:
        number = typed_number(q)
        if visit.reach is not Reach.NAMES and number is not None:
            account = desk.model.store.numbered(number)
            hits = account is not None and _accounts(visit, desk, q)[0]
            if account is not None and hits and len(hits) == 1:
                return visit.go(hits[0]["url"])
        accounts, found = _accounts(visit, desk, q) if q else ([], 0)
        whole = visit.scope == Scope() and visit.reach is Reach.ALL
        units = _units(visit, desk, q) if q and whole else []
        documents = _documents(visit, desk, q) if q and whole else []
    return visit.page(
        "search.html", q=q, accounts=accounts, found=found, units=units, documents=documents, most=_MOST
    )


def _accounts(visit: Visit, desk: Desk, q: str) -> tuple[list[dict[str, str]], int]:
    asked = AskAccounts(now=visit.now, within=visit.scope, words=q, sort="name", most=_MOST)
    found = list_accounts(desk.model, asked, visit.standings(desk))
    names_alone = visit.reach is Reach.NAMES
    return [
        {
            "name": one.name,
            "platform": one.platform,
            "owner": one.owner,
            "number": one.number or "",
            "mark": "" if names_alone else mark_name(one.mark, one.why),
            "said": "" if names_alone else mark_words(one.mark, one.why),
            "url": "" if names_alone else account_url(visit, one.number, one.account_id),
        }
        for one in found.rows
    ], found.found


def _units(visit: Visit, desk: Desk, q: str) -> list[tuple[str, str]]:
    """Return names of units with where their accounts are listed."""
    wanted = fold(q)
    found = sorted(
        {unit.name for unit in units_now(desk.model, visit.now).values() if wanted in fold(unit.name)}
    )
    may = visit.user is not None and may_open(visit.user, "/accounts")
    return [(name, f"/accounts?q={name}" if may else "") for name in found[:_MOST]]


def _documents(visit: Visit, desk: Desk, q: str) -> list[tuple[str, str, str]]:
    """Return number and title of issued bulletins, with their page."""
    known = counting(desk.model.known((BulletinIssued.type, *ROUND_TYPES, *CLAIM_TYPES)))
    rounds, wanted = fold_rounds(known), fold(q)
    may = visit.user is not None and may_open(visit.user, "/bulletins")
    found = []
    for k in known:
        data = k.event.data
        if isinstance(data, BulletinIssued) and wanted in fold(data.number):
            name = k.event.subject.removeprefix("round:")
            title = rounds[name].announced.title if name in rounds else "通报"
            found.append((data.number, title, f"/bulletins/{name}" if may else ""))
    return found[:_MOST]


HANDLERS = [search]
