"""A log of several partitions may hold a part of a sheet: reading it again completes it, whichever part that is."""

from contextlib import closing

import pytest

from connectors.log.embedded import EmbeddedLog
from connectors.log.placement import Placed
from connectors.log.port import FACTS
from events.codec import CODEC
from events.ids import partition_of
from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.steps import NAME, fill, put, row_of
from tests.pipeline.program import asked, rows

ACCOUNTS = (f"wechat:{c.POSTING}", f"wechat:{c.SERVICE}", "weibo:A3")
_FACTS = "SELECT DISTINCT toString(id) AS id FROM records WHERE topic = 'facts' AND type != 'log.marked'"


@pytest.mark.slow
@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_sheet_of_which_one_partition_was_written_is_completed(drawn_city, checked, tmp_path, account):
    """Design promise 6: what stands of an append that a kill cut off hides neither findings nor looks of the rest."""

    def by_hand(page):
        for n, found in enumerate(ACCOUNTS):
            words = {"newest_post_at": f"2021-06-1{n} 08:00", "rule": "发布商业广告", "evidence": "1.png"}
            put(page, row_of(page, found), looked_at="2021-06-17 09:00", **words)

    read = ("round", "read", NAME, fill(checked, by_hand), "--checker", "C1")
    whole = copied(drawn_city, tmp_path / "whole")
    told = asked(whole, *read)
    partition = partition_of(account, 4)
    with (
        closing(EmbeddedLog(drawn_city / "log.sqlite")) as log,
        closing(EmbeddedLog(whole / "log.sqlite")) as all_of,
    ):
        begin = log.end_offsets(FACTS)[partition]
        wrote = [r.value for r in all_of.read(FACTS, partition, begin, 100)]
        facts = [value for value in wrote if CODEC.decode(value).subject in ACCOUNTS]
        assert 3 <= len(facts) < 9
        log.append_placed({partition: [Placed(CODEC.decode(value).subject, value) for value in facts]})
    assert told == asked(drawn_city, *read)
    assert sorted(r["id"] for r in rows(whole, "sql", _FACTS)) == sorted(
        r["id"] for r in rows(drawn_city, "sql", _FACTS)
    )
    assert {**told, "again": True} == asked(drawn_city, *read)
