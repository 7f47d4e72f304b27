"""Occasional facts as the read model keeps them, for services that ask the history for nothing else."""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import read_known, with_what_voids
from connectors.history.known_facts import KnownFacts, Resolve
from events.instants import FAR
from events.known import Known, first_records
from pipeline.home.read_model import KEPT, ReadModel, known_of

_FEW = 5_000
"""So many facts of a type are kept decoded between requests; more are decoded each time somebody asks."""


class _Decoded(NamedTuple):
    made: str
    kept: int
    facts: list[Known]


class DecodedFacts:
    """Decoded facts of types that have few, for all requests of a process; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_type: dict[str, _Decoded] = {}

    def of(
        self, model: ReadModel, types: Collection[str], kinds: Mapping[str, int]
    ) -> dict[str, list[Known]]:
        """Return the facts of types by type, at the least those that the model had when `kinds` was read of it."""
        made = model.store.made()
        with self._lock:
            kept = {type_: self._by_type[type_] for type_ in types if type_ in self._by_type}
        found = {
            type_: one.facts
            for type_, one in kept.items()
            if one.made == made and one.kept >= kinds.get(type_, 0)
        }
        found |= {type_: [] for type_ in types if kinds.get(type_, 0) == 0}
        if missing := sorted(set(types) - found.keys()):
            new: dict[str, list[Known]] = {type_: [] for type_ in missing}
            for fact in model.store.facts(missing):
                new[fact.type].append(known_of(fact))
            found |= new
            with self._lock:
                self._by_type |= {
                    type_: _Decoded(made, len(facts), facts)
                    for type_, facts in new.items()
                    if len(facts) <= _FEW
                }
        return found


class KeptFacts(KnownFacts):
    """Known facts of a read model; of types that it does not keep, those of the history, which is opened for them."""

    def __init__(
        self, model: ReadModel, open_client: Callable[[], Client], decoded: DecodedFacts, resolve: Resolve
    ) -> None:
        self._model = model
        self._open_client = open_client
        self._decoded = decoded
        self._resolve = resolve
        self._kinds: dict[str, int] | None = None
        self._by_type: dict[str, list[Known]] = {}
        self._with_texts: dict[str, list[Known]] = {}

    @property
    def client(self) -> Client:
        """The history, which is opened now."""
        return self._open_client()

    def forget(self) -> None:
        """Read anew from now on."""
        self._kinds = None
        self._by_type.clear()
        self._with_texts.clear()

    def _holds(self, types: Collection[str]) -> bool:
        wanted = with_what_voids(types)
        return wanted <= self._by_type.keys() or sum(self._counted().get(one, 0) for one in wanted) <= _FEW

    def _counted(self) -> dict[str, int]:
        """Return how many facts of each type there are."""
        if self._kinds is None:
            self._kinds = self._model.store.kinds()
        return self._kinds

    def _of_subjects(self, types: Collection[str], subjects: Collection[str]) -> list[Known]:
        found = [known_of(f) for f in self._model.store.facts(sorted(KEPT & set(types)), sorted(subjects))]
        if others := set(types) - KEPT:
            found += first_records(read_known(self.client, others, FAR, subjects=subjects))
        return found

    def _keep(self, types: Collection[str]) -> None:
        if not types:
            return
        self._by_type.update(self._decoded.of(self._model, KEPT & set(types), self._counted()))
        if others := set(types) - KEPT:
            self._by_type.update({type_: [] for type_ in others})
            for k in first_records(read_known(self.client, others, FAR)):
                if k.event.type in others:
                    self._by_type[k.event.type].append(k)
