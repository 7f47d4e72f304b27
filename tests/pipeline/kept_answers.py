"""Answers of the engine that is kept open, given again to whoever asks the same while nothing is written into it.

Each command holds log and history against each other and reads the facts of the office, and a page asks for what the
page before asked for: half of what a small command takes. Whatever may write makes every answer an old one, in any
hands, and so does whatever lets the engine go. What may answer otherwise by itself (the clock, chance, files, the
engine about itself, but for what it has put aside) is asked each time. Which functions an engine has is asked once.

Most homes are copies of one that was made once. As long as nothing was written into them their files are the same to
the nanosecond, and so are the answers.
"""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.made_once import PART

_READING = frozenset({"SELECT", "WITH"})
_PREPARING = frozenset({"SET", "USE", "DESCRIBE", "SHOW", "EXPLAIN"})
_GOING_ON = frozenset({"ALTER", "DELETE", "UPDATE", "OPTIMIZE", "SYSTEM", "KILL"})
"""What an engine may still be at when it has answered: nothing it says from then on is kept."""
_NEW_AT_MOST = ("CREATE DATABASE IF NOT EXISTS ", "CREATE TABLE IF NOT EXISTS ")
"""What takes no table away of which anything was answered."""
_BY_ITSELF = re.compile(
    r"\bsystem\b(?!\.(?:functions|table_functions|detached_parts)\b)"
    r"|\b(?:now|now64|today|yesterday|rand\w*|generate\w+|sleep\w*|file|url|remote)\s*\(",
    re.IGNORECASE,
)
_OF_THE_ENGINE = "FROM system.table_functions"
"""What every engine of this release answers alike, whatever is written."""
_CHANGE = re.compile(r"mutation_(\d+)\.txt")
_MOST = 2_000
"""So many answers of one history are kept at once."""
_HISTORIES = 40
"""Of so many."""


class KeptAnswers:
    """What the engine of one folder answered since something was last written."""

    def __init__(self) -> None:
        self.folder = ""
        """Whose engine is kept open, empty where none is."""
        self._writes = 0
        self._found: dict[object, Any] = {}
        self._of_histories: dict[object, dict[object, Any]] = {}
        self._of_the_engine: dict[object, Any] = {}

    def begin(self, folder: str, state: object = None) -> None:
        """Keep the answers of another engine from now on; `state` tells its history from others (`state_of`)."""
        self.folder = folder
        self.forget()
        if state is not None:
            self._found = self._of_histories.pop(state, self._found)
            self._of_histories[state] = self._found
            if len(self._of_histories) > _HISTORIES:
                del self._of_histories[next(iter(self._of_histories))]

    def forget(self) -> None:
        """Take every answer for an old one."""
        self._writes += 1
        self._found = {}

    def ask(self, connection: "Asked", sql: str | bytes, how: str, params: Mapping[str, Any]) -> Any:
        """Ask the engine, or give what it answered to the same question under the same settings."""
        text = sql if isinstance(sql, str) else sql.decode("utf-8", "replace")
        begun = _begun(text)
        word = begun.partition(" ")[0].upper()
        if word in _PREPARING or begun.startswith(_NEW_AT_MOST):
            answer = connection.put(sql, how, params)
            connection.note(begun)
            return answer
        if word not in _READING:
            self.begin("" if word in _GOING_ON else self.folder)
            try:
                return connection.put(sql, how, params)
            finally:
                self.forget()
        if connection.folder != self.folder or _BY_ITSELF.search(text):
            return connection.put(sql, how, params)
        question = (text, how, repr(sorted(params.items())), repr(sorted(connection.settings.items())))
        before, found = self._writes, self._of_the_engine if _OF_THE_ENGINE in text else self._found
        answer = found.get(question)
        if answer is None:
            answer = connection.put(sql, how, params)
            if before == self._writes and len(found) < _MOST:
                found[question] = answer
        return answer


class Asked:
    """A connection to an engine whose answers are kept; all else is the connection's own."""

    def __init__(self, connection: Any, folder: str, answers: KeptAnswers) -> None:
        self.folder = folder
        self.settings: dict[str, str] = {}
        """How this connection was set, by name."""
        self._connection = connection
        self._answers = answers

    def query(self, sql: str | bytes, how: str = "CSV", params: Mapping[str, Any] | None = None) -> Any:
        return self._answers.ask(self, sql, how, params or {})

    def put(self, sql: str | bytes, how: str, params: Mapping[str, Any]) -> Any:
        """Ask the engine itself."""
        return self._connection.query(sql, how, params=params)

    def note(self, statement: str) -> None:
        """Note how a statement sets the connection."""
        word, _, rest = statement.partition(" ")
        if word.upper() == "USE":
            self.settings["USE"] = rest.strip()
        elif word.upper() == "SET":
            name, _, value = rest.partition("=")
            self.settings[name.strip()] = value.strip()

    def __getattr__(self, name: str) -> Any:
        if name not in ("close", "send_query"):
            self._answers.forget()  # nobody does it; whoever does may write
        return getattr(self._connection, name)


def state_of(history: Path) -> object:
    """Return what tells a closed history from every other, None where an engine would go on changing it."""
    files = []
    for table in history.glob("store/*/*"):
        names = [path.name for path in table.iterdir()]
        parts = [part for name in names if (part := PART.fullmatch(name))]
        changes = [int(change[1]) for name in names if (change := _CHANGE.fullmatch(name))]
        if any(
            max(int(part["first"]), int(part["mutation"] or 0)) < max(changes, default=0) for part in parts
        ):
            return None
        files += [
            (str(path), (found := path.stat()).st_size, found.st_mtime_ns) for path in table.rglob("*.*")
        ]
    return (time.tzname, *sorted((path.removeprefix(str(history)), *rest) for path, *rest in files))


def _begun(text: str) -> str:
    """Return the first line that is no comment."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("--")), "")
