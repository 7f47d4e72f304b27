"""The occasional facts of a history, read once for everybody who asks while it stays as it is."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import Columns, decoded, read_all_known, read_known, with_what_voids
from connectors.history.openings import OpeningsAlone, openings_alone
from events.instants import FAR, to_micros
from events.known import Known, first_records

Resolve = Callable[[Sequence[Known]], list[Known]]
"""Puts the texts back for which facts hold references."""

_FEW = 5_000
"""So many facts are fetched as fast as those of one type."""


class KnownFacts:
    """Known facts by type, as known at any moment; whoever changes the history, or sees it change, says `forget`.

    All of a type is read, whatever was asked first, for commands ask for one type at several moments; where all types
    are few, they are fetched at once, and decoded as they are asked for. Only the facts of some accounts alone are read
    for them, and not kept.
    """

    def __init__(self, client: Client, resolve: Resolve = list) -> None:
        self._client = client
        self._resolve = resolve
        self._fetched: dict[str, Columns] | None = None
        self._are_many = False  # and never become few again
        self._by_type: dict[str, list[Known]] = {}
        self._with_texts: dict[str, list[Known]] = {}

    @property
    def client(self) -> Client:
        """The history itself, for what is no occasional fact."""
        return self._client

    def read(
        self,
        types: Iterable[str],
        known_at: datetime = FAR,
        *,
        subjects: Collection[str] | None = None,
        texts: bool = True,
    ) -> list[Known]:
        """Return the first records of these types recorded by K, in log order; with `subjects`, only theirs.

        With those that take them back or correct them, as `read_known` reads them. Without `texts` they stand as in the
        log, with references to what people typed: whoever judges needs none of it.
        """
        wanted = with_what_voids(types)
        missing = [type_ for type_ in wanted if type_ not in self._by_type]
        if missing and subjects is not None:
            found = self._of_subjects(wanted, subjects)
            found = self._resolve(found) if texts else found
        else:
            self._keep(missing)
            by_type = self._resolved(wanted) if texts else self._by_type
            found = [k for type_ in wanted for k in by_type[type_]]
            if subjects is not None:
                found = [k for k in found if k.event.subject in subjects]
        return first_records(found, to_micros(known_at))

    def openings_alone(self, types: Collection[str], known_at: datetime) -> OpeningsAlone | None:
        """Part the accounts of which these types tell by how much; None where it is no quicker than to read all."""
        if self._holds(types):
            return None
        return openings_alone(self.client, types, known_at)

    def forget(self) -> None:
        """Read anew from now on."""
        self._fetched = None
        self._by_type.clear()
        self._with_texts.clear()

    def _holds(self, types: Collection[str]) -> bool:
        """Tell whether facts of these types are decoded already, or few."""
        return with_what_voids(types) <= self._by_type.keys() or self._all() is not None

    def _resolved(self, types: Collection[str]) -> dict[str, list[Known]]:
        missing = [type_ for type_ in types if type_ not in self._with_texts]
        self._with_texts.update({type_: [] for type_ in missing})
        for k in self._resolve([k for type_ in missing for k in self._by_type[type_]]):
            self._with_texts[k.event.type].append(k)
        return self._with_texts

    def _all(self) -> dict[str, Columns] | None:
        """Return the facts of all types, not decoded, None where they are many."""
        if self._fetched is None and not self._are_many:
            self._fetched = read_all_known(self.client, most=_FEW)
            self._are_many = self._fetched is None
        return self._fetched

    def _of_subjects(self, types: Collection[str], subjects: Collection[str]) -> list[Known]:
        """Read what is said of some accounts alone, and decode nothing else."""
        if (fetched := self._all()) is None:
            return read_known(self.client, types, FAR, subjects=subjects)
        return [k for t in types if t in fetched for k in decoded(fetched[t], subjects)]

    def _keep(self, types: Collection[str]) -> None:
        if not types:
            return
        self._by_type.update({type_: [] for type_ in types})
        if (fetched := self._all()) is not None:
            self._by_type.update({type_: decoded(fetched[type_]) for type_ in types if type_ in fetched})
            return
        for k in read_known(self.client, types, FAR):
            if k.event.type in types:  # what voids them may have been read before
                self._by_type[k.event.type].append(k)
