"""What the operations of a store in SQL rest on, whichever database runs it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from connectors.databases.migrations import Rows

PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")
"""How a statement writes the name of a value; a cast has two colons."""


class Statements(ABC):
    """Statements with values by name, written `:name`, inside transactions."""

    @abstractmethod
    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        """Run one statement of the open transaction and return its rows."""

    @abstractmethod
    def run_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement of the open transaction for each of many rows."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Take turns with other writers; commit at the end, roll back on any exception."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """Read without holding up writers."""
