"""Rows of one page that speak of one account: said twice alike they are one, said otherwise both are in doubt."""

from collections.abc import Sequence
from itertools import combinations

import msgspec

from connectors.papers.paper import Doubt, Reason, Record
from events.closeness import distance
from events.folding import fold_name, fold_owner

_ONCE_A_PAGE = frozenset({"accounts", "looks", "warnings", "counts", "self_check"})
_COMPARED = 20  # earlier rows of one name: more of them are no slip
_SHORTEST = 4
_MOST_OF_ONE_OWNER = 50
_Key = tuple[str, str, str]


def mark_duplicates(records: Sequence[Record], kind: str) -> list[Record]:
    """Mark rows that say the same as an earlier one, and put rows in doubt that claim one account differently.

    A blank contradicts nothing. Rows with two ids, or of two times of looking, speak of two things. Where an account
    may stand in many rows of a page, as on one of posts, only rows that are equal throughout are one.
    """
    return _claims(records) if kind in _ONCE_A_PAGE else _equal_rows(records)


def _equal_rows(records: Sequence[Record]) -> list[Record]:
    first: dict[tuple[object, ...], int] = {}
    settled = []
    for record in records:
        content = (_key(record), frozenset(record.fields.items()), record.findings)
        row = record.row if _is_unnamed(record) else first.setdefault(content, record.row)
        settled.append(record if row == record.row else msgspec.structs.replace(record, same_as=row))
    return settled


def _claims(records: Sequence[Record]) -> list[Record]:
    settled = list(records)
    by_key: dict[_Key, list[int]] = {}
    for place, record in enumerate(settled):
        if _is_unnamed(record):
            continue
        others = by_key.setdefault(_key(record), [])
        near = others[-_COMPARED:]
        same = next((other for other in near if _agree(settled[other], record)), None)
        if same is not None:
            settled[place] = msgspec.structs.replace(record, same_as=settled[same].row)
            continue
        for other in near:
            if not _are_two(settled[other], record):
                settled[other] = _in_doubt(settled[other], record.row)
                settled[place] = _in_doubt(settled[place], settled[other].row)
        others.append(place)
    return settled


def _is_unnamed(record: Record) -> bool:
    return bool(record.refusals) or not record.text("name")


def names_alike(records: Sequence[Record]) -> list[Reason]:
    """Tell names of one owner that differ in one character: often one account is written wrongly, and none is asked."""
    by_owner: dict[str, dict[str, str]] = {}
    for record in records:
        name, owner = record.text("name"), fold_owner(record.text("owner"))
        if owner and len(name) >= _SHORTEST:
            by_owner.setdefault(owner, {}).setdefault(fold_name(name), name)
    return [
        Reason("names_alike", {"one": names[one], "other": names[other]})
        for names in by_owner.values()
        if len(names) <= _MOST_OF_ONE_OWNER
        for one, other in combinations(names, 2)
        if distance(one, other, 1) == 1 and not _by_number(one, other)
    ]


def _by_number(one: str, other: str) -> bool:
    return any(c.isnumeric() for c in set(one) ^ set(other))


def _key(record: Record) -> _Key:
    platform = record.platform.name if record.platform else "".join(p.name for p in record.platforms)
    return fold_name(record.text("name")), platform, fold_owner(record.text("owner"))


def _agree(one: Record, other: Record) -> bool:
    shared = set(one.fields) & set(other.fields) - {"name", "owner"}  # alike as they are compared, by the key
    alike = all(one.fields[field] == other.fields[field] for field in shared)
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
