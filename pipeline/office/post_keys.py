"""One key, one post: in sheets a second time under a key is a question, never a second post."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.history.observations import ObservedPost, posts_of_ids, withdrawn_among
from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.rows import PostRow
from events import fact_ids
from events.days import chinese_day
from events.instants import local_iso
from events.messages import message
from events.sources import SHEETS
from pipeline.home.registry import Registry
from pipeline.home.workspace import Workspace
from pipeline.office.registry_imports import resolve_rows

_COLUMN = "发布时间"
_ONE_TIME = message("a post has one time: correct one of the two, or give each post its own link or id")


def post_key(row: PostRow) -> str:
    """Return what tells the post of a row from others of its account: id or link, else its time."""
    return row.native_key or fact_ids.post_key_of_time(row.published_at)


def one_row_each(path: Path, rows: Sequence[PostRow], subjects: Mapping[int, str]) -> list[PostRow]:
    """Return a row for each post; raises `SheetErrors` naming rows with one key and two times.

    A day against a time of that day is the same post, and the time counts.
    """
    posts: dict[tuple[str, str], PostRow] = {}
    errors = []
    for row in rows:
        if row.published_at is None:
            continue
        key = (subjects[row.row], post_key(row))
        first = posts.setdefault(key, row)
        if not _same(first.published_at, first.date_only, row.published_at, row.date_only):
            problem = message(
                "is not the time of row {row}, which has the same link or id ({key})",
                row=first.row,
                key=key[1],
            )
            errors.append(_error(row, problem, _ONE_TIME))
        elif first.date_only and not row.date_only:
            posts[key] = row
    if errors:
        raise SheetErrors(path, tuple(errors))
    return list(posts.values())


def settle_known(
    workspace: Workspace, path: Path, rows: Sequence[PostRow], registry: Registry
) -> list[PostRow]:
    """Return the rows as they may be told; raises `SheetErrors` for a post that is known with another time.

    A row that names the day of a known time, or a time of a known day, is that post as it is known. A post that was
    withdrawn may be told with another time; it is another fact then, for the id of the first is void for ever.
    """
    subjects = resolve_rows(path, rows, registry)
    settled: list[PostRow] = []
    errors: list[CellError] = []
    open_rows = [row for row in rows if row.published_at is not None]
    while open_rows:
        ids = {
            row.row: fact_ids.post_published(SHEETS, subjects[row.row], post_key(row)) for row in open_rows
        }
        known = posts_of_ids(workspace.client, ids.values())
        void = withdrawn_among(workspace.client, known)
        again = []
        for row in open_rows:
            before = known.get(ids[row.row])
            if before is None:
                settled.append(row)
            elif _same(before.published_at, before.date_only, row.published_at, row.date_only):
                if before.id in void:
                    errors.append(
                        _error(
                            row,
                            message("is a post that was withdrawn"),
                            message("clear the row, or correct its time"),
                        )
                    )
                else:
                    as_known = {"published_at": before.published_at, "date_only": before.date_only}
                    settled.append(msgspec.structs.replace(row, **as_known))
            elif before.id in void:
                key = fact_ids.post_key_again(post_key(row), before.published_at)
                again.append(msgspec.structs.replace(row, native_key=key))
            else:
                errors.append(_error(row, _known_as(before), _ONE_TIME))
        open_rows = again
    if errors:
        raise SheetErrors(path, tuple(sorted(errors, key=lambda error: error.row)))
    silent = [row for row in rows if row.published_at is None]
    return sorted([*settled, *silent], key=lambda row: row.row)


def _known_as(before: ObservedPost) -> str:
    day = chinese_day(before.published_at)
    when = day.isoformat() if before.date_only else local_iso(before.published_at)
    return message(
        "is another time than that of the same link or id handed in before ({when}, post {id})",
        when=when,
        id=before.id,
    )


def _same(one: datetime | None, one_by_day: bool, other: datetime | None, other_by_day: bool) -> bool:
    if one is None or other is None:
        return one is other
    if one_by_day != other_by_day:
        return chinese_day(one) == chinese_day(other)
    return one == other


def _error(row: PostRow, problem: str, remedy: str) -> CellError:
    published = ""
    if row.published_at is not None:
        day = chinese_day(row.published_at)
        published = day.isoformat() if row.date_only else local_iso(row.published_at) or ""
    return CellError(row.row, _COLUMN, "", published, problem, remedy)
