"""Rows of one page that speak of one account: said twice alike they are one, said otherwise both are in doubt."""

from collections.abc import Sequence

import msgspec

from connectors.papers.paper import Doubt, Reason, Record
from events.folding import fold_name, fold_owner

_ONCE_A_PAGE = frozenset({"accounts", "looks", "warnings", "counts", "self_check"})
_Key = tuple[str, str, str]


def mark_duplicates(records: Sequence[Record], kind: str) -> list[Record]:
    """Mark rows that say the same as an earlier one, and put rows in doubt that claim one account differently.

    A blank contradicts nothing. Rows with two ids, or of two times of looking, speak of two things.
    """
    settled = list(records)
    by_key: dict[_Key, list[int]] = {}
    for place, record in enumerate(settled):
        if record.refusals or not record.text("name"):
            continue
        others = by_key.setdefault(_key(record), [])
        same = next((other for other in others if _says_the_same(settled[other], record)), None)
        if same is not None:
            settled[place] = msgspec.structs.replace(record, same_as=settled[same].row)
            continue
        if kind in _ONCE_A_PAGE:
            for other in others:
                if not _are_two(settled[other], record):
                    settled[other] = _in_doubt(settled[other], record.row)
                    settled[place] = _in_doubt(settled[place], settled[other].row)
        others.append(place)
    return settled


def _key(record: Record) -> _Key:
    platform = record.platform.name if record.platform else "".join(p.name for p in record.platforms)
    return fold_name(record.text("name")), platform, fold_owner(record.text("owner"))


def _says_the_same(one: Record, other: Record) -> bool:
    told = set(one.fields) & set(other.fields)
    alike = all(one.fields[field] == other.fields[field] for field in told)
    # A row with more to say than the earlier one is no mere repetition of it.
    return alike and set(other.fields) <= set(one.fields) and one.findings == other.findings


def _are_two(one: Record, other: Record) -> bool:
    return any(
        one.fields.get(field) is not None
        and other.fields.get(field) is not None
        and one.fields[field] != other.fields[field]
        for field in ("account_id", "looked_at")
    )


def _in_doubt(record: Record, other: int) -> Record:
    doubt = Doubt(Reason("named_twice", {"row": str(other)}), "name", cell=record.text("name"))
    return msgspec.structs.replace(record, doubts=(*record.doubts, doubt))
