import pytest

from connectors.readmodel.port import SORTS, Wanted
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

    @pytest.mark.parametrize("sort", SORTS)
    @pytest.mark.parametrize("descending", [False, True])
    def test_a_page_of_a_nation_is_read_from_an_index(self, reopen, sort, descending):
        """No order makes the store sort all of its accounts; where an index has it, no line is read for it."""
        store, plans = reopen("life"), []
        run = store.run_sql
        store.run_sql = lambda sql, values: (
            plans.append(str(run(f"EXPLAIN QUERY PLAN {sql}", values))) or run(sql, values)
        )
        store.subjects(Wanted(open_at=5), sort, descending=descending, most=50)
        for plan in plans if sort != "opened_at" else ():
            assert "TEMP B-TREE FOR ORDER BY" not in plan, plan
            assert "COVERING INDEX" in plan, plan
