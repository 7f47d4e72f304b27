from datetime import UTC, datetime

import pytest

from connectors.sheets.cells import (
    Broken,
    as_choice,
    as_count,
    as_id,
    as_key,
    as_moment,
    as_text,
    clean,
    shown,
)
from connectors.sheets.errors import BadValueError
from connectors.sheets.vocabulary import FILING_WORDS
from events.moments import Moment

MOMENT = Moment(datetime(2021, 6, 16, 9, 5, tzinfo=UTC), date_only=False)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\ufeff某市发布", "某市发布"),
        ("某\u200b市\u200d发\u2060布", "某市发布"),
        ("\u202a某市发布\u202c\u200e", "某市发布"),
        ("\xa0某市\xa0发布\u3000", "某市 发布"),
        ("某市\r\n发布", "某市 发布"),
        ("某\x00市\xad发布\x7f", "某市发布"),
        ("\u3164", ""),
    ],
)
def test_invisible_characters_are_taken_off(text, cleaned):
    """What a person cannot see makes no second account."""
    assert clean(text) == cleaned


@pytest.mark.parametrize("name", ["ＡＢＣ（某市）", "某市 · 发布", "㎡", "某市\u3000发布", "❤️政务"])
def test_names_keep_every_visible_character(name):
    """A name is what the platform shows: widths, marks and inner spaces stay."""
    assert as_text(clean(name)) == name


@pytest.mark.parametrize(
    ("cell", "given_id"),
    [("ｇｈ＿０１２", "gh_012"), (123456789012345, "123456789012345"), ("0012", "0012"), (0, "0")],
)
def test_ids_are_brought_to_plain_form(cell, given_id):
    """Full-width ids are the same ids, and short numbers are whole."""
    assert as_id(cell) == given_id


@pytest.mark.parametrize("cell", [1.23e15, 1234567890123450000, "1.23E+15", "1.23457e+17", 12.5])
def test_ids_that_became_numbers_are_refused(cell):
    """Excel keeps fifteen digits; what is left of a longer id would name another account."""
    with pytest.raises(BadValueError, match="format the column as text"):
        as_id(cell)


def test_ids_with_inner_space_or_of_a_date_are_refused():
    """An id names one thing in one word."""
    with pytest.raises(BadValueError, match="space inside"):
        as_id("gh 012")
    with pytest.raises(BadValueError, match="is a date"):
        as_id(MOMENT)


def test_links_stay_as_they_stand():
    """Plain forms would turn one link into another."""
    assert as_key("https://example.cn/？a=１") == "https://example.cn/？a=１"
    assert as_key("２２４７_1") == "2247_1"


@pytest.mark.parametrize(("cell", "count"), [(3, 3), ("３", 3), (" 12 ", 12), ("1000000", 1_000_000)])
def test_counts_are_whole_numbers(cell, count):
    """Full-width digits count like others."""
    assert as_count(cell) == count


@pytest.mark.parametrize("cell", [0, -1, 1.5, "两", "1e3", "1000001", "9" * 5000])
def test_counts_of_nothing_or_parts_are_refused(cell):
    """A finding counts at least once."""
    with pytest.raises(BadValueError, match="whole number from 1"):
        as_count(cell)


def test_choices_know_their_words_and_offer_them():
    """Case, width and spaces do not matter; another word is refused with the known ones."""
    assert [as_choice(word, FILING_WORDS) for word in ("变更", " 注 销", "ＯＰＥＮＥＤ")] == [
        "changed",
        "cancelled",
        "opened",
    ]
    with pytest.raises(BadValueError, match="开设, 变更, 关停, 注销"):
        as_choice("迁移", FILING_WORDS)


def test_a_lost_character_is_refused():
    """A replacement character says that the name was damaged before."""
    with pytest.raises(BadValueError, match="was lost"):
        as_text("某\ufffd发布")


def test_a_broken_cell_reads_as_nothing_else():
    """An error of Excel is neither text nor id nor time."""
    broken = Broken("#REF!", "is an error of Excel", "correct it")
    for read in (as_text, as_id, as_count, as_key, lambda cell: as_moment(cell, None)):
        with pytest.raises(BadValueError, match="error of Excel"):
            read(broken)


def test_future_is_refused_only_above_the_bound():
    """The bound itself is allowed."""
    assert as_moment(MOMENT, MOMENT.at) == MOMENT
    with pytest.raises(BadValueError, match="future"):
        as_moment(MOMENT, datetime(2021, 6, 16, 9, 4, 59, tzinfo=UTC))


def test_cells_are_shown_as_in_china():
    """Messages show what the person sees in the sheet."""
    assert [shown(cell) for cell in (None, 5, "甲", MOMENT, Moment(MOMENT.at, date_only=True))] == [
        "", "5", "甲", "2021-06-16 17:05:00", "2021-06-16",
    ]  # fmt: skip
