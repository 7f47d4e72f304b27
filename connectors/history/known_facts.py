"""The occasional facts of a history, read once for everybody who asks while it stays as it is."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import read_known, with_what_voids
from events.instants import FAR, to_micros
from events.known import Known, first_records

Resolve = Callable[[Sequence[Known]], list[Known]]
"""Puts the texts back for which facts hold references."""


class KnownFacts:
    """Known facts by type, as known at any moment; whoever changes the history, or sees it change, says `forget`.

    All of a type is read, whatever was asked first, for commands ask for one type at several moments. Only the facts
    of some accounts alone are read for them, and not kept.
    """

    def __init__(self, client: Client, resolve: Resolve = list) -> None:
        self.client = client
        self._resolve = resolve
        self._by_type: dict[str, list[Known]] = {}
        self._with_texts: dict[str, list[Known]] = {}

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
            found = read_known(self.client, wanted, known_at, subjects=subjects)
            found = self._resolve(found) if texts else found
        else:
            self._keep(missing)
            by_type = self._resolved(wanted) if texts else self._by_type
            found = [k for type_ in wanted for k in by_type[type_]]
            if subjects is not None:
                found = [k for k in found if k.event.subject in subjects]
        return first_records(found, to_micros(known_at))

    def forget(self) -> None:
        """Read anew from now on."""
        self._by_type.clear()
        self._with_texts.clear()

    def _resolved(self, types: Collection[str]) -> dict[str, list[Known]]:
        missing = [type_ for type_ in types if type_ not in self._with_texts]
        self._with_texts.update({type_: [] for type_ in missing})
        for k in self._resolve([k for type_ in missing for k in self._by_type[type_]]):
            self._with_texts[k.event.type].append(k)
        return self._with_texts

    def _keep(self, types: Collection[str]) -> None:
        if types:
            self._by_type.update({type_: [] for type_ in types})
            for k in read_known(self.client, types, FAR):
                if k.event.type in types:  # what voids them may have been read before
                    self._by_type[k.event.type].append(k)
