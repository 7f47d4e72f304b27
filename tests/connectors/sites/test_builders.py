"""Saved pages in the habits of site builders: nine of ten articles are dated right, and none wrong."""

import pytest

from tests.connectors.sites.saved import Count, counted, visited

KNOWN = ("trs", "jcms", "kaipu", "older", "webplus")
"""Those that the reader was written with."""

FIRST_MET = ("dongyi", "drupal", "tongyuan")
"""Written after the reader, which dated 17 of their 36 articles at first, none wrong, and was mended with them."""


UNSEEN = ("vsb", "dede", "cards")
"""Written after that; the reader was not touched for them."""

LAST_MET = ("bowen", "jiaotong")
"""Written last: of the one all was read at once, of the other nothing, until a front page with a query was a page."""

WITHOUT_YEAR = "minzheng"
"""Written with these: its list says days without their year."""


def _all(builders: tuple[str, ...], *, tagged: bool) -> Count:
    total = Count()
    for builder in builders:
        count = counted(*visited(builder, tagged=tagged))
        print(f"{builder} {'with' if tagged else 'without'} tags: {count}")  # noqa: T201
        total.right += count.right
        total.unknown += count.unknown
        total.wrong += count.wrong
    return total


@pytest.mark.parametrize("tagged", [True, False], ids=["tagged", "untagged"])
def test_articles_of_known_builders_are_dated_right(tagged):
    """Nine of ten days right, the rest unknown, none wrong, with the tags of 国办发〔2017〕47号 and without."""
    total = _all(KNOWN + FIRST_MET + LAST_MET, tagged=tagged)
    assert total.wrong == 0
    assert total.right >= 0.9 * (total.right + total.unknown)


@pytest.mark.parametrize("builder", KNOWN)
def test_columns_are_found_by_their_tags_alone(builder):
    """ColumnName makes a page a column, ColumnType its class; without tags the list is a suggestion."""
    seen, _ = visited(builder, tagged=True)
    (column,) = seen.columns
    assert (column.name, column.column_class, column.tagged) == ("工作动态", "news", True)
    assert seen.site_code == "3299000012"
    bare, _ = visited(builder, tagged=False)
    assert bare.untagged
    assert "ColumnName" in bare.columns[0].missing


@pytest.mark.parametrize("tagged", [True, False], ids=["tagged", "untagged"])
def test_articles_of_unseen_builders_are_dated_right(tagged):
    """The same of three builders that were unseen while the reader was written."""
    total = _all(UNSEEN, tagged=tagged)
    assert total.wrong == 0
    assert total.right >= 0.9 * (total.right + total.unknown)


@pytest.mark.parametrize("tagged", [True, False], ids=["tagged", "untagged"])
def test_a_day_without_its_year_is_known_by_its_article_alone(tagged):
    """The five articles that a visit opens say the year; of the others it may be this one or the last, so unknown.

    None of them can be newer than the first, so that the look proves silence.
    """
    seen, truth = visited(WITHOUT_YEAR, tagged=tagged)
    count = counted(seen, truth)
    assert (count.right, count.unknown, count.wrong) == (5, 7, 0)
    assert 12 == seen.columns[0].dated
