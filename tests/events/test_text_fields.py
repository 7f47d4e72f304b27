from typing import Any
from uuid import UUID

import pytest

from events.account import AccountOpened
from events.evidence import Evidence
from events.filing import FilingFiled
from events.finding import FindingRecorded
from events.instants import EPOCH
from events.text_fields import new_cells, says_the_same, with_texts
from events.text_references import ERASED, NOT_FOUND, TextReference, is_gone, reference_in


def opened(**fields: Any) -> AccountOpened:
    return AccountOpened(given_id="gh_1", name="甲", platform="抖音", **fields)


def test_texts_are_swapped_wherever_they_stand_and_nothing_else_is():
    """Headings and cells of unknown columns, structs below, changes by field; names, terms and ids stay."""
    data = opened(owner="某局", area="某区", description="发布", extra={"对接": "某某", "空": ""})
    assert with_texts(data, lambda field, text: f"<{field}:{text}>") == opened(
        owner="某局",
        area="某区",
        description="<description:发布>",
        extra={"<extra:对接>": "<extra:某某>", "<extra:空>": ""},
    )
    finding = FindingRecorded(rule="r", severity="red", note="某处", evidence=(Evidence(reference="柜1"),))
    assert with_texts(finding, lambda _, text: text + "!") == FindingRecorded(
        rule="r", severity="red", note="某处!", evidence=(Evidence(reference="柜1!"),)
    )
    filed = FilingFiled(kind="changed", effective_at=EPOCH, changes={"name": "乙", "section": "某科"})
    assert {"name": "乙", "section": "x"} == with_texts(filed, lambda *_: "x").changes


def test_an_event_in_which_nothing_changes_is_the_same_one():
    """Most facts have no text: they cost a look at their fields."""
    data = opened(description="发布", extra={"对接": "某某"})
    assert with_texts(data, lambda _, text: text) is data


def test_columns_that_the_program_reads_are_no_free_text():
    """The code of the national system and the competent office stand in the log."""
    data = opened(extra={"标识码": "3205000012", "对接": "某某"})
    assert {"标识码": "3205000012", "x": "x"} == with_texts(data, lambda *_: "x").extra


def test_two_headings_that_are_gone_stand_beside_each_other():
    """No cell is lost because its heading is called like another one."""
    data = with_texts(
        opened(extra={"甲": "1", "乙": "2"}), lambda _, text: ERASED if text in "甲乙" else text
    )
    assert {ERASED: "1", f"{ERASED}2": "2"} == data.extra


@pytest.mark.parametrize("gone", [ERASED, NOT_FOUND])
def test_a_text_that_is_gone_agrees_with_any(gone):
    """A file that is handed in again says what it said, though nobody can look it up any more."""
    told = opened(description="发布", extra={"对接": "某某"})
    assert is_gone(gone)
    assert says_the_same(told, opened(description=gone, extra={"对接": gone}))
    assert says_the_same(told, opened(description="发布", extra={gone: gone}))
    assert not says_the_same(told, opened(description=gone, extra={}))
    assert not says_the_same(told, opened(description="其他", extra={"对接": gone}))
    assert not says_the_same(opened(), opened(description=gone))
    evidence = (Evidence(reference=gone),)
    finding = FindingRecorded(rule="r", severity="red", evidence=evidence)
    again = FindingRecorded(rule="r", severity="red", evidence=(Evidence(reference="柜1"),))
    assert says_the_same(("t", UUID(int=1), again), ("t", UUID(int=1), finding))
    assert not says_the_same(("t", UUID(int=2), again), ("t", UUID(int=1), finding))


def test_cells_that_are_gone_are_not_told_anew():
    """A list that is imported again changes nothing where nobody can look up what it said before."""
    assert {"对接": "乙", "新": "1"} == new_cells(
        {"对接": "乙", "旧": "0", "新": "1"}, {"对接": "甲", "旧": "0"}
    )
    assert {} == new_cells({"对接": "乙", "新": "1"}, {"对接": ERASED, f"{ERASED}2": ERASED})


def test_a_reference_is_told_from_a_text():
    """What somebody types that only looks like one is a text."""
    reference = TextReference("0" * 32, "a" * 64)
    assert reference == reference_in(str(reference))
    for text in ("", "某处", str(reference)[:-1], f"{reference}!", f"见 {reference}"):
        assert reference_in(text) is None
