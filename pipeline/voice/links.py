"""Links in messages: what waits about one account, for three days, where the settings say where the console is."""

from collections.abc import Callable
from datetime import datetime

from pipeline.access.links import LIVES, make_link
from pipeline.home.folder import Home

Links = Callable[[str, str, datetime], str]
"""Makes the address for an account and the opener of its silence, as of a moment; of many accounts, with neither."""

_ALERT = "alert:"


def no_links(account_id: str, opener_id: str, now: datetime) -> str:
    """Return none: the settings do not say where the console is."""
    del account_id, opener_id, now
    return ""


def links_of(home: Home) -> Links:
    """Return what makes links for the messages of a home; a link names account and matter, and no person."""
    url = home.settings.console.url.rstrip("/")
    if not url:
        return no_links

    def link(account_id: str, opener_id: str, now: datetime) -> str:
        if not account_id:
            return f"{url}/my"
        return f"{url}/s/{make_link(home, purpose_of(opener_id), account_id, now + LIVES)}"

    return link


def purpose_of(opener_id: str) -> str:
    """Return the purpose of a link about a silence; it dies with the matter."""
    return f"{_ALERT}{opener_id}"


def opener_in(purpose: str) -> str | None:
    """Return the opener of the silence that a link is about, None for another purpose."""
    return purpose.removeprefix(_ALERT) if purpose.startswith(_ALERT) else None
