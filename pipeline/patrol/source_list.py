"""Sources as commands list them: from the sweeps, as known now."""

from typing import Any

from events.instants import from_micros
from events.patrol import SweepCompleted
from pipeline.home.workspace import Workspace
from projections.accounts.reducer import health_of


def list_sources(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every source that ever swept, with the health that its sweeps show."""
    known = workspace.known.read(("sweep.completed",))
    looked = {k.event.subject: k.event.data.looked for k in known if isinstance(k.event.data, SweepCompleted)}
    return [
        {
            "source": source,
            "accounts": looked[source],
            "last_look_at": _instant(health.last_sweep_at),
            "last_new_post_at": _instant(health.last_new_at),
            "stalled": health.stalled,
            "stalled_since": from_micros(health.stalls[-1].since) if health.stalled else None,
            "seen_lag_s": health.lag_s,
            "is_late": health.lag_since is not None,
        }
        for source, health in sorted(health_of(known).items())
    ]


def _instant(micros: int | None) -> Any:
    return None if micros is None else from_micros(micros)
