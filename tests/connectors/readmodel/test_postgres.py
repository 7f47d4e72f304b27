import threading

import pytest

from connectors.readmodel.port import ReadModelError
from connectors.readmodel.postgres import PostgresReadModel
from tests.connectors.readmodel.contract import ReadModelContract


class TestPostgresReadModel(ReadModelContract):
    @pytest.fixture
    def reopen(self, postgres, database):
        opened = []

        def _open(life):
            opened.append(PostgresReadModel(postgres.url(database), life))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    def test_one_changes_it_at_a_time(self, store, reopen):
        """Whoever changes the model waits for the other; readers do not."""
        other, order = reopen("life"), []

        def change():
            with other.transaction():
                order.append("second")

        with store.transaction():
            thread = threading.Thread(target=change)
            thread.start()
            assert len(reopen("life").lines()) == 12
            thread.join(0.2)
            order.append("first")
        thread.join(10)
        assert order == ["first", "second"]

    def test_a_server_that_is_away_is_told_without_its_password(self):
        with pytest.raises(ReadModelError, match=r"check the server and \[readmodel\] url_from") as told:
            PostgresReadModel("postgresql://xuncha:geheim@127.0.0.1:1/none", "life")
        assert "geheim" not in str(told.value)
