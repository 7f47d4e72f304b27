"""The patrol store in PostgreSQL, beside a log on Kafka; leases run by the clock of the server."""

from connectors.databases.postgres import PostgresDatabase
from connectors.patrolstore.sql import SCHEMA, SqlPatrolStore

_MIGRATION_LOCK = 0x706174726F6C  # "patrol"


class PostgresPatrolStore(PostgresDatabase, SqlPatrolStore):
    """The store in the database that a connection string names."""

    locking = " FOR UPDATE"

    def __init__(self, url: str) -> None:
        super().__init__(url, SCHEMA, lock=_MIGRATION_LOCK, setting="[people] url_from")

    def now(self) -> int:
        ((now,),) = self.run("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", {})
        return int(now)
