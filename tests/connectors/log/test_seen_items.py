from connectors.log.seen_items import item_hash, remember, seen_items, shown_accounts, was_shown

A, B = item_hash("https://example.org/a"), item_hash("https://example.org/b")


def test_items_are_remembered_by_source_and_account(log):
    """Another source or account has seen nothing; the same item again changes nothing."""
    for _ in range(2):
        with log.transaction():
            remember(log.db, "polls", "wechat:1", [A, B], looked=True)
    assert seen_items(log.db, "polls", "wechat:1") >= {A, B}
    assert seen_items(log.db, "other", "wechat:1") == set()
    assert seen_items(log.db, "polls", "wechat:2") == set()


def test_an_account_counts_as_shown_after_a_trusted_look(log):
    """Even one that showed no item; a look that was not trusted takes that back and keeps the items."""
    assert not was_shown(seen_items(log.db, "polls", "wechat:1"))
    with log.transaction():
        remember(log.db, "polls", "wechat:1", [], looked=True)
        remember(log.db, "polls", "wechat:2", [A], looked=True)
    assert was_shown(seen_items(log.db, "polls", "wechat:1"))
    assert shown_accounts(log.db, "polls") == {"wechat:1", "wechat:2"}
    with log.transaction():
        remember(log.db, "polls", "wechat:2", [B], looked=False)
    assert shown_accounts(log.db, "polls") == {"wechat:1"}
    assert seen_items(log.db, "polls", "wechat:2") == {A, B}
    assert shown_accounts(log.db, "other") == set()


def test_a_hash_is_short_and_says_nothing_of_the_item():
    """Sixteen bytes, different for different items, the same for the same."""
    assert len(A) == 16
    assert item_hash("https://example.org/a") == A != B
