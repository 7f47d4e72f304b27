"""Numbers that people type: digits and no more of them than a store holds."""

import pytest

from pipeline.home.typed_numbers import typed_number


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("0007", 7), ("１２", 12), ("999999999", 999_999_999)]
)
def test_digits_are_a_number(text, number):
    assert typed_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "1 2", "1e3", "1000000000", "1" * 5000, "0" * 10])
def test_what_is_no_number_or_too_long_is_none(text):
    assert typed_number(text) is None


def test_more_than_the_most_is_none():
    assert typed_number("60", 60) == 60
    assert typed_number("61", 60) is None
