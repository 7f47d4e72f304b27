from tests.bench.generate import DAYS, fill_quarter


def test_the_quarter_of_the_bench_fits_the_tables(history):
    """The bench fills typed tables past their views, column by column: a new column has to be told to it."""
    fill_quarter(history, 40, 3, 1)
    counts = {
        table: history.query(f"SELECT count() FROM {table}").result_rows[0][0] for table in ("looks", "posts")
    }
    assert {"looks": 40 * DAYS, "posts": 120} == counts
    assert 0 == history.query("SELECT count() FROM looks WHERE alive_at IS NOT NULL").result_rows[0][0]
