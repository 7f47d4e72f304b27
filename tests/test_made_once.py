"""What models of homes are rid of before they are copied."""

from contextlib import closing

from tests.engine import connect
from tests.made_once import without_merged_parts


def test_only_parts_that_were_merged_into_others_go(tmp_path):
    """A merged one, one that was mutated, and partitions beside one another: every row is there after it."""
    read = "SELECT p, groupArray(n) FROM (SELECT p, n FROM t ORDER BY p, n) GROUP BY p ORDER BY p"
    with closing(connect(str(tmp_path / "history"))) as engine:
        engine.query("CREATE TABLE t (p String, n UInt64) ENGINE = MergeTree PARTITION BY p ORDER BY n")
        for n in range(4):
            engine.query(f"INSERT INTO t SELECT c, {n} FROM (SELECT arrayJoin(['a', 'b']) AS c)")
        engine.query("OPTIMIZE TABLE t PARTITION 'a' FINAL")
        engine.query("ALTER TABLE t DELETE WHERE n = 1 SETTINGS mutations_sync = 2")
        engine.query("INSERT INTO t VALUES ('a', 9)")
        rows = engine.query(read, "CSV").bytes()
        active = engine.query(
            "SELECT name FROM system.parts WHERE table = 't' AND active ORDER BY name", "TSV"
        )
        names = active.bytes().decode().split()
    folders = [path.parent for path in (tmp_path / "history").glob("store/*/*/*/columns.txt")]
    assert len(folders) > len(names)
    without_merged_parts(tmp_path)
    assert names == sorted(path.name for path in folders if path.exists())
    with closing(connect(str(tmp_path / "history"))) as engine:
        assert rows == engine.query(read, "CSV").bytes()
