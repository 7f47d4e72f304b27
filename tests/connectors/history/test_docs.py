import os
import re
from pathlib import Path

from connectors.history.rounds import store_run
from connectors.history.sink import Sink
from tests.connectors.history.dictionary import dictionary
from tests.connectors.history.random_history import RandomHistory
from tests.connectors.history.test_measures import CHECK_POINT, append_hourly
from tests.connectors.history.test_rounds import a_row, a_run

PAGE = Path(__file__).parents[3] / "docs" / "history.md"
BEGIN, END = "<!-- dictionary -->\n", "<!-- end of dictionary -->\n"


def test_the_data_dictionary_is_what_the_database_says(embedded_history):
    """Every table, view and column, with its comment; XUNCHA_WRITE_DOCS=1 writes the page anew."""
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    wanted = f"{before}{BEGIN}\n{dictionary(embedded_history)}\n{END}{after}"
    if os.environ.get("XUNCHA_WRITE_DOCS"):
        PAGE.write_text(wanted, "utf-8")
    assert PAGE.read_text("utf-8") == wanted


def test_every_table_and_column_says_what_it_is_for(embedded_history):
    """A comment for each: a question for tables and views, a meaning for columns."""
    unsaid = embedded_history.query(
        "SELECT name, '' FROM system.tables WHERE database = currentDatabase() AND comment = ''"
        " AND engine != 'MaterializedView' UNION ALL SELECT c.table, c.name FROM system.columns AS c"
        " INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table"
        " WHERE c.database = currentDatabase() AND c.comment = '' AND t.engine != 'MaterializedView'"
    ).result_rows
    assert unsaid == []
    comments = embedded_history.query(
        "SELECT comment FROM system.tables WHERE database = currentDatabase() AND engine = 'View'"
    ).result_rows
    assert all("?" in comment for (comment,) in comments)


def test_the_example_questions_have_answers(embedded_history, log):
    """Each query of the page runs as it stands there and finds something."""
    append_hourly(log, RandomHistory(1, CHECK_POINT).batches(12))
    Sink(embedded_history, log).catch_up()
    store_run(embedded_history, a_run(), [a_row("wechat:gh_1"), a_row("wechat:gh_2")])
    queries = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(queries) >= 4
    for query in queries:
        assert embedded_history.query(query).result_rows, query
