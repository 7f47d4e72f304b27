"""Login names: how they are written, and compared."""

import re
import unicodedata

from events.fields import field
from events.messages import message
from pipeline.home.errors import UsageError

_LOGIN = re.compile(r"[\w.@-]{2,64}")
_LONGEST_NAME = 40


def plain_login(login: str) -> str:
    """Return a login as it is compared: whatever keyboard and capitals it was typed with."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def require_login(login: str) -> str:
    """Return a new login as it is compared; raises `UsageError` for one that cannot be one."""
    plain = plain_login(login)
    if _LOGIN.fullmatch(plain) is None:
        raise UsageError(
            message("{login!r} is no login: 2 to 64 letters, digits and . @ - _, without blanks", login=login)
        )
    return plain


def require_name(name: str) -> str:
    """Return what somebody is called; raises `UsageError` for a blank and for what no list can show."""
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise UsageError(
            message(
                "{field}: write a name of 1 to {most} characters",
                field=field("user_name"),
                most=_LONGEST_NAME,
            )
        )
    return plain
