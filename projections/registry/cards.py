"""Cards of accounts: everything the registry says of an account, open or closed, at a moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.account import ACCOUNT_TEXTS, SUPERVISOR_COLUMN
from events.facts import RegistryEntry
from events.known import Known
from projections.registry.population import REGISTRY_TYPES, stated_at

ACCOUNT_TYPES = REGISTRY_TYPES
"""Types of events that a card follows from."""


class AccountCard(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The fields of annex 4 of 昆政办发〔2019〕162号 and what else a list tells; people by id alone."""

    account_id: str
    given_id: str = ""
    name: str = ""
    platform: str = ""
    owner: str = ""
    supervisor: str = ""
    tier: str = ""
    area: str = ""
    description: str = ""  # 发布内容及功能定位
    link: str = ""
    section: str = ""  # 管理科室
    operator: str = ""
    verified_as: str = ""
    people: Mapping[str, str] = {}  # role to person id
    extra: Mapping[str, str] = {}
    date_only: bool = False
    by_month: bool = False  # only the month of the opening is known; `opened_at` is its end
    opened_at: datetime | None  # None: open since before the records
    opened_id: UUID
    closed_at: datetime | None = None  # None: open
    reopened_at: datetime | None = None  # None: never opened again after a closing
    ruleset: str = ""  # name@version that rules it; '': that of whoever asks
    account_class: str = ""  # publishing, service or transaction; '': not known
    line: str = ""  # of a ministry, beside its area
    originals: tuple[tuple[str, int], ...] = ()

    def entry(self) -> RegistryEntry:
        """Return what the population holds of the account."""
        return RegistryEntry(**{name: getattr(self, name) for name in RegistryEntry.__struct_fields__})


_DEFAULTS: Mapping[str, Any] = {
    **dict.fromkeys(("given_id", *ACCOUNT_TEXTS), ""),
    "people": {},
    "extra": {},
    "date_only": False,
    "by_month": False,
}


def cards_at(known: Iterable[Known], at: datetime) -> dict[str, AccountCard]:
    """Return the card of every account that was opened by T, closed ones too.

    `known` are the first records of account events as known at K, in log order, as `registry_at` takes them.
    """
    cards = {}
    for account, stated in stated_at(known, at, _DEFAULTS).items():
        fields = stated.fields
        if not fields["supervisor"]:
            fields["supervisor"] = fields["extra"].get(SUPERVISOR_COLUMN, "")
        cards[account] = AccountCard(
            account_id=account,
            **fields,
            opened_at=stated.opened_at,
            opened_id=stated.opened_id,
            closed_at=stated.closed_at,
            reopened_at=stated.reopened_at,
            ruleset=stated.rulings.ruleset,
            account_class=stated.rulings.account_class,
            line=stated.rulings.line,
            originals=stated.rulings.originals,
        )
    return cards
