"""The text store as an operator sees it: what lies in it, what belongs to no fact, and erasing."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from connectors.history.knowledge import ids_held
from connectors.people.person import Caller
from connectors.texts.store import KeptText, TextAccess, TextStore
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.kept_texts import opened
from pipeline.home.workspace import Workspace

_ID_START = 6
"""So many letters of an id are taken for its beginning."""


class TextsErased(msgspec.Struct, frozen=True):
    """What an erasure did."""

    erased: dict[str, bool]  # by text id; False: there is no such text (any more)
    unwiped: tuple[str, ...]  # ids of texts whose bytes still lie in files, because somebody reads them


def list_texts(home: Home, caller: Caller, *, holding: str = "", facts: Sequence[str] = ()) -> list[KeptText]:
    """Return the texts of a home, the oldest first, and log the reading.

    Only those that hold some words, and of some facts, where they are given.
    """
    _require_store(home)
    with opened(home) as database:
        store = TextStore(database)
        store.note_read(caller)
        texts = store.texts()
    return [t for t in texts if holding in (t.text or "") and (not facts or t.fact in facts)]


def without_fact(workspace: Workspace, texts: Sequence[KeptText]) -> list[KeptText]:
    """Return the texts whose fact the history does not have: their writer died between the two."""
    held = ids_held(workspace.client, {UUID(text.fact) for text in texts})
    return [text for text in texts if UUID(text.fact) not in held]


def erase_texts(home: Home, ids: Sequence[str], caller: Caller) -> TextsErased:
    """Erase texts for good; facts keep their references, so every digest stays as it was.

    An id may be cut to its beginning; raises `UsageError` where that means more than one text.
    """
    _require_store(home)
    with opened(home) as database:
        store = TextStore(database)
        erased = store.erase(_whole(store, ids), caller)
        return TextsErased(erased, tuple(database.unwiped_texts()))


def text_accesses(home: Home, text_id: str = "") -> list[TextAccess]:
    """Return who read or erased texts, of one text or of all, the oldest first."""
    _require_store(home)
    with opened(home) as database:
        store = TextStore(database)
        return store.accesses(*_whole(store, [text_id] if text_id else []))


def _whole(store: TextStore, ids: Sequence[str]) -> list[str]:
    """Return ids written out; one that begins no text stays as it is."""
    known = [text.id for text in store.texts()]
    whole = []
    for given in ids:
        meant = [given] if given in known or len(given) < _ID_START else _beginning(known, given)
        if len(meant) > 1:
            raise UsageError(
                message(
                    "{meant_count} texts begin with {given}: write more of the id",
                    given=given,
                    meant_count=len(meant),
                )
            )
        whole += meant or [given]
    return whole


def _beginning(known: Sequence[str], given: str) -> list[str]:
    return [text_id for text_id in known if text_id.startswith(given.lower())]


def _require_store(home: Home) -> None:
    if not home.kept_texts.is_there:
        raise UsageError(
            message(
                "{path} has no text store: nobody typed a text here, or `people.sqlite` lies in"
                " the home that the log comes from; copy it from there while no command runs",
                path=home.path,
            )
        )
