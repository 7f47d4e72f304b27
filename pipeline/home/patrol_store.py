"""The patrol store of a home: a file in it, or PostgreSQL where the people store is there."""

from connectors.patrolstore.port import PatrolStore
from connectors.patrolstore.sqlite import SqlitePatrolStore
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import environment_value

FILE_NAME = "patrol.sqlite"


def open_patrol_store(home: Home) -> PatrolStore:
    """Open the patrol store of a home, for its caller to close."""
    settings = home.settings.people
    if settings is None:
        return SqlitePatrolStore(home.path / FILE_NAME)
    url = environment_value(settings.url_from)
    if not url:
        raise UsageError(
            message(
                "[people] url_from names {url_from}, which is not set in the environment",
                url_from=settings.url_from,
            )
        )
    from connectors.patrolstore.postgres import PostgresPatrolStore  # noqa: PLC0415 (its library is slow to import)

    return PostgresPatrolStore(url)


def has_patrol_store(home: Home) -> bool:
    """Tell whether a patrol may have left anything: in a folder, whether there is the file."""
    return home.settings.people is not None or (home.path / FILE_NAME).exists()
