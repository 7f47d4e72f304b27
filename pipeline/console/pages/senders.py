"""Whoever asks, as the services of papers know them: an actor in the role that lets them in here."""

from typing import TYPE_CHECKING

from pipeline.access.users import ROLE_TITLES, Role
from pipeline.office.intake.sender import Sender

if TYPE_CHECKING:
    from pipeline.console.visit import Visit

_OFFICE = "市政府办公室"
_TITLES = {
    "recorded-polls": "录入的轮询",
    "feed-files": "内容列表文件",
    "sheets": "表格报送",
    "office": "办公室登记",
}
"""Of sources that have a name from us; others are called as the settings call them."""


def sender_of(visit: "Visit") -> Sender:
    """Return who asks; raises `AssertionError` where nobody is signed in."""
    grant = visit.grant
    return Sender(visit.actor.code, str(grant.role) if grant else "", grant.scope if grant else "")


def called(role: str, scope: str) -> str:
    """Return what people call a sender: 监测单位 某公司."""
    if role in ("", Role.CLERK, Role.SIGNER, Role.AUDITOR):
        return _OFFICE
    return f"{ROLE_TITLES[Role(role)]} {scope}".strip() if role in set(Role) else scope


def source_title(name: str) -> str:
    """Return what people call a source."""
    return _TITLES.get(name, name)
