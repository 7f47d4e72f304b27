"""What an imported home holds beside its facts: items seen, polls taken, dead letters, rulesets, evidence files."""

from collections.abc import Sequence

from connectors.log.dead_letters import DeadLetter
from connectors.log.memory_copies import add_seen, count_seen, values_of
from connectors.log.port import Log
from connectors.transfer.folder import Folder
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.evidence import keep_content
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.upkeep.transfer.tables import (
    EVIDENCE,
    EVIDENCE_FILE,
    KEPT_VALUES,
    LETTERS,
    LETTERS_FILE,
    RULESETS,
    RULESETS_FILE,
    SEEN,
    SEEN_BEFORE,
    SEEN_FILE,
    VALUES,
    VALUES_FILE,
    letters_of,
)


def put_rulesets(home: Home, folder: Folder) -> None:
    """Write the old home's own rulesets; raises `UsageError` where one of that name says otherwise."""
    rulesets = [row for table in folder.tables(RULESETS_FILE, RULESETS) for row in table.to_pylist()]
    for row in rulesets:
        path = home.path / "rulesets" / row["name"]
        if path.exists() and path.read_bytes() != row["text"]:
            raise UsageError(
                message(
                    "{path} is not what the export has under this name; move it away, or name it anew",
                    path=path,
                )
            )
    for row in rulesets:
        path = home.path / "rulesets" / row["name"]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(row["text"])


def put_evidence(home: Home, folder: Folder) -> None:
    """Keep the old home's evidence files, before any fact names them here."""
    for table in folder.tables(EVIDENCE_FILE, EVIDENCE):
        for row in table.to_pylist():
            keep_content(home, row["name"], row["content"])


def put_memory(home: Home, log: Log, folder: Folder) -> None:
    """Remember what the old home did, in one transaction; raises `UsageError` where this one remembers other things.

    A home that knows an item or a poll whose fact is not in the log would never emit that fact.
    """
    values = [row for table in folder.tables(VALUES_FILE, VALUES) for row in table.to_pylist()]
    file = folder.file(SEEN_FILE)
    with log.transaction():
        for row in values:
            log.set_meta(row["key"], row["value"])
        schema = SEEN if "told" in folder.columns(SEEN_FILE) else SEEN_BEFORE
        for table in folder.tables(SEEN_FILE, schema):
            rows = table.to_pylist()
            add_seen(log.db, ((r["source"], r["account_id"], r["item"], r.get("told")) for r in rows))
        if count_seen(log.db) != (file.rows if file else 0) or len(values_of(log.db, KEPT_VALUES)) != len(
            values
        ):
            raise UsageError(
                message(
                    "{path} remembers items or polls whose facts the export does not hold, and would"
                    " never emit them; import into a new home",
                    path=home.path,
                )
            )
    fail_point("import.after_memory")


def put_letters(log: Log, folder: Folder, unreadable: Sequence[DeadLetter]) -> None:
    """Note the dead letters that wait in the old home, and the facts that nobody could read; each once."""
    known = {_key(letter) for letter in log.letters()}
    carried = [x for table in folder.tables(LETTERS_FILE, LETTERS) for x in letters_of(table)]
    known |= {_key(letter) for letter in carried if letter.replayed_at is not None}
    waiting = [letter for letter in carried if letter.replayed_at is None]
    with log.transaction():
        for letter in [*waiting, *unreadable]:
            if _key(letter) not in known:
                known.add(_key(letter))
                log.note_letter(letter)


def _key(letter: DeadLetter) -> tuple[str, str, bytes]:
    return letter.origin, letter.place, letter.raw
