"""By which rules an account is judged, and its class: facts on its subject, and what the office laid down for places.

`time` of each is since when it holds; `told_at` is when the office said so, from which on warnings follow it.
"""

from typing import ClassVar, Literal

from events.base import Payload
from events.instants import UtcDatetime

AccountClass = Literal["publishing", "service", "transaction"]
"""发布类, 服务类, 办事类: what an account is for, as the national sweep of early 2023 tells them apart."""

BY_UPDATES: frozenset[str] = frozenset({"service", "transaction"})
"""Classes that a line of their own may judge, by their updates over a month."""

Place = Literal["area", "unit"]


class AccountRuledBy(Payload, frozen=True):
    """The account is judged by a ruleset from `time` on; the last one that stands counts."""

    type: ClassVar[str] = "account.ruled_by"

    ruleset: str  # name@version; '': that of whoever asks again (of the round, of the home)
    basis: str  # the document by which
    told_at: UtcDatetime
    place: str = ""  # subject of what was laid down for a place; '': said of this account alone


class AccountClassed(Payload, frozen=True):
    """The account is of a class from `time` on; the last one that stands counts."""

    type: ClassVar[str] = "account.classed"

    account_class: AccountClass | Literal[""]  # '': not known again
    basis: str
    told_at: UtcDatetime


class AccountLined(Payload, frozen=True):
    """The account belongs to the line of a ministry (条线), beside its area, from `time` on; the last one counts."""

    type: ClassVar[str] = "account.lined"

    line: str  # 应急管理; '': to none again
    basis: str
    told_at: UtcDatetime


class RulesetAssigned(Payload, frozen=True):
    """The accounts of an area or a unit are judged by a ruleset from `time` on; each gets `account.ruled_by` for it."""

    type: ClassVar[str] = "ruleset.assigned"

    place: Place
    name: str  # of the area or the unit
    ruleset: str  # name@version; '': that of whoever asks again
    basis: str


def subject_of_place(place: Place, name: str) -> str:
    """Return the subject of what was laid down for a place."""
    return f"ruled:{place}:{name}"
