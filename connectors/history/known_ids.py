"""Which ids the history surely does not have, so that it need not be asked for them: a filter in memory."""

from array import array
from collections.abc import Sequence
from itertools import compress
from typing import Any

from clickhouse_connect.driver.client import Client

_MANY = 5_000
"""Fewer ids are asked for as they are."""

_SMALL_HISTORY = 1_000_000
_PAYS_AT = 200
"""Gathering takes as long as some questions do: it begins once one in so many of the history's ids was asked for."""

_BITS_AN_ID = 12  # at least; with so few, one new id in a hundred passes
_WORD_BITS = 64
_SHIFTS = (8, 14, 20, 26, 32)  # where an id has six bits each that say which bits of its word stand for it
_OFFSETS = 1 << 20  # of a partition read at once
_STRETCHES = """
SELECT topic, partition, incarnation, max((recorded_at, offset)).2 FROM records GROUP BY topic, partition, incarnation
"""
_IDS = """
SELECT id FROM records WHERE topic = {t:String} AND partition = {p:UInt16} AND incarnation = {i:String}
    AND offset >= {b:UInt64} AND offset < {e:UInt64}
"""


class KnownIds:
    """Knows the ids of a history that nobody else fills; one that it passes may still be new.

    Small histories answer fast enough, so nothing is gathered for them; of a large one, once a backlog is worth it:
    two to four bytes an id.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._filter: _Filter | None = None
        self._asked = 0

    def possible(self, ids: Sequence[bytes]) -> Sequence[bytes]:
        """Return those of some ids that the history may have."""
        self._asked += len(ids)
        if self._filter is None and len(ids) >= _MANY:
            self._filter = self._gathered()
        if self._filter is None:
            return ids
        return list(compress(ids, self._filter.passed(b"".join(ids))))

    def add(self, ids: Sequence[bytes]) -> None:
        """Note ids that are about to be stored."""
        if self._filter is not None and not self._filter.add(b"".join(ids)):
            self._filter = None  # it is full, and gathered anew with more room

    def _gathered(self) -> "_Filter | None":
        count = int(self._client.query("SELECT count() FROM records").result_rows[0][0])
        if count < _SMALL_HISTORY or self._asked * _PAYS_AT < count:
            return None
        found = _Filter(count + count // 4)
        for *place, last in self._client.query(_STRETCHES).result_rows:
            for begin in range(0, last + 1, _OFFSETS):
                bounds = dict(zip("tpibe", (*place, begin, begin + _OFFSETS), strict=True))
                halves = array("Q", self._client.raw_query(_IDS, parameters=bounds, fmt="RowBinary"))
                halves.byteswap()  # an id lies in the database with each half turned round
                found.add(halves.tobytes())
        return found


class _Filter:
    """A Bloom filter whose bits of one id stand in one word; ids are random, so their own bits serve as hashes."""

    def __init__(self, least: int) -> None:
        """Make room for so many ids, or more: the number of words is a power of two."""
        import numpy as np  # noqa: PLC0415 (slow to import, and only large histories need it)

        self._np = np
        self._words = np.zeros(1 << (least * _BITS_AN_ID // _WORD_BITS).bit_length(), np.uint64)
        self._room = len(self._words) * _WORD_BITS // _BITS_AN_ID

    def add(self, packed: bytes) -> bool:
        """Note ids that stand behind one another, and return whether there is room for more."""
        places, bits = self._place(packed)
        self._np.bitwise_or.at(self._words, places, bits)
        self._room -= len(places)
        return self._room > 0

    def passed(self, packed: bytes) -> list[bool]:
        """Tell of each id whether it may have been noted."""
        places, bits = self._place(packed)
        found: list[bool] = ((self._words[places] & bits) == bits).tolist()
        return found

    def _place(self, packed: bytes) -> tuple[Any, Any]:
        """Return the word of each id, and its bits in there."""
        np = self._np
        first, second = np.frombuffer(packed, np.uint64).reshape(-1, 2).T
        places = (first & np.uint64(len(self._words) - 1)).astype(np.int64)
        bits = np.zeros(len(places), np.uint64)
        for shift in _SHIFTS:
            bits |= np.uint64(1) << ((second >> np.uint64(shift)) & np.uint64(_WORD_BITS - 1))
        return places, bits
