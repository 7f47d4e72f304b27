"""What the text store keeps in either database; the classes of `tests/connectors/people` inherit it."""

import pytest
from msgspec.structs import replace

from connectors.people.person import Action, Caller, PeopleError, PersonGiven, Placed
from connectors.texts.store import TextGiven, TextStore
from events.text_references import commitment, reference_in

FACT, OTHER = "5f051d89-78e2-5699-8907-bef805c4ea21", "a6086f2f-4872-5556-8adf-d5c8ef677b09"
ME = Caller("checker", "清理")
NOTE = TextGiven(FACT, "finding.recorded", "note", "第三段有两处错字", "office")


class TextsContract:
    def test_a_text_of_a_fact_has_one_reference(self, store):
        """Handed in again it is found; the same words of another fact, or other words, are another text."""
        texts = TextStore(store)
        (first,) = texts.keep([NOTE])
        more = [NOTE, replace(NOTE, fact=OTHER), replace(NOTE, text="另一处"), NOTE]
        again = texts.keep(more)
        assert [first, first] == [again[0], again[3]]
        assert 3 == len({reference.id for reference in again})
        assert len({reference.commitment for reference in again}) == 3
        assert {first.id: NOTE.text} == texts.read([first.id, "0" * 32])

    def test_a_reference_binds_with_the_salt_of_the_store_alone(self, store):
        """Whoever has the log alone cannot try out texts."""
        texts = TextStore(store)
        (reference,) = texts.keep([NOTE])
        with store.snapshot():
            ((salt,),) = store.run("SELECT salt FROM texts", {})
        assert reference.commitment == commitment(salt, NOTE.text)
        assert reference == reference_in(str(reference))

    def test_an_erased_text_does_not_come_back(self, store, all_bytes, reopen):
        """Text and salt leave the files; the same file handed in again finds the reference, and brings nothing back."""
        texts, given = TextStore(store), replace(NOTE, text="只此一处的植文")
        (reference,) = texts.keep([given])
        assert given.text.encode() in all_bytes()
        assert {reference.id: True, "x": False} == texts.erase([reference.id, "x"], ME)
        assert [] == store.unwiped_texts()
        assert given.text.encode() not in all_bytes()
        assert [reference] == TextStore(reopen()).keep([given])
        assert {reference.id: None} == texts.read([reference.id])
        assert given.text.encode() not in all_bytes()
        assert {reference.id: False} == texts.erase([reference.id], ME)

    def test_who_reads_and_erases_is_logged(self, store):
        """A line for a command that shows texts, two for an erasure; none tells of a person of the store."""
        texts = TextStore(store)
        (reference,) = texts.keep([NOTE])
        texts.note_read(Caller("clerk", "findings list"))
        texts.erase([reference.id], ME)
        assert [(Action.READ, ""), (Action.ERASED, reference.id), (Action.WIPED, reference.id)] == [
            (access.action, access.text_id) for access in texts.accesses()
        ]
        assert 2 == len(texts.accesses(reference.id))
        store.put([Placed("某局", "contact", PersonGiven("濮阳植安"))], ME)
        with pytest.raises(PeopleError, match="tells of a person"):
            texts.note_read(Caller("clerk", "找濮阳植安"))

    def test_many_texts_are_kept_and_read_in_parts(self, store):
        """More than a statement takes parameters."""
        texts = TextStore(store)
        given = [replace(NOTE, fact=f"{n}", text=f"第{n}处") for n in range(1201)]
        references = texts.keep(given)
        assert references == texts.keep(given)
        assert 1201 == len(texts.read([reference.id for reference in references])) == len(texts.texts())
