import pytest

from connectors.readmodel.sqlite import SqliteReadModel
from tests.connectors.readmodel.contract import ReadModelContract


class TestSqliteReadModel(ReadModelContract):
    @pytest.fixture
    def reopen(self, tmp_path):
        opened = []

        def _open(life):
            opened.append(SqliteReadModel(tmp_path / "readmodel.sqlite", life))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    def test_a_page_of_a_nation_is_read_from_an_index(self, reopen):
        """No order and no filter by itself makes the store sort, or read the lines of those it leaves out."""
        store = reopen("life")
        for sort in ("counted_from", "newest_at", "name", "owner", "number"):
            plan = store.run_sql(
                "EXPLAIN QUERY PLAN SELECT subject FROM accounts WHERE opened_at <= 5 AND closed_at > 5"
                f" ORDER BY {sort} ASC NULLS LAST, subject ASC LIMIT 50",
                {},
            )
            assert "COVERING INDEX" in str(plan), (sort, plan)
