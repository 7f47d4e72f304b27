"""Near and exact matches, each at its edge; the words are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.wording.entry import Lexicon
from connectors.wording.scanner import LONGEST_TEXT, Scanner
from tests.bench.lexicon_speed import measure
from tests.connectors.wording.words import LONG, WRONG, entry, hits, marked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲砼砹砺乙", ["砼砹砺"]),
        ("甲砼·砹 砺乙", []),  # exact is as it is written
        ("甲砼砹硌乙", []),
    ],
)
def test_an_exact_entry_is_found_as_it_is_written(text, found):
    """No sign between, no other character: what is exact is exact."""
    assert found == marked(text, entry(WRONG, match="exact"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲砼·砹 砺乙", ["砼·砹 砺"]),  # signs and spaces put between
        ("砼\u200b砹*砺", ["砼\u200b砹*砺"]),
        ("砼，砹砺", []),  # a comma ends a word
        ("砼砹。砺", []),
        ("砼砹\n砺", []),
        ("硌砹砺", ["硌砹砺"]),  # one character other, at each place
        ("砼硌砺", ["砼硌砺"]),
        ("砼砹硌", ["砼砹硌"]),
        ("砼硌硌", []),  # two others
        ("砼砺", []),  # of three characters none may be missing
    ],
)
def test_a_near_entry_of_three_characters(text, found):
    """Three characters bear signs between and one other character, and no more."""
    assert found == marked(text, entry(WRONG))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("砼砺砻砾", ["砼砺砻砾"]),  # one inside missing
        ("砼砹砺砻", []),  # the last missing: the beginning of it is another word
        ("砹砺砻砾", []),
        ("砼砹硌砺砻砾", ["砼砹硌砺砻砾"]),  # one too many inside
        ("硌砼砹砺砻砾硌", ["砼砹砺砻砾"]),  # beside it is no slip
        ("砼硌砺砻砾", ["砼硌砺砻砾"]),
        ("砼硌砺硌砾", []),
        ("砼，砺砻砾", []),  # a comma is no other character
    ],
)
def test_a_longer_near_entry_bears_one_slip(text, found):
    """One character other, missing or too many; where one is missing or too many the ends are whole."""
    assert found == marked(text, entry(LONG))


def test_traditional_characters_and_width_are_near():
    """繁/简 and full width are other ways to write the same word; an exact entry tells them apart."""
    assert ["國華"] == marked("甲國華乙", entry("国华"))
    assert ["ＡＢ１"] == marked("甲ＡＢ１乙", entry("ab1"))
    assert [] == marked("甲國華乙", entry("国华", match="exact"))
    assert ["國華"] == marked("甲國華乙", entry("國華", match="exact", right="国华"))


def test_what_sounds_alike_is_near_from_two_characters_on():
    """The reading of each character alone counts, whatever its tone."""
    assert ["圈力"] == marked("有圈力的", entry("权利"))
    assert [] == marked("有圈子的", entry("权利"))
    assert [] == marked("有圈力的", entry("权利", match="exact"))


def test_the_right_form_is_no_hit_though_it_is_near():
    """Neither that of the entry itself, nor that of another one that is as near."""
    assert [] == marked("甲砼砹硌乙", entry(WRONG, right="砼砹硌"))
    other = entry("甲乙丙", id="w2", match="exact", right="砼砹硌")
    assert [] == marked("甲砼砹硌乙", entry(WRONG), other)


def test_an_entry_without_a_wrong_form_finds_what_is_near_the_right_one():
    """A name or title that must stand letter by letter: a slip of it is a hit, it itself is none."""
    one = entry(match="near", right=LONG)
    assert [] == marked(f"甲{LONG}乙", one)
    assert [] == marked("甲砼砹·砺砻砾乙", one)
    assert ["砼砹硌砻砾"] == marked("甲砼砹硌砻砾乙", one)


def test_a_context_in_which_it_is_right_is_no_exception_elsewhere():
    """An exception is a longer text; the same word outside it is a hit."""
    one = entry(WRONG, match="exact", exceptions=("丙砼砹砺丁",))
    assert [] == marked("甲丙砼砹砺丁乙", one)
    assert [WRONG] == marked("甲丙砼砹砺戊乙", one)
    near = entry(WRONG, exceptions=("丙砼砹砺丁",))
    assert [] == marked("丙砼砹 砺丁", near)


def test_a_snippet_has_at_most_forty_characters_around_and_the_context_is_folded():
    """Twenty on either side; the context by which it is known again has six."""
    (hit,) = hits("甲" * 50 + WRONG + "乙" * 50, entry(WRONG))
    assert hit.snippet == "甲" * 20 + f"⟦{WRONG}⟧" + "乙" * 20
    assert hit.context == "甲" * 6 + f"⟦{WRONG}⟧" + "乙" * 6
    (other,) = hits("丙" * 9 + "甲" * 6 + WRONG + "乙" * 6 + "丁", entry(WRONG))
    assert hit.context == other.context


def test_an_entry_is_told_once_a_text_and_texts_are_bounded():
    """Where it fits first; what lies behind the bound is not read."""
    assert [WRONG] == marked(f"甲{WRONG}乙{WRONG}", entry(WRONG))
    assert [] == marked("甲" * LONGEST_TEXT + WRONG, entry(WRONG))


def test_nothing_that_is_shown_by_accident_holds_a_word():
    """A representation of an entry or a lexicon ends up in logs."""
    one = entry(WRONG, right=LONG)
    assert (WRONG in repr(one), LONG in repr(Lexicon((one,)))) == (False, False)


_FEW = st.text("砼砹砺砻甲·，", max_size=12)


@given(_FEW, st.lists(st.text("砼砹砺砻", min_size=2, max_size=5), min_size=1, max_size=4, unique=True))
def test_exact_entries_are_found_where_a_plain_search_finds_them(text, forms):
    """The automaton loses nothing: an entry is a hit where its form stands in the text."""
    entries = tuple(entry(form, id=f"w{n}", match="exact") for n, form in enumerate(forms))
    found = {hit.entry.wrong[0] for hit in Scanner(Lexicon(entries)).scan(text)}
    assert found == {form for form in forms if form in text}


@given(st.text("砼砹砺砻", min_size=4, max_size=6), st.integers(0, 5), st.sampled_from("硌硍"))
def test_any_form_with_one_other_character_is_found(form, at, other):
    """Law: whichever character is another one, one half of the form is whole."""
    at %= len(form)
    text = form[:at] + other + form[at + 1 :]
    assert marked(f"甲{text}乙", entry(form))


def test_titles_by_the_hundred_thousand_take_seconds():
    """Issue Year, 7: by processor time of a fiftieth of them; docs/measurements.md has all."""
    assert 50 * measure(2_000)["scanned_s"] < 30
