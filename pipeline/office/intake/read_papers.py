"""What was read and planned last, in memory: a page that shows a plan again does not make it anew."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date

import msgspec

from connectors.papers.paper import ReadFile
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from pipeline.office.intake.plan import Plan

MOST_ROWS = 30_000
"""That are remembered, of all papers: as much as a few large ledgers."""

_Key = tuple[str, str, date, bytes]


class ReadPapers:
    """What was read, the paper that was asked for last stays longest; several threads may ask."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most = most_rows
        self._read: OrderedDict[_Key, ReadFile] = OrderedDict()
        self._lock = threading.Lock()

    def read(
        self, name: str, content: bytes, sha256: str, received: date, settled: Mapping[str, Settled]
    ) -> ReadFile:
        """Return a paper as `read_paper` does; `content` was read just now, so one that was erased is not here."""
        key = (name, sha256, received, msgspec.json.encode(dict(settled), order="deterministic"))
        with self._lock:
            if key in self._read:
                self._read.move_to_end(key)
                return self._read[key]
        file = read_paper(name, content, received, settled)
        with self._lock:
            self._read[key] = file
            while len(self._read) > 1 and sum(map(_rows, self._read.values())) > self._most:
                self._read.popitem(last=False)
            if _rows(file) > self._most:
                del self._read[key]
        return file


def _rows(file: ReadFile) -> int:
    return 1 + sum(len(page.rows) for page in file.pages)


class PlansMade:
    """The plan that was made last, as long as nothing that it follows from has changed."""

    def __init__(self) -> None:
        self._kept: tuple[bytes, Plan] | None = None

    def find(self, key: bytes) -> Plan | None:
        """Return the plan that was made of the same things, None where another one was made since."""
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == key else None

    def keep(self, key: bytes, plan: Plan) -> None:
        """Keep a plan in the place of the one before."""
        if len(plan.rows) <= MOST_ROWS:
            self._kept = (key, plan)
