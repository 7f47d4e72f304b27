import sqlite3
from uuid import UUID

from connectors.log.deliveries import Delivery, note_outcome, outcome_of
from connectors.log.embedded import EmbeddedLog

ONE, TWO = UUID(int=1), UUID(int=2)


def test_an_outcome_is_kept_by_message_channel_and_destination(log):
    """What one of them took is still pending on another; a later outcome replaces the earlier."""
    console, webhook, person = (
        Delivery(ONE, *place) for place in (("console", "console"), ("webhook", "webhook"), ("webhook", "p1"))
    )
    with log.transaction():
        note_outcome(log.db, console, "delivered")
        note_outcome(log.db, webhook, "failed")
    assert outcome_of(log.db, console) == "delivered"
    assert outcome_of(log.db, webhook) == "failed"
    assert outcome_of(log.db, person) is None
    assert outcome_of(log.db, Delivery(ONE, "file", "file")) is None
    assert outcome_of(log.db, Delivery(TWO, "console", "console")) is None
    with log.transaction():
        note_outcome(log.db, webhook, "summary")
    assert outcome_of(log.db, webhook) == "summary"


def test_deliveries_of_an_earlier_release_went_to_the_channel(tmp_path):
    """A file whose channels had one destination each is lifted when it is opened, once."""
    path = tmp_path / "log.sqlite"
    EmbeddedLog.make(path, partitions=1)
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE deliveries")
        db.execute(
            "CREATE TABLE deliveries (message_id TEXT NOT NULL, channel TEXT NOT NULL, outcome TEXT NOT NULL,"
            " PRIMARY KEY (message_id, channel)) WITHOUT ROWID"
        )
        db.execute("INSERT INTO deliveries VALUES (?, 'file', 'summary')", (str(ONE),))
        db.execute("PRAGMA user_version = 2")
    db.close()
    for _ in range(2):
        log = EmbeddedLog(path)
        assert outcome_of(log.db, Delivery(ONE, "file", "file")) == "summary"
        assert log.db.execute("SELECT count(*) FROM deliveries").fetchone() == (1,)
        assert log.db.execute("PRAGMA user_version").fetchone() == (3,)
        log.close()
