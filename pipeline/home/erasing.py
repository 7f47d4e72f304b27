"""Erasing people: out of their store, and out of the dead letters that hold them."""

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import closing

import msgspec

from connectors.log.dead_letters import DeadLetter, LettersErased
from connectors.people.mentions import Names
from connectors.people.person import Caller, PersonGiven
from connectors.people.port import PeopleStore
from connectors.sheets.persons import names_one_of
from pipeline.home.folder import Home

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


class Erasure(msgspec.Struct, frozen=True):
    """What an erasure did."""

    erased: dict[str, bool]  # by person id; False: nobody has it
    letters: tuple[int, ...]  # dead letters that held one of them
    of_letters: LettersErased
    unwiped: tuple[str, ...]  # ids of people whose bytes still lie in files, because somebody reads them


def erase_people(home: Home, store: PeopleStore, person_ids: Sequence[str], caller: Caller) -> Erasure:
    """Erase people; first the dead letters that hold them, so that a kill between the two leaves somebody to erase.

    A letter is one of theirs by the name, as texts are refused for it, or by the number.
    """
    given = [found for person_id in person_ids if (found := store.given(person_id)) is not None]
    letters, of_letters = _erase_letters(home, given) if given else ((), LettersErased())
    erased = {person_id: store.erase(person_id, caller) for person_id in person_ids}
    return Erasure(erased, letters, of_letters, tuple(store.unwiped()))


def _erase_letters(home: Home, people: Sequence[PersonGiven]) -> tuple[tuple[int, ...], LettersErased]:
    names = Names(person.name for person in people)
    numbers = [PersonGiven("", "", person.phone) for person in people if person.phone]
    with closing(home.open_log()) as log:
        theirs = tuple(letter.id for letter in log.letters() if _holds(letter, names, numbers))
        return theirs, log.erase_letters(theirs) if theirs else LettersErased()


def _holds(letter: DeadLetter, names: Names, numbers: Sequence[PersonGiven]) -> bool:
    return any(names.first_in(text) or names_one_of(text, numbers) for text in _texts_of(letter))


def _texts_of(letter: DeadLetter) -> Iterator[str]:
    """Give what a letter says, in every encoding that it may be in, with what was escaped in it."""
    yield letter.reason
    for encoding in _ENCODINGS:
        text = html.unescape(letter.raw.decode(encoding, "ignore"))
        yield _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
