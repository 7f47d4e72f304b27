"""Signed links: what waits about one account, for whoever holds the link; 知悉 may be pressed, all else signs in.

The token is the capability, so its form needs no other one. It names account and matter, no person; it is over after
three days, or with the matter.
"""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.links import read_link
from pipeline.console.pages.my import card_of
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.actor import Actor
from pipeline.home.desk import Desk
from pipeline.office.answers.acts import Acknowledge, acknowledge
from pipeline.office.my_unit import Matter, acknowledgements, matter_of, views_of
from pipeline.voice.links import opener_in

LINK = Actor("link")
"""Whoever holds a signed link: nobody knows who that is."""


@get("/s/{token:str}", sync_to_thread=True)
def show_link(visit: Asked, token: FromPath[str]) -> Response[Any]:
    """Show what waits about the account of a link."""
    with visit.workspace() as desk:
        matter = _matter(visit, desk, token)
    return _over(visit) if matter is None else _page(visit, token, matter)


@post("/s/{token:str}/known", sync_to_thread=True)
def know(visit: Asked, token: FromPath[str]) -> Response[Any]:
    """Say that the reminder was read."""
    with visit.workspace() as desk, refusing() as refused:
        matter = _matter(visit, desk, token)
        if matter is not None:
            acknowledge(desk, Acknowledge(matter.alert_id), LINK)
    if matter is None:
        return _over(visit)
    if refused:
        return _page(visit, token, matter, refused.said, refused.status)
    return visit.go(f"/s/{token}", done="alert-known")


def _matter(visit: Visit, desk: Desk, token: str) -> Matter | None:
    """Return the matter of a link, None where the link or the matter is over, or nobody here made it."""
    link = read_link(visit.home, token, visit.now)
    opener = opener_in(link.purpose) if link is not None else None
    if link is None or opener is None:
        return None
    standings = visit.standings(desk)
    alert = standings.alerts.get(link.account)
    if alert is None or str(UUID(bytes=alert.opener)) != opener:
        return None
    lines = list(desk.model.registered([link.account]).values())
    if not lines:
        return None
    view = views_of(desk, lines, visit.now, standings)[link.account]
    return matter_of(lines[0], view, alert, acknowledgements(desk, [link.account]), visit.now)


def _page(
    visit: Visit, token: str, matter: Matter, error: str = "", status: int = HTTPStatus.OK
) -> Response[Any]:
    page = visit.page("my/link.html", status=status, card=card_of(visit, matter), token=token, error=error)
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


def _over(visit: Visit) -> Response[Any]:
    page = visit.page("my/link_over.html", status=HTTPStatus.NOT_FOUND)
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


HANDLERS = [show_link, know]
