"""The city of the pages: what every page may count on, told by the commands."""

from collections import Counter
from datetime import datetime

from tests.pipeline.console.city import ACCOUNTS, NOW, ROUND, copy_of
from tests.pipeline.program import asked, done, rows


def test_the_city_stands_in_the_middle_of_its_quarter(city):
    """Accounts to remind, over the limit and unknown; an intake and an objection that wait; a source that stalled."""
    today = asked(city, "today", "--on", "2026-09-18")
    standing = Counter(row["standing"] for row in today["needs"])
    assert (4, 3, 2) == tuple(standing[s] for s in ("fails", "over", "unproven"))
    waiting = {row["what"] for row in today["waiting"]}
    assert {"objection", "application", "plan"} <= waiting
    assert [True] == [row["stalled"] for row in rows(city, "sources")]
    assert len(ACCOUNTS) == len(rows(city, "accounts", "list"))
    assert [True, False] == [sheet["read"] for sheet in asked(city, "round", "show", ROUND)["sheets"]]


def test_the_city_was_recorded_as_it_happened(city):
    """No record is later than the moment at which pages are asked."""
    newest = asked(city, "sql", "SELECT max(recorded_at) AS at FROM records")["rows"][0]["at"]
    assert datetime.fromisoformat(newest) < NOW


def test_a_copy_can_be_written_into(city, tmp_path):
    """A test that writes changes nothing for others."""
    copied = copy_of(city, tmp_path)
    before = rows(city, "intake", "list")
    done(copied, "intake", "undo", before[0]["intake"], "--reason", "收错")
    assert before == rows(city, "intake", "list") != rows(copied, "intake", "list")
