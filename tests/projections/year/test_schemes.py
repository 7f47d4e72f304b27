"""Schemes and rosters as data."""

import pytest

from projections.year.schemes import SchemeError, parse_roster, parse_scheme, text_hash
from tests.projections.year.years import _text, kunshan, kunshan_units

TEXT = _text("kunshan-2019-162.toml")


def test_kunshan_has_the_points_of_its_annex():
    """昆政办发〔2019〕162号 附件3: six items of 100 points, three bonus items of 30, five vetoes."""
    scheme = kunshan()
    assert [10, 30, 20, 20, 10, 10] == [item.points for item in scheme.items]
    assert [10, 10, 10] == [bonus.points for bonus in scheme.bonuses]
    assert (5, 60, 80, 100) == (
        len(scheme.vetoes),
        scheme.pass_mark,
        scheme.bonus_above,
        scheme.full_points,
    )
    assert all(text.startswith("附件3") for text in scheme.clause_texts().values())


def test_the_roster_has_the_units_of_its_annex():
    """昆政办发〔2019〕162号 附件1: four zones, eight towns, four offices, 26 departments, six lines, two others."""
    kinds = [unit.kind for unit in kunshan_units().units]
    wanted = {"zone": 4, "town": 8, "street_office": 4, "department": 26, "line": 6, "other": 2}
    assert wanted == {kind: kinds.count(kind) for kind in wanted}


def test_a_released_scheme_is_never_edited():
    """Results carry the hash of the file; a change is a new version."""
    assert "1a898abb228aaa599bcf79f2f07f0355e07cd97641076564c8c8cab260b06b04" == text_hash(TEXT)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b'measures = ["faking"]', b'measures = ["fakes"]', "fakes, which is no measure"),
        (b'measures = ["no_account"]', b'measures = ["no_account"]\nnoted = true', "nobody hands in"),
        (b'measures = ["faking"]', b'measures = ["left_out"]', "left_out is counted twice"),
        (b'code = "appraisal"', b'code = "filing"', "filing stands twice"),
        (b"pass_mark = 60", b'pass_mark = "60"', "pass_mark"),
        (b"steps = [{ at_least = 100, points = 10 }, { at_least = 70, points = 5 }]", b"", "either"),
    ],
)
def test_a_scheme_that_is_none_says_why(before, after, said):
    """A file of a home's own is held to what the program can count."""
    with pytest.raises(SchemeError, match=said):
        parse_scheme(TEXT.replace(before, after, 1), origin="own.toml")


def test_a_roster_names_a_unit_once():
    """Two units of one code would be assessed as one."""
    text = b'name="a"\ndocument="b"\nunits=[{code="1",name="x",kind="town"},{code="1",name="y",kind="town"}]'
    with pytest.raises(SchemeError, match="stands twice"):
        parse_roster(text, origin="own.toml")
