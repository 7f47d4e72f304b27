from connectors.log.deliveries import note_outcome, outcome_of


def test_an_outcome_is_kept_by_message_and_channel(log):
    """What one channel took is still pending on another; a later outcome replaces the earlier."""
    with log.transaction():
        note_outcome(log.db, "m1", "console", "delivered")
        note_outcome(log.db, "m1", "webhook", "failed")
    assert outcome_of(log.db, "m1", "console") == "delivered"
    assert outcome_of(log.db, "m1", "webhook") == "failed"
    assert outcome_of(log.db, "m1", "file") is None
    assert outcome_of(log.db, "m2", "console") is None
    with log.transaction():
        note_outcome(log.db, "m1", "webhook", "summary")
    assert outcome_of(log.db, "m1", "webhook") == "summary"
