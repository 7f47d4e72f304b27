"""The patrol store of a home, and what its patrols look at."""

from connectors.patrolstore.port import PatrolStore
from pipeline.home.folder import Home

FILE_NAME = "patrol.sqlite"


def open_patrol_store(home: Home) -> PatrolStore:
    """Open the patrol store of a home: a file in it, or PostgreSQL where the people store is there."""
    raise NotImplementedError
