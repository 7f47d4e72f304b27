"""Sources as commands list them: from the sweeps, as known now."""

from typing import Any

from connectors.history.knowledge import read_known
from events.instants import from_micros
from events.known import first_records
from events.patrol import SweepCompleted
from pipeline.home.registry import FAR_US
from pipeline.home.workspace import Workspace
from projections.accounts.reducer import health_of


def list_sources(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every source that ever swept, with the health that its sweeps show."""
    known = first_records(read_known(workspace.client, ("sweep.completed",), from_micros(FAR_US)), FAR_US)
    looked = {k.event.subject: k.event.data.looked for k in known if isinstance(k.event.data, SweepCompleted)}
    return [
        {
            "source": source,
            "accounts": looked[source],
            "last_look_at": _instant(health.last_sweep_at),
            "last_new_post_at": _instant(health.last_new_at),
            "stalled": health.stalled,
            "stalled_since": from_micros(health.stalls[-1].since) if health.stalled else None,
        }
        for source, health in sorted(health_of(known).items())
    ]


def _instant(micros: int | None) -> Any:
    return None if micros is None else from_micros(micros)
