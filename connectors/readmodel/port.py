"""The read model's store: what of accounts, alerts and occasional facts pages read, with its position in the log."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from events.fields import FieldsError


class ReadModelError(FieldsError):
    """The store cannot be used; says what to do."""


class KeptFact(NamedTuple):
    """A fact as the log holds it, with its place."""

    type: str
    partition: int
    offset: int
    recorded_at: int  # microseconds
    subject: str
    id: bytes
    value: bytes


class OpenAlert(NamedTuple):
    """An alert that was raised and neither cleared nor withdrawn."""

    id: bytes
    subject: str
    opener: bytes
    level: str
    audience: str
    at: int  # microseconds
    delivered: int = 0  # destinations that it reached, beside the channels that every home has
    failed: int = 0  # destinations that refused it, or nobody could be told


class Position(NamedTuple):
    """Up to where a partition was taken."""

    next_offset: int = 0
    recorded_at: int | None = None  # of the record before it, microseconds; None: there is none


class AccountRow(NamedTuple):
    """An account of the registry as lists ask for it; a function of its line alone."""

    subject: str
    line: bytes
    name: str
    owner: str
    owner_folded: str
    own_area: str  # the account's own; that of its owner stands in where it is empty
    tier: str
    family: str  # of its platform
    said: str  # what the search box looks at, folded
    counted_from: int | None  # where the limit is counted from, microseconds
    newest_at: int | None
    opened_at: int
    closed_at: int


class Wanted(NamedTuple):
    """Which accounts a list asks for; None: whichever."""

    areas: Sequence[str] | None = None
    owners: Sequence[str] | None = None  # folded
    tier: str | None = None
    family: str | None = None
    words: Sequence[str] = ()  # folded; each stands in what is said of the account
    open_at: int | None = None  # in the population at that moment
    closed_at: int | None = None  # closed by that moment
    counted_before: int | None = None
    counted_since: int | None = None
    newest_before: int | None = None  # its newest post, or none at all
    but: Sequence[str] = ()  # without these
    among: Sequence[str] | None = None  # none but these
    uncounted: bool = False  # with `counted_before`: those without anything to count from, too


SORTS = ("counted_from", "newest_at", "name", "owner", "area", "tier", "family", "number", "opened_at")
"""What lists can be ordered by."""

NULLABLE = frozenset({"counted_from", "newest_at", "number"})
"""Those that an account may lack."""


class ReadModelStore(Protocol):
    """Contract of both implementations.

    `life` names the log: a model of another one is emptied. Changes happen inside `transaction`, which one process
    holds at a time; readers do not wait. All of it follows from the log, so whatever is wrong is put right by making it
    anew.
    """

    def close(self) -> None:
        """Let go of file or connection."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Take turns with other processes; commit at the end, roll back on any exception."""
        ...

    def clear(self, life: str) -> None:
        """Empty the model, to be made anew."""
        ...

    def made(self) -> str:
        """Return what names this making of the model; another one after it was emptied."""
        ...

    def positions(self, topic: str) -> dict[int, Position]:
        """Return up to where each partition of a topic was taken; those that were not are left out."""
        ...

    def sources(self, topic: str, partition: int) -> bytes | None:
        """Return what is kept of the sources of a partition, as bytes."""
        ...

    def move(
        self, topic: str, partition: int, next_offset: int, recorded_at: int, sources: bytes | None = None
    ) -> None:
        """Note the position, when the record before it was taken, and what is known of the sources there."""
        ...

    def states(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Return the states of accounts that have one."""
        ...

    def put_states(self, states: Iterable[tuple[str, bytes]]) -> None:
        """Keep the states of accounts."""
        ...

    def put_accounts(self, rows: Iterable[AccountRow]) -> None:
        """Keep accounts of the registry, each with the number and the area that are known for it."""
        ...

    def drop_accounts(self, subjects: Iterable[str]) -> None:
        """Forget accounts that are no longer in the registry."""
        ...

    def put_numbers(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Keep the numbers of all accounts; those that are not named have none."""
        ...

    def numbers(self) -> dict[str, int]:
        """Return the numbers of accounts."""
        ...

    def numbers_of(self, subjects: Sequence[str]) -> dict[str, int]:
        """Return the numbers of some accounts."""
        ...

    def numbered(self, number: int) -> str | None:
        """Return the account that has a number."""
        ...

    def put_areas(self, areas: Iterable[tuple[str, str]]) -> None:
        """Keep the areas of all owners by name; those that are not named have none."""
        ...

    def areas_of(self, subjects: Sequence[str]) -> dict[str, str]:
        """Return the areas of some accounts of the registry: their own, else those of their owners."""
        ...

    def lines(self) -> list[bytes]:
        """Return the lines of all accounts of the registry."""
        ...

    def lines_of(self, subjects: Sequence[str]) -> list[bytes]:
        """Return the lines of those of some accounts that are in the registry."""
        ...

    def lines_where(self, wanted: Wanted) -> list[bytes]:
        """Return the lines of the accounts that a list asks for."""
        ...

    def count(self, wanted: Wanted) -> int:
        """Count the accounts that a list asks for."""
        ...

    def subjects(
        self, wanted: Wanted, sort: str, *, descending: bool = False, begin: int = 0, most: int = 1 << 31
    ) -> list[str]:
        """Return accounts that a list asks for, in the order of one of `SORTS`; those without a value come last."""
        ...

    def values(self, column: str) -> list[str]:
        """Return what stands in area, tier or family of the accounts, each once, in order."""
        ...

    def mentioning(self, text: str) -> list[str]:
        """Return the accounts of the registry whose id a text is, or the end of it behind the colon, or given id."""
        ...

    def keep(self, facts: Iterable[KeptFact]) -> None:
        """Keep facts as the log holds them."""
        ...

    def facts(self, types: Sequence[str], subjects: Sequence[str] | None = None) -> list[KeptFact]:
        """Return the facts of these types, of some subjects or of all."""
        ...

    def facts_of_ids(self, ids: Sequence[bytes]) -> list[KeptFact]:
        """Return the facts that have one of these ids."""
        ...

    def kinds(self) -> dict[str, int]:
        """Return how many facts of each type were kept; types without any are left out."""
        ...

    def run(self, run_id: bytes) -> bytes | None:
        """Return what is kept of a run."""
        ...

    def keep_run(self, run_id: bytes, rows: bytes) -> None:
        """Keep rows of a run, which never changes."""
        ...

    def raise_alert(self, alert: OpenAlert) -> None:
        """Keep an open alert."""
        ...

    def note_delivery(self, alert_id: bytes, *, reached: bool) -> None:
        """Note that an open alert reached a destination, or did not."""
        ...

    def clear_alerts(self, subject: str, opener: bytes) -> None:
        """Forget the alerts of a silence that ended."""
        ...

    def withdraw_alert(self, alert_id: bytes) -> None:
        """Forget one alert."""
        ...

    def alerts(self, subjects: Sequence[str] | None = None) -> list[OpenAlert]:
        """Return the open alerts of some accounts or of all, oldest first."""
        ...

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table, in order: two models of one log are equal."""
        ...
