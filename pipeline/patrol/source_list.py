"""Sources as commands list them: from the sweeps, as known now, and from what the patrol remembers of each."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from connectors.patrolstore.port import PatrolStore
from events.instants import from_micros, to_micros
from events.patrol import SweepCompleted
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.workspace import Workspace
from pipeline.patrol.configured import Configured, configured
from projections.accounts.reducer import health_of
from projections.patrol.workdays import number_of
from projections.sources.health import SourceHealth

COVERED_WITHIN = timedelta(days=7)
"""An account without a good look for longer is not covered: no plan leaves a gap so long."""

_UNPLANNED: Mapping[str, Any] = {
    "kind": "",
    "last_good_look_at": None,
    "lag_s": None,
    "watched": 0,
    "failing": 0,
    "coverage": None,
    "quota": None,
    "quota_used": None,
    "quota_left": None,
    "log_in": "",
    "log_in_asked_at": None,
}


def list_sources(workspace: Workspace, now: datetime) -> list[dict[str, Any]]:
    """Return every source that ever swept or stands in the settings, with its health and what its patrol knows."""
    known = workspace.known.read(("sweep.completed",))
    looked: dict[str, int] = {}
    for k in known:
        if isinstance(k.event.data, SweepCompleted) and k.event.data.stall is None:
            looked[k.event.subject] = k.event.data.looked
    health = health_of(known)
    home = workspace.home
    planned = {one.name: one for one in configured(home.settings, home.path)}
    rows = {
        name: {**_swept(name, looked.get(name, 0), health.get(name, SourceHealth())), **_UNPLANNED}
        for name in sorted(health.keys() | planned.keys())
    }
    if planned:
        with closing(open_patrol_store(home)) as store:
            for name, source in planned.items():
                rows[name] |= _planned(source, store, now)
    return list(rows.values())


def _swept(name: str, accounts: int, health: SourceHealth) -> dict[str, Any]:
    return {
        "source": name,
        "accounts": accounts,
        "last_look_at": _instant(health.last_sweep_at),
        "last_new_post_at": _instant(health.last_new_at),
        "stalled": health.stalled,
        "stalled_since": from_micros(health.stalls[-1].since) if health.stalled else None,
        "seen_lag_s": health.lag_s,
        "is_late": health.lag_since is not None,
        "declared": health.stalled and health.stalls[-1].declared,
        "may_be_declared": health.may_be_declared,
    }


def _planned(source: Configured, store: PatrolStore, now: datetime) -> dict[str, Any]:
    notes = store.notes(source.name)
    since = to_micros(now - COVERED_WITHIN)
    newest = max((note.looked_at for note in notes.values()), default=0)
    used = sum(store.spent(source.name, number_of(now)).values())
    quota = source.settings.quota
    probe = store.last_probe(source.name)
    return {
        "accounts": len(notes),
        "kind": source.kind.name,
        "last_good_look_at": from_micros(newest) if newest else None,
        "lag_s": int(source.lag.total_seconds()),
        "watched": len(notes),
        "failing": sum(note.back_off.failures > 0 for note in notes.values()),
        "coverage": sum(note.looked_at >= since for note in notes.values()) / len(notes) if notes else None,
        "quota": quota,
        "quota_used": None if quota is None else used,
        "quota_left": None if quota is None else max(quota - used, 0),
        "log_in": "" if probe is None else "works" if probe.probe.works else "refused",
        "log_in_asked_at": None if probe is None else from_micros(probe.at),
    }


def _instant(micros: int | None) -> Any:
    return None if micros is None else from_micros(micros)
