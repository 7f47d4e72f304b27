from collections.abc import Callable, Iterator

import psycopg
import pytest

from connectors.patrolstore.port import PatrolStoreError
from connectors.patrolstore.postgres import PostgresPatrolStore
from connectors.people.postgres import PostgresPeople
from tests.connectors.patrolstore.contract import DAY, PatrolStoreContract, lease
from tests.postgres_cluster import Cluster


class TestPostgresPatrolStore(PatrolStoreContract):
    @pytest.fixture
    def reopen(self, postgres: Cluster, database: str) -> Iterator[Callable[[], PostgresPatrolStore]]:
        opened: list[PostgresPatrolStore] = []

        def _open() -> PostgresPatrolStore:
            opened.append(PostgresPatrolStore(postgres.url(database)))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    @pytest.fixture
    def store(self, reopen) -> PostgresPatrolStore:
        return reopen()

    def test_it_stands_beside_the_people_store(self, store, postgres, database):
        """One database holds both, each with migrations of its own."""
        PostgresPeople(postgres.url(database)).close()
        assert store.spend(lease(store), "log-in", DAY)
        with psycopg.connect(postgres.url(database)) as db:
            assert db.execute("SELECT version FROM patrol_migrations ORDER BY 1").fetchall() == [
                (1,),
                (2,),
                (3,),
            ]

    def test_a_server_that_is_away_is_told_without_its_password(self):
        """The message names what to check."""
        with pytest.raises(PatrolStoreError, match=r"check the server and \[people\] url_from") as told:
            PostgresPatrolStore("postgresql://xuncha:geheim@127.0.0.1:1/none")
        assert "geheim" not in str(told.value)
