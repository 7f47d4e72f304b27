"""What the history takes from the data of a look: in one reading what its former view took in one for each column."""

import random

import pytest

from connectors.history.client import INSERT_SETTINGS
from connectors.history.migrate import load_migrations
from connectors.history.record_rows import read_rows
from connectors.history.record_table import record_table
from connectors.history.row_kinds import UNREADABLE
from events.envelope import Record
from events.ids import fact_id

INSTANTS = (
    '"2021-04-01T00:00:07Z"',
    '"2021-04-01t00:00:07.2z"',
    '"2021-04-01T00:00:07.1234565Z"',
    '"2021-04-01T08:00:07.12345649+08:00"',
    '"2021-12-31T23:59:59.9999999Z"',
    "null",
)
TRUTH = ("true", "false")
NUMBERS = ("0", "-0", "1", "604800", "604801", "4294967297", "18446744073709551615")
PERHAPS = (*NUMBERS, "18446744073709551616", "null")
FIELDS = {
    "new_posts": NUMBERS,
    "newest_post_at": INSTANTS,
    "proves_silence": TRUTH,
    "lag_s": ("0", "5", "86400"),
    "covers_from": INSTANTS,
    "shows_from": INSTANTS,
    "shows_all": TRUTH,
    "empty": TRUTH,
    "by_hand": TRUTH,
    "complete_from": INSTANTS,
    "date_only": TRUTH,
    "gap_since": INSTANTS,
    "longest_gap_s": PERHAPS,
    "updates_28d": PERHAPS,
    "carries_on": TRUTH,
    "alive_at": INSTANTS,
    "why": ('""', '"due"'),
    "reason": ('"unreachable"', '"emptied"'),
    "of_others": ('{"lag_s": 3, "why": [1, 2]}',),
}
LOOKS = 3_000


def looks():
    """Looks of every version, with any of their fields, some of them written with escapes."""
    chance = random.Random(19)
    for n in range(LOOKS):
        names = chance.sample(list(FIELDS), chance.randint(0, len(FIELDS)))
        keys = [name.replace("_", "\\u005f", 1) if chance.random() < 0.1 else name for name in names]
        data = ",".join(
            f'"{key}": {chance.choice(FIELDS[name])}' for key, name in zip(keys, names, strict=True)
        )
        type_ = chance.choice(["account.patrolled", "account.patrolled", "patrol.failed"])
        source = chance.choice(["sheets", "feeds"])
        yield (
            f'{{"id":"{fact_id("test", "look", str(n))}","source":"{source}","type":"{type_}",'
            f'"subject":"wechat:{n % 7}","time":"2021-05-0{n % 9 + 1}T16:00:00Z",'
            f'"dataschema":"urn:xuncha:{type_}:{chance.choice("123")}","data":{{{data}}}}}'
        ).encode()


def test_one_reading_tells_what_a_reading_for_each_column_told(embedded_history):
    """Rows that a home has from before stand beside rows of today, so both have to say the same of the same look."""
    former, present = selects()
    records = [Record(0, n, 1_700_000_000_000_000 + n, value) for n, value in enumerate(looks())]
    rows = read_rows(records)
    table = record_table("facts", "test", records, rows, bytes(LOOKS))
    embedded_history.insert_arrow("records", table, settings=INSERT_SETTINGS)
    told, read = (
        embedded_history.query(f"SELECT * FROM ({select}) ORDER BY offset") for select in (former, present)
    )
    assert len(read.result_rows) == LOOKS - rows.types.count(UNREADABLE) > LOOKS // 2
    assert read.column_names == told.column_names
    assert read.result_rows == told.result_rows
    for name, values in zip(read.column_names, zip(*read.result_rows, strict=True), strict=True):
        assert len(set(values)) > 1 or name == "partition", f"no look differs in {name}"


def selects():
    """Return the questions of the view that fills `looks`, the former one and the one of today."""
    feeds = [
        statement.partition(" AS\n")[2]
        for migration in load_migrations()
        for statement in migration.statements
        if statement.startswith("CREATE MATERIALIZED VIEW looks_feed")
    ]
    if "Tuple(" not in feeds[-1] or "Tuple(" in feeds[-2]:
        pytest.fail("the view was made anew: name the two that are to be compared")
    return feeds[-2:]
