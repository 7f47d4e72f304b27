"""Which account, and which open alert of it, a person means."""

from datetime import datetime
from uuid import UUID

import msgspec

from connectors.readmodel.port import OpenAlert
from events.instants import to_micros
from events.messages import message
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.read_model import open_read_model
from pipeline.home.registry import find_alone
from pipeline.home.workspace import Workspace
from projections.patrol.account_line import AccountLine
from projections.registry.identity.naming import title

_ID_START = 6
"""So many letters of an id are taken for one before they are taken for the name of an account."""


class Meant(msgspec.Struct, frozen=True):
    """An account that somebody answers for."""

    account_id: str
    title: str
    alert: OpenAlert | None  # its newest open alert, or the one that was named
    line: AccountLine


def find_meant(workspace: Workspace, text: str) -> Meant:
    """Return what is meant by the first letters of an open alert's id, or by an account as people name it.

    Raises `NotFoundError` with the nearest names, and `UsageError` for letters with which several alerts begin.
    """
    with open_read_model(workspace.home) as model:
        alerts = model.open_alerts()
        named = [alert for alert in alerts if len(text) >= _ID_START and _id(alert).startswith(text.lower())]
        if len(named) > 1:
            raise UsageError(
                message(
                    "{count} open alerts have an id that begins with {text!r}", count=len(named), text=text
                )
            )
        subject = named[0].subject if named else find_alone(workspace, text)
        line = model.registered([subject]).get(subject)
    if line is None:
        raise NotFoundError(message("{text}: the registry does not know this account", text=text))
    alert = named[0] if named else next((a for a in reversed(alerts) if a.subject == subject), None)
    return Meant(subject, title(line), alert, line)


def require_alert(meant: Meant) -> OpenAlert:
    """Return the open alert of an account; raises `UsageError` where there is none."""
    if meant.alert is None:
        raise UsageError(message("{title} has no open alert; nothing to answer", title=meant.title))
    return meant.alert


def require_open(meant: Meant, now: datetime) -> None:
    """Raise `UsageError` for an account that is not watched."""
    if not meant.line.in_population(to_micros(now)):
        raise UsageError(
            message("{title} is closed, or not opened yet; nobody is alerted", title=meant.title)
        )


def _id(alert: OpenAlert) -> str:
    return str(UUID(bytes=alert.id))
