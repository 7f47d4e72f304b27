"""今日: who must post, of whom nobody knows, what waits, what came in, how the sources are."""

import tempfile
from pathlib import Path
from typing import Any

from litestar import Response, get

from pipeline.console.day import (
    came_in_counts,
    came_in_of,
    counts_of,
    groups_of,
    rounds_of,
    sources_of,
    todo_of,
    unknown_of,
)
from pipeline.console.pages.past_accounts import show_past
from pipeline.console.pages.senders import source_title
from pipeline.console.pages.to_agree import rows_to_agree
from pipeline.console.visit import Asked, Visit
from pipeline.home.desk import Desk
from pipeline.office.scope import Scope
from pipeline.office.today.picture import AskToday, Today, today_of
from pipeline.office.today.workbooks import write_today, write_today_text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/today", sync_to_thread=True)
def show_today(visit: Asked) -> Response[Any]:
    """Show the page of a day, of the accounts that somebody may see; who asks for another day is led to the list."""
    if visit.is_past:  # what waits and what came in is told of now alone
        return show_past(visit) if visit.as_json else visit.go(visit.link("/accounts"))
    to_agree = rows_to_agree(visit)
    with visit.workspace() as desk:
        standings = visit.standings(desk)
        found = _today(visit, desk)
        return visit.page(
            "today/day.html",
            counts=counts_of(visit, found, standings),
            groups=visit.kept_by(
                standings, ("groups", visit.scope), lambda: groups_of(visit, desk.model, found, standings)
            ),
            unknown=visit.kept_by(
                standings, ("unknown", visit.scope), lambda: unknown_of(visit, desk.model, found, standings)
            ),
            todo_items=[*to_agree, *todo_of(visit, found)],
            came_in=came_in_of(visit, desk.model),
            came_in_counts=came_in_counts(found),
            accounts=found.accounts,
            since=found.since,
            until=found.until,
            urgent=found.urgent,
            sources=sources_of(standings) if visit.scope == Scope() else None,
            rounds=rounds_of(visit, desk.model),
            short_quotas=found.short_quotas,
            source_title=source_title,
            may_look=visit.may("GET", "/looks/record"),
        )


@get(["/today.xlsx", "/today.csv"], sync_to_thread=True)
def export_today(visit: Asked) -> Response[Any]:
    """Give the page as a file."""
    ending = visit.path.rpartition(".")[2]
    if visit.is_past:
        return visit.go(visit.link(f"/accounts.{ending}"))
    with visit.workspace() as desk, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"today.{ending}"
        found = _today(visit, desk)
        (write_today if ending == "xlsx" else write_today_text)(path, found)
        return visit.file(path.read_bytes(), f"今日清单.{ending}", _XLSX if ending == "xlsx" else "text/csv")


def _today(visit: Visit, desk: Desk) -> Today:
    """Return the page's figures, reckoned once for a scope as long as the standings are the same."""
    standings, scope = visit.standings(desk), visit.scope
    return visit.kept_by(
        standings, scope, lambda: today_of(visit.home, desk.model, AskToday(visit.now, scope), standings)
    )


HANDLERS = [show_today, export_today]
