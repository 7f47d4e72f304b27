from collections.abc import Callable, Iterator

import psycopg
import pytest

from connectors.people.postgres import PostgresPeople
from connectors.signin.port import SigninStoreError
from connectors.signin.postgres import PostgresSigninStore
from tests.connectors.signin.contract import USER, SigninStoreContract
from tests.postgres_cluster import Cluster


class TestPostgresSigninStore(SigninStoreContract):
    @pytest.fixture
    def reopen(self, postgres: Cluster, database: str) -> Iterator[Callable[[], PostgresSigninStore]]:
        opened: list[PostgresSigninStore] = []

        def _open() -> PostgresSigninStore:
            opened.append(PostgresSigninStore(postgres.url(database)))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    @pytest.fixture
    def store(self, reopen) -> PostgresSigninStore:
        return reopen()

    def test_it_stands_beside_the_people_store(self, store, postgres, database):
        """One database holds both, each with migrations of its own."""
        store.add_user(USER)
        PostgresPeople(postgres.url(database)).close()
        with psycopg.connect(postgres.url(database)) as db:
            assert db.execute("SELECT version FROM signin_migrations").fetchall() == [(1,), (2,)]

    def test_a_connection_that_broke_is_made_anew(self, store, postgres, database):
        """Whoever asks while it breaks hears so; whoever asks next is answered."""
        store.add_user(USER)
        with psycopg.connect(postgres.url(database), autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(SigninStoreError):
            store.users()
        assert [user.login for user in store.users()] == ["wang"]

    def test_a_server_that_is_away_is_told_without_its_password(self):
        """The message names what to check."""
        with pytest.raises(SigninStoreError, match=r"check the server and \[signin\] url_from") as told:
            PostgresSigninStore("postgresql://xuncha:geheim@127.0.0.1:1/none")
        assert "geheim" not in str(told.value)
