from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.dead_letters import RAW_LIMIT, DeadLetter, get_letter, list_letters, mark_replayed, note
from tests.connectors.log.facts import BrokenOffError, broken_off

LETTER = DeadLetter("sheet.csv", "row 7", "no date", "原文,?".encode(), {"sender": "一", "day": "2021-06-17"})


def test_a_dead_letter_reads_back_with_all_that_a_replay_needs(log):
    """Origin, place, reason, raw bytes and context, and when it was noted."""
    with log.transaction():
        note(log.db, LETTER)
    (letter,) = list_letters(log.db)
    assert (letter.origin, letter.place, letter.reason, letter.raw, letter.context) == (
        LETTER.origin,
        LETTER.place,
        LETTER.reason,
        LETTER.raw,
        LETTER.context,
    )
    assert letter.noted_at is not None
    assert abs(datetime.now(UTC) - letter.noted_at) < timedelta(minutes=1)
    assert letter.replayed_at is None
    assert get_letter(log.db, letter.id) == letter
    assert get_letter(log.db, letter.id + 1) is None


def test_the_same_dead_letter_is_kept_once(log):
    """Reading a file again notes nothing new; another reason or other bytes are another letter."""
    for _ in range(2):
        with log.transaction():
            note(log.db, LETTER)
            note(log.db, DeadLetter(LETTER.origin, LETTER.place, "no zone", LETTER.raw))
            note(log.db, DeadLetter(LETTER.origin, LETTER.place, LETTER.reason, b""))
    assert [letter.reason for letter in list_letters(log.db)] == ["no date", "no zone", "no date"]


def test_replayed_letters_are_no_longer_pending(log):
    """They stay in the full list with the time of the replay."""
    with log.transaction():
        for row in range(3):
            note(log.db, DeadLetter("sheet.csv", f"row {row}", "no date", b""))
    ids = [letter.id for letter in list_letters(log.db)]
    with log.transaction():
        mark_replayed(log.db, ids[:2])
    assert [letter.id for letter in list_letters(log.db, pending_only=True)] == ids[2:]
    assert [letter.replayed_at is not None for letter in list_letters(log.db)] == [True, True, False]


def test_raw_bytes_are_bounded(log):
    """Of a huge thing its beginning is kept; the whole is where the origin says."""
    with log.transaction():
        note(log.db, DeadLetter("feed", "item 1", "too long", b"x" * (RAW_LIMIT + 1)))
    (letter,) = list_letters(log.db)
    assert letter.raw == b"x" * RAW_LIMIT


def test_a_dead_letter_goes_with_its_transaction(log):
    """Promise 7 holds with promise 6: the letter stands if and only if the work around it does."""
    with pytest.raises(BrokenOffError):
        broken_off(log, lambda: note(log.db, LETTER))
    assert list_letters(log.db) == []
