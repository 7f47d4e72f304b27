"""Import: an export into a home with a new log (`xuncha import`)."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.heads import repair_views
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED, FACTS, Log
from connectors.transfer.folder import Folder, FolderError
from events.fields import marked
from events.instants import from_micros, local_iso
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from pipeline.upkeep.transfer.bystanders import refuse_notifiers, refuse_sinks
from pipeline.upkeep.transfer.facts import append_facts, has_facts
from pipeline.upkeep.transfer.hand_over import hand_over
from pipeline.upkeep.transfer.past import find_missing, store_records, store_rounds
from pipeline.upkeep.transfer.remembered import put_evidence, put_letters, put_memory, put_rulesets


class Imported(msgspec.Struct, frozen=True):
    """What an import added; what stood here before is not counted."""

    records: int  # into the history, under their own lives
    rounds: int
    facts: int  # records of the new log
    outcomes: int  # outcomes that the notifiers now know


def import_folder(home: Home, path: Path) -> Imported:
    """Take an export in: old rows under their own life of the log, and the facts again into the new one.

    1. Every file is compared with its hash, and it is found out what is missing here. A log that holds facts is
       refused, unless these are the first ones of the export, and all of them if the history lacks anything.
    2. Rulesets and evidence files of the home, and the old rows of the history, before anything of the new log.
    3. Rounds, each with its manifest last.
    4. What the connectors remember.
    5. What each channel was told: the folds raise the old alerts again, and nobody is to be told again.
    6. The facts, each once, in an order that keeps that of every subject; then the dead letters.

    Each step finds out from what is here how far it came, so an import that was cut off is completed by another one.
    An export of this very home brings back rows and rounds that its history lost, and nothing else.
    """
    try:
        folder = Folder(path)
        with Progress("核对文件 files", len(folder.manifest.files)) as progress:
            folder.check(progress.add)
        with closing(home.open_log()) as log, home.history(unfilled=True) as (client, owned):
            return _import(home, folder, log, client, owned=owned)
    except FolderError as e:
        raise UsageError(marked(e)) from None


def _import(home: Home, folder: Folder, log: Log, client: Client, *, owned: bool) -> Imported:
    until = from_micros(max(life.last_recorded_at for life in folder.manifest.lives))
    own = _own_lives(home, log)
    home.settled.clear()
    repair_views(client)
    missing = find_missing(client, folder, own)
    is_own = bool(own & {life.incarnation for life in folder.manifest.lives})
    begun = any(log.end_offsets(FACTS))
    if begun and missing and not is_own and not has_facts(log, folder):
        raise UsageError(
            message(
                "the log of {path} holds some facts already, and its history lacks rows of the"
                " export; import into a home whose log is new, with nothing running that writes"
                " to it",
                path=home.path,
            )
        )
    if begun and missing.records:
        refuse_sinks(home, owned=owned)
    if not begun and not is_own:
        _refuse_the_future(until)
        refuse_notifiers(home)
    put_rulesets(home, folder)
    put_evidence(home, folder)
    records = store_records(client, folder, missing, own)
    rounds = store_rounds(client, folder, missing)
    if is_own:
        return Imported(records, rounds, 0, 0)
    outcomes = 0
    if not begun:
        put_memory(home, log, folder)
        outcomes = hand_over(home, log, client, until)
    facts, unreadable = append_facts(log, folder, until)
    put_letters(log, folder, unreadable)
    return Imported(records, rounds, facts, outcomes)


def _own_lives(home: Home, log: Log) -> set[str]:
    """Return what the history calls the present lives of the log's topics."""
    if isinstance(log, EmbeddedLog):
        return {log.incarnation}
    from connectors.kafka.lives import Lives  # noqa: PLC0415 (its library is slow to import)

    assert home.cluster is not None  # noqa: S101 (whose log is not in the home)
    with closing(Lives(home.cluster, (FACTS, DERIVED))) as lives:
        return set(lives.now().values())


def _refuse_the_future(until: datetime) -> None:
    """Refuse to record facts earlier than the old log did: moments of knowledge that were closed would open again."""
    if datetime.now(UTC) <= until:
        raise UsageError(
            message(
                "the newest record of the export is of {until}, later than the clock of this"
                " machine; set the clock right first",
                until=local_iso(until),
            )
        )
