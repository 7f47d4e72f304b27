from connectors.log.schema import connect
from connectors.log.seen_items import (
    Learnt,
    SeenItem,
    SeenList,
    item_hash,
    last_looks,
    remember,
    remember_all,
    seen_items,
    seen_of,
)

A, B = item_hash("https://example.org/a"), item_hash("https://example.org/b")
ITEM = SeenItem(1_000_000, content=b"c", first_at=2_000_000, last_at=2_000_000, post=b"p" * 16)
LIST = SeenList(2_000_000, 2_000_000, newest=1_000_000, shows_from=1_000_000)


def kept(log, account, source="polls", **learnt):
    with log.transaction():
        remember(log.db, source, account, Learnt(**learnt))


def test_items_are_remembered_by_source_and_account(log):
    """Another source or account has seen nothing; the same item again changes nothing."""
    for _ in range(2):
        kept(log, "wechat:1", items={A: ITEM, B: ITEM}, bad=frozenset((b"bad item",)), last=LIST)
    seen = seen_items(log.db, "polls", "wechat:1")
    assert ({A: ITEM, B: ITEM}, {b"bad item"}, LIST) == (seen.items, seen.bad, seen.last)
    assert seen_items(log.db, "other", "wechat:1").items == {}
    assert seen_items(log.db, "polls", "wechat:2").last is None


def test_looks_at_many_accounts_are_remembered_and_read_at_once(log):
    """Each keeps what it would have alone; an untrusted look forgets that there was a trusted one."""
    kept(log, "wechat:2", items={A: ITEM}, last=LIST)
    looks = (
        ("wechat:1", Learnt({A: ITEM}, last=LIST)),
        ("wechat:2", Learnt({B: ITEM}, frozenset((b"bad item",)))),
    )
    with log.transaction():
        remember_all(log.db, "polls", looks)
    accounts = ("wechat:1", "wechat:2", "wechat:3")
    found = seen_of(log.db, "polls", accounts)
    assert {account: seen_items(log.db, "polls", account) for account in accounts} == found
    one, two, three = (found[account] for account in accounts)
    assert ({A: ITEM}, LIST, {A: ITEM, B: ITEM}, None) == (one.items, one.last, two.items, two.last)
    assert (set(), {b"bad item"}, {}) == (one.bad, two.bad, three.items)


def test_an_account_counts_as_shown_after_a_trusted_look(log):
    """Even one that showed no item; a look that failed takes that back and keeps what is known of the last one."""
    kept(log, "wechat:1", last=LIST)
    kept(log, "wechat:2", items={A: ITEM}, last=LIST)
    assert last_looks(log.db, "polls") == {"wechat:1": LIST, "wechat:2": LIST}
    fallen = SeenList(2_000_000, stands=False)
    kept(log, "wechat:2", items={B: ITEM}, last=fallen)
    assert last_looks(log.db, "polls") == {"wechat:1": LIST}
    assert seen_items(log.db, "polls", "wechat:2").last == fallen
    assert seen_items(log.db, "polls", "wechat:2").items.keys() == {A, B}
    assert last_looks(log.db, "other") == {}


def test_an_item_that_stood_in_the_last_list_was_shown_as_long_as_nothing_changed(log):
    """A look that found the list as it was shows what it showed; an item that fell out earlier was not seen again."""
    last = SeenList(9_000_000, read_at=2_000_000)
    gone = SeenItem(1_000_000, last_at=1_500_000)
    kept(log, "wechat:1", items={A: ITEM, B: gone}, last=last)
    seen = seen_items(log.db, "polls", "wechat:1")
    assert (9_000_000, 1_500_000) == (seen.last_seen_at(ITEM), seen.last_seen_at(gone))


def test_a_memory_of_an_earlier_release_is_lifted_when_it_is_opened(tmp_path):
    """It kept keys alone, and that there had been a trusted look: items without a time, a list that says nothing."""
    path = tmp_path / "memory.sqlite"
    db = connect(path)
    db.execute(
        "CREATE TABLE seen_items (source TEXT, account_id TEXT, item BLOB, PRIMARY KEY (source, account_id, item))"
    )
    db.executemany("INSERT INTO seen_items VALUES ('polls', 'wechat:1', ?)", [(A,), (b"",)])
    db.close()
    for _ in range(2):
        db = connect(path)
        seen = seen_items(db, "polls", "wechat:1")
        assert ({A: None}, None) == (seen.items, seen.last)
        assert last_looks(db, "polls") == {"wechat:1": None}
        db.close()


def test_a_hash_is_short_and_says_nothing_of_the_item():
    """Sixteen bytes, different for different items, the same for the same."""
    assert len(A) == 16
    assert item_hash("https://example.org/a") == A != B
