"""Tables with accounts side by side: a group of columns for each platform, or the same columns again to save paper."""

from collections.abc import Mapping, Sequence

import msgspec

from connectors.papers.header_meaning import meaning_of
from connectors.papers.header_rows import Header
from connectors.papers.platform_words import exact_platform, platform_in_header
from connectors.papers.row_fields import Reading
from connectors.papers.row_sorts import is_total
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from events.folding import fold

_NAME = "账号名称"
_FEWEST = 2
_PLATFORMS = frozenset({"platform", "account_type"})
_OF_ONE_ACCOUNT = frozenset({"newest_post_at", "days_silent", "opened_at"})
"""What 微博最后更新时间 tells of the account on one platform; 微博粉丝数 beside a name makes it no account of Weibo."""

_MOST_MARKS = 0.4  # of the cells under 微信公众号 that say whether there is one, and not which


class Group(msgspec.Struct, frozen=True):
    """The columns of one account of each row, with their headers without the platform."""

    platform: str  # as the header says it; empty: a column says it, as in any table
    names: Mapping[int, tuple[str, str]]


def account_groups(
    header: Header, rows: Sequence[Mapping[int, Cell]], words: Vocabulary
) -> tuple[Group, ...]:
    """Return the groups of a table in the order of their columns; none where it is no such table.

    It is one where all columns come again; where two platforms at least have a column of names, and no column beside
    them holds names or platforms; or where one column of names stands beside times of single platforms.
    """
    if again := _columns_again(header, words):
        return again
    found: dict[str, dict[int, tuple[str, str]]] = {}
    labels: dict[str, str] = {}
    for column, names in header.names.items():
        split = platform_in_header(*names, words)
        if split is None or (not split[1] and _says_whether(column, rows, words)):
            continue
        platform, rest = split
        known = exact_platform(platform, words)
        assert known is not None  # noqa: S101 (as it was split)
        labels.setdefault(known.name, platform)
        found.setdefault(known.name, {})[column] = ("", rest or _NAME)
    named = {name: columns for name, columns in found.items() if _has_name(columns, words)}
    if len(named) >= _FEWEST and not _beside(header, named, words) & {"name", *_PLATFORMS}:
        return tuple(Group(labels[name], columns) for name, columns in named.items())
    timed = {name: columns for name, columns in found.items() if _fields(columns, words) & _OF_ONE_ACCOUNT}
    beside = _beside(header, timed, words)
    if timed and "name" in beside and not beside & _PLATFORMS:
        return tuple(Group(labels[name], columns) for name, columns in timed.items())
    return ()


def _beside(
    header: Header, groups: Mapping[str, Mapping[int, tuple[str, str]]], words: Vocabulary
) -> set[str]:
    """Return the fields of the columns that belong to no group."""
    taken = {column for columns in groups.values() for column in columns}
    return _fields({c: names for c, names in header.names.items() if c not in taken}, words)


def _fields(columns: Mapping[int, tuple[str, str]], words: Vocabulary) -> set[str]:
    meanings = [meaning_of(*names, words) for names in columns.values()]
    return {
        field
        for meaning in meanings
        if meaning is not None and not meaning.people
        for field in meaning.fields
    }


def _columns_again(header: Header, words: Vocabulary) -> tuple[Group, ...]:
    """Return the halves or thirds of a table of which each has the same headers, a name among them."""
    columns = sorted(header.names)
    keys = [tuple(map(header_key, header.names[column])) for column in columns]
    for width in range(_FEWEST, len(keys) // 2 + 1):
        times, rest = divmod(len(keys), width)
        if rest or keys != keys[:width] * times:
            continue
        blocks = [columns[start : start + width] for start in range(0, len(columns), width)]
        groups = tuple(Group("", {column: header.names[column] for column in block}) for block in blocks)
        return groups if _has_name(groups[0].names, words) else ()
    return ()


def cells_of(
    cells: Mapping[int, Cell], groups: Sequence[Group], words: Vocabulary
) -> list[tuple[int, Group, dict[int, Cell]]]:
    """Return the accounts of a row: place and group of each, and its cells with those that all of them share.

    A platform without an account says nothing, or 无; 同左 and 同名 are the name of the account before.
    """
    grouped = {column for group in groups for column in group.names}
    shared = {column: cell for column, cell in cells.items() if column not in grouped}
    accounts, before = [], None
    for place, group in enumerate(groups):
        own = {c: cells[c] for c in group.names if c in cells and fold(shown(cells[c])) not in words.blanks}
        if not own:
            continue
        if before is not None:
            own = {c: before if fold(shown(cell)) in words.same_names else cell for c, cell in own.items()}
        named = next(
            (own[c] for c, names in group.names.items() if c in own and _is_name(names, words)), None
        )
        before = named or before
        accounts.append((place, group, {**shared, **own}))
    return accounts


def group_reading(reading: Reading, group: Group) -> Reading:
    """Return how the rows are read for one platform: by its columns and those that all share."""
    columns = [c for c in reading.columns if not c.side or c.index in group.names]
    return msgspec.structs.replace(reading, columns=columns)


def _has_name(columns: Mapping[int, tuple[str, str]], words: Vocabulary) -> bool:
    return any(_is_name(names, words) for names in columns.values())


def _is_name(names: tuple[str, str], words: Vocabulary) -> bool:
    return words.by_header.get(header_key(names[1]), ("",))[0] == "name"


def _says_whether(column: int, rows: Sequence[Mapping[int, Cell]], words: Vocabulary) -> bool:
    """Tell a column of marks, numbers, 是 and 有: it says whether there is an account, and no name.

    Rows of sums say neither.
    """
    told = (cells for cells in rows if column in cells and not is_total(cells, words))
    texts = [fold(shown(cells[column])) for cells in told]
    texts = [text for text in texts if text not in words.blanks]
    marks = sum(text in words.marks or text in words.meanings["has"] or text.isnumeric() for text in texts)
    return not texts or marks > _MOST_MARKS * len(texts)
