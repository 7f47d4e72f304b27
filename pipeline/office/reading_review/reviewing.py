"""Files that somebody hands in, read with the lexicon: what it suspects is recorded once, however often."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from connectors.sheets.errors import SheetError
from events.base import Payload
from events.codec import Event
from events.fields import field, marked
from events.messages import message
from events.sources import SHEETS
from events.wording import WordingSuspected
from pipeline.home.actor import Actor, signed
from pipeline.home.errors import UsageError
from pipeline.home.reading_review import Passage, lexicon_path, reader_of
from pipeline.home.registry import NoSuchAccountError, Registry, find_account, registry_now
from pipeline.home.wording_texts import forget_old_snippets
from pipeline.home.workspace import Workspace
from pipeline.office.document_texts import NotReadError
from pipeline.office.reading_review.files import READ, Found, files_in, texts_in
from projections.wording.suspicions import WORDING_TYPES

MOST_FILES = 10_000
_MOST_ROWS = 20


class ReviewFiles(msgspec.Struct, frozen=True):
    """Files and folders to be read, and whose texts they are."""

    paths: tuple[Path, ...]
    account: str = ""  # as people name it; empty: each row of a sheet says so


class ReviewedFile(msgspec.Struct, frozen=True):
    """What became of a file."""

    path: Path
    texts: int = 0
    characters: int = 0
    suspected: int = 0
    strangers: tuple[int, ...] = ()  # rows whose account the registry does not know
    problem: str = ""  # why it was not read


class Reviewed(msgspec.Struct, frozen=True):
    """What became of all of them."""

    files: tuple[ReviewedFile, ...]
    suspicions: tuple[UUID, ...]  # recorded now
    known: int  # suspected before
    forgotten: int  # texts of snippets whose ninety days are over


def review_files(workspace: Workspace, asked: ReviewFiles, actor: Actor) -> Reviewed:
    """Read files with the lexicon of the home; a file that cannot be read is told, and holds up no other.

    Raises `UsageError` where there is no lexicon, no file, or nobody says whose the texts are; `LexiconError` for a
    lexicon that is not in order, and `NotFoundError` for an account that is not known.
    """
    home = workspace.home
    reader = reader_of(home)
    if reader is None:
        lexicon_path(home)
        raise AssertionError
    forgotten = forget_old_snippets(home, datetime.now(UTC))
    paths = list(files_in(asked.paths))
    if not paths or len(paths) > MOST_FILES:
        raise UsageError(
            message(
                "{count} files to be read; name 1 to {most} of these kinds: {kinds}",
                count=len(paths),
                most=MOST_FILES,
                kinds=" ".join(sorted(READ)),
            )
        )
    registry = registry_now(workspace)
    account = find_account(registry, asked.account) if asked.account else None
    recorded = {k.event.id for k in workspace.known.read(WORDING_TYPES, texts=False)}
    now = datetime.now(UTC)
    files: list[ReviewedFile] = []
    new: dict[UUID, Event[Payload]] = {}
    known: set[UUID] = set()
    for path in paths:
        try:
            found = texts_in(path, home.settings.reading_review, of_accounts=account is None)
        except (NotReadError, SheetError) as e:
            files.append(ReviewedFile(path, problem=str(marked(e))))
            continue
        passages, strangers = _passages(found, registry, account)
        suspected = [event for one in passages for event in reader.suspected(one, SHEETS, now)]
        known |= {event.id for event in suspected if event.id in recorded}
        new |= {event.id: event for event in suspected if event.id not in recorded}
        files.append(_reviewed(path, passages, suspected, strangers))
    if new:
        workspace.log.append(signed(new.values(), actor))
        workspace.catch_up()
    return Reviewed(tuple(files), tuple(new), len(known), forgotten)


def _reviewed(
    path: Path,
    passages: Sequence[Passage],
    suspected: Sequence[Event[WordingSuspected]],
    strangers: tuple[int, ...],
) -> ReviewedFile:
    characters = sum(len(one.text) for one in passages)
    return ReviewedFile(path, len(passages), characters, len({event.id for event in suspected}), strangers)


def _passages(
    found: Sequence[Found], registry: Registry, account: str | None
) -> tuple[list[Passage], tuple[int, ...]]:
    """Return the texts with their accounts, and the rows whose account nobody knows."""
    passages, strangers = [], []
    for one in found:
        whose = account
        if whose is None:
            if one.account is None:
                raise UsageError(
                    message(
                        "whose texts are these? Name the account with {account}", account=field("account")
                    )
                )
            try:
                whose = registry.resolve(one.account)
            except NoSuchAccountError:
                strangers.append(one.row)
                continue
        passages.append(Passage(whose, one.post, one.where, one.text, one.link))
    return passages, tuple(dict.fromkeys(strangers))[:_MOST_ROWS]
