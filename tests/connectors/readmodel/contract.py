"""What both stores of the read model do alike."""

import pytest

from connectors.log.port import DERIVED, FACTS
from connectors.readmodel.port import SORTS, AccountRow, KeptFact, OpenAlert, Position, Wanted

FAR = 1 << 61


def row(n: int, **changed: object) -> AccountRow:
    said = f"\n账号{n}\n单位{n % 3}\nid{n}\n"
    plain = AccountRow(
        subject=f"douyin:id{n}",
        line=b"line%d" % n,
        name=f"账号{n}",
        owner=f"单位{n % 3}",
        owner_folded=f"单位{n % 3}",
        own_area=("甲区", "乙区", "")[n % 3],
        tier=("市级", "县级")[n % 2],
        family=("微信", "抖音")[n % 2],
        said=said,
        counted_from=None if n == 4 else n * 10,
        newest_at=None if n in (4, 5) else n * 10,
        opened_at=0,
        closed_at=FAR,
    )
    return plain._replace(**changed)


def fact(type_: str, n: int, subject: str = "a") -> KeptFact:
    return KeptFact(type_, n % 2, n, n * 100, subject, b"%016d" % n, b"value%d" % n)


class ReadModelContract:
    """`reopen` gives a store over the same tables each time, with `life` as the log's name."""

    @pytest.fixture
    def store(self, reopen):
        store = reopen("life")
        with store.transaction():
            store.put_areas([("单位2", "丙区")])
            store.put_accounts(row(n) for n in range(12))
            store.put_numbers((f"douyin:id{n}", n + 1) for n in range(12))
        return store

    def test_it_stays_for_its_log_and_is_emptied_for_another(self, store, reopen):
        """A model of another life holds nothing, and bears another name."""
        made = store.made()
        assert len(reopen("life").lines()) == 12
        assert reopen("life").made() == made
        other = reopen("another")
        assert (other.lines(), other.made() == made) == ([], False)

    def test_what_was_begun_and_failed_is_undone(self, store):
        """A batch is whole or not there."""
        before = store.content()
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.move(FACTS, 1, 7, 70, b"sources")
            store.put_states([("a", b"state")])
            store.keep([fact("unit.registered", 3)])
            raise ZeroDivisionError
        assert store.content() == before

    def test_positions_are_kept_by_topic_and_partition(self, store):
        with store.transaction():
            store.move(FACTS, 1, 7, 70, b"sources")
            store.move(DERIVED, 0, 1, 5)
            store.move(FACTS, 1, 9, 90, b"more")
        assert store.positions(FACTS) == {1: Position(9, 90)}
        assert store.positions(DERIVED) == {0: Position(1, 5)}
        assert (store.sources(FACTS, 1), store.sources(FACTS, 0)) == (b"more", None)

    @pytest.mark.parametrize("sort", SORTS)
    @pytest.mark.parametrize("descending", [False, True])
    def test_pages_of_any_order_are_the_list(self, store, sort, descending):
        """Cut anywhere they fit together; those without a value come last both ways."""
        whole = store.subjects(Wanted(), sort, descending=descending)
        cut = [
            subject
            for begin in range(0, 12, 5)
            for subject in store.subjects(Wanted(), sort, descending=descending, begin=begin, most=5)
        ]
        assert cut == whole
        assert len(set(whole)) == 12
        if sort in ("counted_from", "newest_at"):
            assert whole[-1] == ("douyin:id5" if sort == "newest_at" and not descending else "douyin:id4")

    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            (Wanted(areas=["甲区"]), {0, 3, 6, 9}),
            (Wanted(areas=["丙区"]), {2, 5, 8, 11}),
            (Wanted(areas=[]), set()),
            (Wanted(owners=["单位1", "单位2"], tier="市级"), {2, 4, 8, 10}),
            (Wanted(family="抖音", counted_before=50), {1, 3}),
            (Wanted(counted_before=20, uncounted=True), {0, 1, 4}),
            (Wanted(counted_since=100), {10, 11}),
            (Wanted(newest_before=20), {0, 1, 4, 5}),
            (Wanted(words=["账号1"]), {1, 10, 11}),
            (Wanted(words=["单位1", "账号1"]), {1, 10}),
            (Wanted(words=["3"]), {2, 3}),  # a number, too
            (Wanted(among=["douyin:id3", "douyin:none"]), {3}),
            (Wanted(areas=["甲区"], but=["douyin:id3", "douyin:id6"]), {0, 9}),
            (Wanted(words=["%' OR 1=1 --"]), set()),
            (Wanted(words=["_"]), set()),
        ],
    )
    def test_lists_are_narrowed(self, store, wanted, expected):
        """Count, rows and lines agree; words are bound, and no pattern."""
        found = store.subjects(wanted, "name")
        assert {int(subject.removeprefix("douyin:id")) for subject in found} == expected
        assert store.count(wanted) == len(expected) == len(store.lines_where(wanted))

    def test_closed_accounts_are_apart(self, store):
        with store.transaction():
            store.put_accounts([row(1, closed_at=50), row(2, opened_at=60)])
        assert store.count(Wanted(open_at=55)) == 10
        assert store.subjects(Wanted(closed_at=50), "name") == ["douyin:id1"]
        assert store.count(Wanted(closed_at=49)) == 0

    def test_areas_and_numbers_reach_accounts_whichever_comes_first(self, store, reopen):
        """An area of its own stands above that of the owner; what is given up is gone."""
        with store.transaction():
            store.put_accounts([row(20, own_area="", owner="新单位", owner_folded="新单位")])
            store.put_areas([("新单位", "丁区")])
            store.put_numbers([("douyin:id20", 9)])
        assert store.areas_of(["douyin:id20", "douyin:id0"]) == {"douyin:id20": "丁区", "douyin:id0": "甲区"}
        assert store.areas_of(["douyin:id2"]) == {"douyin:id2": ""}
        assert (store.numbered(9), store.numbered(1)) == ("douyin:id20", None)
        assert store.numbers_of(["douyin:id20", "douyin:id0"]) == {"douyin:id20": 9}
        other = reopen("other")
        with other.transaction():
            other.put_numbers([("douyin:id20", 9)])
            other.put_areas([("新单位", "丁区")])
            other.put_accounts([row(20, own_area="", owner="新单位", owner_folded="新单位")])
        assert other.areas_of(["douyin:id20"]) == {"douyin:id20": "丁区"}
        assert other.subjects(Wanted(words=["9"]), "number") == ["douyin:id20"]

    def test_accounts_change_and_go(self, store):
        with store.transaction():
            store.put_accounts([row(3, name="改名", tier="省级")])
            store.drop_accounts(["douyin:id4"])
        assert store.values("tier") == sorted(("县级", "市级", "省级"), key=store.values("tier").index)
        assert store.lines_of(["douyin:id3", "douyin:id4"]) == [b"line3"]
        assert store.mentioning("id3") == ["douyin:id3"]
        assert store.mentioning("id") == []
        with pytest.raises(KeyError):
            store.values("line")
        with pytest.raises(KeyError):
            store.subjects(Wanted(), "name; DROP TABLE accounts")

    def test_facts_are_found_by_type_subject_and_id(self, store):
        with store.transaction():
            store.keep([fact("unit.registered", 1), fact("unit.registered", 2, "b"), fact("unit.ended", 3)])
        assert {f.offset for f in store.facts(["unit.registered"])} == {1, 2}
        assert {f.offset for f in store.facts(["unit.registered", "unit.ended"], ["a"])} == {1, 3}
        assert store.facts([]) == []
        assert store.facts_of_ids([b"%016d" % 3]) == [fact("unit.ended", 3)]
        assert store.kinds() == {"unit.registered": 2, "unit.ended": 1}

    def test_alerts_are_open_until_they_are_cleared(self, store):
        alerts = [OpenAlert(b"id%d" % n, "ab"[n % 2], b"opener", "red", "operator", n) for n in range(4)]
        with store.transaction():
            for alert in (*alerts, alerts[0]):
                store.raise_alert(alert)
            store.note_delivery(b"id1", reached=True)
            store.note_delivery(b"id1", reached=False)
            store.withdraw_alert(b"id3")
        assert store.alerts(["b"]) == [alerts[1]._replace(delivered=1, failed=1)]
        with store.transaction():
            store.clear_alerts("a", b"opener")
        assert [alert.id for alert in store.alerts()] == [b"id1"]

    def test_runs_are_kept(self, store):
        with store.transaction():
            store.keep_run(b"run", b"rows")
        assert (store.run(b"run"), store.run(b"other")) == (b"rows", None)
