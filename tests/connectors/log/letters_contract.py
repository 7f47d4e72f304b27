"""What every log does with dead letters; a test class of each inherits it and gives the fixture `log`."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.dead_letters import ERASED_REASON, RAW_LIMIT, DeadLetter, LettersErased
from tests.connectors.log.facts import BrokenOffError, broken_off

LETTER = DeadLetter("sheet.csv", "row 7", "no date", "原文,?".encode(), {"sender": "一", "day": "2021-06-17"})


class LettersContract:
    def test_a_dead_letter_reads_back_with_all_that_a_replay_needs(self, log):
        """Origin, place, reason, raw bytes and context, and when it was noted."""
        with log.transaction():
            log.note_letter(LETTER)
        (letter,) = log.letters()
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

    def test_the_same_dead_letter_is_kept_once(self, log):
        """Reading a file again notes nothing new; another reason or other bytes are another letter."""
        for _ in range(2):
            with log.transaction():
                log.note_letter(LETTER)
                log.note_letter(DeadLetter(LETTER.origin, LETTER.place, "no zone", LETTER.raw))
                log.note_letter(DeadLetter(LETTER.origin, LETTER.place, LETTER.reason, b""))
        assert [letter.reason for letter in log.letters()] == ["no date", "no zone", "no date"]

    def test_replayed_letters_are_no_longer_pending(self, log):
        """They stay in the list with the time of the replay; the same letter noted again is pending again."""
        with log.transaction():
            for row in range(3):
                log.note_letter(DeadLetter("sheet.csv", f"row {row}", "no date", b""))
        ids = [letter.id for letter in log.letters()]
        with log.transaction():
            log.mark_replayed(ids[:2])
        assert [letter.replayed_at is not None for letter in log.letters()] == [True, True, False]
        with log.transaction():
            log.note_letter(DeadLetter("sheet.csv", "row 1", "no date", b""))
        assert [letter.replayed_at is not None for letter in log.letters()] == [True, False, False]
        assert ids == [letter.id for letter in log.letters()]

    def test_raw_bytes_are_bounded(self, log):
        """Of a huge thing its beginning is kept; the whole is where the origin says."""
        with log.transaction():
            log.note_letter(DeadLetter("feed", "item 1", "too long", b"x" * (RAW_LIMIT + 1)))
        (letter,) = log.letters()
        assert letter.raw == b"x" * RAW_LIMIT

    def test_a_dead_letter_goes_with_its_transaction(self, log):
        """Promise 7 holds with promise 6: the letter stands if and only if the work around it does."""
        with pytest.raises(BrokenOffError):
            broken_off(log, lambda: log.note_letter(LETTER))
        assert log.letters() == []

    def test_an_erased_letter_keeps_its_place_and_stays_erased(self, log):
        """Bytes and reason are gone, the others stay; the same thing met again brings nothing back."""
        other = DeadLetter("sheet.csv", "row 8", "no date", b"another")
        with log.transaction():
            log.note_letter(LETTER)
            log.note_letter(other)
        first, second = log.letters()
        assert log.erase_letters([first.id]) == LettersErased()
        for _ in range(2):
            erased, kept = log.letters()
            assert (erased.id, erased.origin, erased.place) == (first.id, LETTER.origin, LETTER.place)
            assert (erased.raw, erased.reason) == (b"", ERASED_REASON)
            assert (kept.id, kept.raw, kept.reason) == (second.id, b"another", "no date")
            with log.transaction():
                log.note_letter(LETTER)
