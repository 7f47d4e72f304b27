"""Texts that people typed, between facts and their store: swapped for references on writing, put back on reading.

Every fact that this home writes passes `keep`, every fact that a service reads passes `resolve`; digests, `verify` and
folds read facts as they stand and need no text (definitions, Texts).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from msgspec.structs import replace

from connectors.people.sql import SqlPeople
from connectors.texts.store import TextGiven, TextStore
from events.base import Payload
from events.codec import Event
from events.known import Known
from events.messages import Message
from events.text_fields import with_texts
from events.text_references import ERASED, NOT_FOUND, is_gone, reference_in
from pipeline.home.actor import OFFICE
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.people import FILE_NAME, called, open_people


class KeptTexts:
    """The texts of a home: a file beside its people, or the database of its people."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._is_noted = False
        self._is_missing_reported = False
        self._held: ExitStack | None = None
        self._open: TextStore | None = None  # while it is held

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Open the store once for everything that is kept or read meanwhile, at the first text of it."""
        with ExitStack() as held:
            self._held = held
            try:
                yield
            finally:
                self._held = self._open = None

    def keep(self, events: Sequence[Event[Payload]]) -> Sequence[Event[Payload]]:
        """Return facts with references in the place of their texts, which are in the store on return.

        A process that dies right behind this leaves texts without a fact; done again, the facts find them. What is a
        reference already stays, and so does what stands for a text that is gone.
        """
        typed = [_typed_in(event) for event in events]
        given = [text for texts in typed for text in texts.values()]
        if not given:
            return events
        with self._store() as store:
            references = map(str, store.keep(given))
        fail_point("texts.kept")
        return [_referring(event, texts, references) for event, texts in zip(events, typed, strict=True)]

    def resolve(self, known: Sequence[Known]) -> list[Known]:
        """Return facts with the texts that they refer to, marks where one was erased or is not here.

        The first texts of a command are a line in the access log.
        """
        ids: set[str] = set()

        def note(field: str, text: str) -> str:
            del field
            reference = reference_in(text)
            if reference is not None:
                ids.add(reference.id)
            return text

        for k in known:
            with_texts(k.event.data, note)
        if not ids:
            return list(known)
        texts = self._read(ids)

        def text_of(field: str, text: str) -> str:
            del field
            return _text_of(text, texts)

        return [_with_data(k, with_texts(k.event.data, text_of)) for k in known]

    def told(self, values: Iterable[str]) -> dict[str, str]:
        """Return by value of a text field what a list shows of it, as `resolve` does."""
        values = set(values)
        references = [found for value in values if (found := reference_in(value)) is not None]
        texts = self._read({reference.id for reference in references}) if references else {}
        return {value: _text_of(value, texts) for value in values}

    def _read(self, ids: set[str]) -> dict[str, str | None]:
        texts: dict[str, str | None] = {}
        if self.is_there:
            with self._store() as store:
                texts = store.read(ids)
                if texts and not self._is_noted:
                    store.note_read(called(self._home.given.command or "read"))
                    self._is_noted = True
        if len(texts) < len(ids) and not self._is_missing_reported:
            self._home.on_texts_elsewhere()
            self._is_missing_reported = True
        return texts

    @property
    def is_there(self) -> bool:
        """Tell whether the home has a store; looking for it makes none."""
        return self._home.settings.people is not None or (self._home.path / FILE_NAME).exists()

    @contextmanager
    def _store(self) -> Iterator[TextStore]:
        if self._held is None:
            with opened(self._home) as store:
                yield TextStore(store)
            return
        if self._open is None:
            store = self._held.enter_context(opened(self._home))
            store.expect_many_texts()
            self._open = TextStore(store)
        yield self._open


@contextmanager
def opened(home: Home) -> Iterator[SqlPeople]:
    """Open the database in which the texts of a home lie."""
    with closing(open_people(home)) as store:
        yield store


def _text_of(value: str, texts: Mapping[str, str | None]) -> str:
    reference = reference_in(value)
    if reference is None:
        return value
    return (texts[reference.id] or ERASED) if reference.id in texts else NOT_FOUND


def _is_typed(text: str) -> bool:
    """Tell what a person typed: no mark, no reference, and no message, which is in words of the program."""
    return not isinstance(text, Message) and not is_gone(text) and reference_in(text) is None


_Typed = dict[tuple[str, str], TextGiven]
"""What was typed into a fact, by field and text."""


def _typed_in(event: Event[Any]) -> _Typed:
    typed: _Typed = {}
    fact, by = str(event.id), event.origin.actor or OFFICE.code

    def note(field: str, text: str) -> str:
        if _is_typed(text):
            typed[field, text] = TextGiven(fact, event.type, field, text, by)
        return text

    with_texts(event.data, note)
    return typed


def _referring(event: Event[Payload], typed: _Typed, references: Iterator[str]) -> Event[Payload]:
    """Return a fact with references in the place of what was typed, which are the next ones."""
    if not typed:
        return event
    kept = dict(zip(typed, references, strict=False))  # an endless rest belongs to the facts behind it
    data = with_texts(event.data, lambda field, text: kept.get((field, text), text))
    return replace(event, data=data)


def _with_data(known: Known, data: Payload) -> Known:
    return known if data is known.event.data else replace(known, event=replace(known.event, data=data))
