"""Accounts as lists ask for them: the columns that follow from a line and from the facts of its registry."""

from collections.abc import Iterable

import msgspec

from connectors.readmodel.port import AccountRow
from events.account import AccountOpened
from events.folding import fold, fold_owner
from events.instants import FAR, to_micros
from events.known import Known
from events.platforms import platform_family
from projections.patrol.account_line import AccountLine

_FAR = to_micros(FAR)


def row_of(line: AccountLine, registry: Iterable[Known]) -> AccountRow:
    """Return the row of an account; what is said of it has names folded and every id that it was opened under."""
    ids = {line.account_id, line.account_id.partition(":")[2], line.given_id}
    ids |= {k.event.data.given_id for k in registry if isinstance(k.event.data, AccountOpened)}
    names = (fold(line.name), fold(line.owner), *sorted({*ids, *map(fold, ids)} - {""}))
    return AccountRow(
        subject=line.account_id,
        line=msgspec.msgpack.encode(line),
        name=line.name,
        owner=line.owner,
        owner_folded=fold_owner(line.owner),
        own_area=line.area,
        tier=line.tier,
        family=platform_family(line.platform),
        said="".join(f"\n{part}" for part in names) + "\n",
        counted_from=None if line.anchor is None else max(line.anchor, line.shown_at),
        newest_at=line.newest_at,
        opened_at=line.opened_at or 0,
        closed_at=_FAR if line.closed_at is None else line.closed_at,
    )
