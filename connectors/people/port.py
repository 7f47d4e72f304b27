"""The people store: names and numbers of responsible people, erasable, each access logged (design promise 11)."""

from collections.abc import Sequence
from typing import Protocol

from connectors.people.person import Access, Action, Caller, Person, PersonGiven, Placed, Reach


class PeopleStore(Protocol):
    """Contract of both implementations; every operation is whole or not at all, and raises `PeopleError`.

    Access and its line in the access log are one transaction: nothing is read or erased that the log doesn't show.
    """

    def put(self, people: Sequence[Placed], caller: Caller, intake: str = "") -> list[str]:
        """Store people; returns the id of each, in the order given. What an intake replaces is kept under its number.

        The same name in the same role of the same unit is the same person: post, phone and handles are brought up to
        date, blank ones stay as they are. Another name is another person, and the former one stays until erased.
        """
        ...

    def restore(self, intake: str, caller: Caller) -> int:
        """Undo what an intake changed, and return how many people that were; a second time it is nothing.

        Whoever it stored first goes, and post and phone become what they were, unless a later intake told of the same
        person. What it replaced is kept 90 days: after that it stays as it is.
        """
        ...

    def take_over(self, intake: str, by: str, ids: Sequence[str], caller: Caller) -> int:
        """Let the intake `by` answer for what another one changed about some people; the rest of it is undone.

        Returns how many people that rest were; a second time it is nothing.
        """
        ...

    def find(self, person_id: str, caller: Caller) -> Person | None:
        """Read a person, None where the id is not known or was erased; a fruitless reading is logged, too."""
        ...

    def list_unit(self, unit: str, caller: Caller) -> list[Person]:
        """Read the people of a unit in the order of their storing; each is a reading of its own in the log."""
        ...

    def ids(self) -> list[tuple[str, str, str]]:
        """Return unit, role and id of everybody, without names: no reading of a person, and not logged."""
        ...

    def names(self) -> list[str]:
        """Return the names of everybody, to find them in texts: nobody is shown, so it is no reading and not logged."""
        ...

    def reaches(self) -> list[Reach]:
        """Return how everybody can be reached, without names, numbers and handles: no reading, and not logged."""
        ...

    def given(self, person_id: str) -> PersonGiven | None:
        """Return what an erasure has to look for elsewhere, None where nobody has the id.

        For the program alone, which shows it to nobody: no reading, and not logged; the erasure is.
        """
        ...

    def erase(self, person_id: str, caller: Caller) -> bool:
        """Erase a person for good; returns False where nobody has that id (any more).

        On return the bytes are gone from the files of the store as far as the implementation can see to it, unless
        `unwiped` names the id; its module says how far that is. Neither who asks nor the reason may contain a mobile
        number or a name of the store, here and wherever a person is stored or read.
        """
        ...

    def note(self, person_id: str, action: Action, caller: Caller) -> None:
        """Log what somebody asked for or decided about a person; nobody is read by it."""
        ...

    def unwiped(self) -> list[str]:
        """Return the ids of who is erased while the bytes still lie in files: somebody reads the store.

        The next opening of the store wipes them; until then the access log has no line that says so.
        """
        ...

    def accesses(self, person_id: str | None = None) -> list[Access]:
        """Return the access log, of one person or of all, the oldest first."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
