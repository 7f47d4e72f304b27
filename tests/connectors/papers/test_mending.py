from datetime import date

from connectors.papers.mending import correct_cells, is_cell
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from tests.connectors.papers.mended import LEDGER

RECEIVED = date(2026, 9, 1)


def _records(**settled):
    file = read_paper("台账.csv", LEDGER, RECEIVED, {"(csv)": Settled(**settled)})
    return file.pages[0].records


def test_a_mended_cell_is_read_as_if_it_stood_there():
    """The date that does not exist is set aside, and read once it is mended."""
    assert [cell.cell for cell in _records()[0].set_aside] == ["2016.13.5"]
    mended = _records(mended={"D2": "2016-03-05"})[0]
    assert mended.set_aside == ()
    assert str(mended.time("opened_at")) == "2016-03-05"


def test_an_empty_text_empties_a_cell():
    """What was wrong and is not needed may be taken out."""
    record = _records(mended={"D2": ""})[0]
    assert record.set_aside == ()
    assert record.time("opened_at") is None


def test_a_column_may_be_read_as_another_field_or_be_kept_aside():
    """The reading of a person goes before that of the vocabulary; a field that is none keeps the column aside."""
    record = _records(reads={"D": ""})[0]
    assert record.time("opened_at") is None
    assert record.aside["开设时间"] == "2016.13.5"
    assert _records(reads={"D": "no-such-field"})[0].aside["开设时间"] == "2016.13.5"


def test_cells_that_are_none_are_passed_over():
    """A name that is no cell, and a row that has none, change nothing."""
    lines = [(2, {0: "甲"})]
    correct_cells(lines, {"A9": "乙", "nonsense": "丙", "A0": "丁"})
    assert lines == [(2, {0: "甲"})]
    assert [is_cell(text) for text in ("A1", "ZZ99", "a1", "A0", "A", "1", "A1 ")] == [
        *(True, True, False),
        *(False, False, False, False),
    ]
