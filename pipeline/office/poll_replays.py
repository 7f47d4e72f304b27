"""Recorded polls of a folder, with the list of accounts that they are about, if one is handed in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from connectors.sheets.notes import Note
from connectors.sheets.readers import read_accounts
from events.base import Payload
from events.codec import Event
from pipeline.home.actor import Actor, signed
from pipeline.home.progress import Progress
from pipeline.home.registry import file_names, registry_now
from pipeline.home.ticks import newest_tick
from pipeline.home.workspace import Workspace
from pipeline.office.registry_imports import account_events
from pipeline.office.units import known_unit_names
from pipeline.patrol import replay
from pipeline.patrol.lists import known_source, post_finder
from pipeline.patrol.replay import Replayed, count_polls


class ReplayPolls(msgspec.Struct, frozen=True):
    """A folder of poll folders, read as looks of a source."""

    directory: Path
    source: str  # its name, for ever
    lag: timedelta  # so late the source may show posts
    accounts: Path | None = None  # registry to import first, and whom to look at
    as_history: bool = False  # take the facts without ticks


class PollsReplayed(msgspec.Struct, frozen=True):
    """What became of the polls, and what the reader of the list of accounts noticed."""

    replayed: Replayed
    notes: tuple[Note, ...] = ()


def replay_polls(workspace: Workspace, asked: ReplayPolls, actor: Actor) -> PollsReplayed:
    """Read the polls of a folder in order; raises `UsageError` for a folder of others, `SheetError` for the list."""
    home = workspace.home
    home.texts.refuse({"source": asked.source})
    registry = registry_now(workspace)
    opening: list[Event[Payload]] = []
    notes: tuple[Note, ...] = ()
    if asked.accounts is not None:
        rows = read_accounts(asked.accounts)
        units = known_unit_names(workspace, registry)
        listed = account_events(rows, registry, datetime.now(UTC), path=asked.accounts, units=units)
        opening, notes = signed(listed.events, actor), (*rows.notes, *listed.notes)
    with Progress("回放巡检 polls", count_polls(asked.directory)) as progress:
        done = replay.replay_polls(
            workspace.log,
            asked.directory,
            file_names(registry, opening),
            known_source(workspace, asked.source, asked.lag),
            post_finder(workspace),
            opening=opening,
            as_history=asked.as_history,
            clock=newest_tick(workspace),
            max_gap=home.max_clock_gap,
            progress=progress.add,
        )
    return PollsReplayed(done, notes)
