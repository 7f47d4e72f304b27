"""Who is responsible for an account, from its card and the units of the same moment."""

from projections.registry.responsibility import responsibility
from tests.projections.registry.checks.views import AT, DAY, OWNER, bureau, card

OFFICE = bureau(code="zfb", name="某市人民政府办公室", kind="city_office", parent="", duties=())
FIRM = bureau(code="f", name="某公司", kind="operator", parent="zfb", duties=())


def test_owner_and_those_above_it_are_named():
    """The nearest competent office above the owner checks the account where the account names none."""
    units = {u.code: u for u in (OFFICE, bureau(parent="zfb"))}
    found = responsibility(card("1", section="一科", people={"main_leader": "p1"}), units)
    assert ("jtj", (OFFICE.name,), OFFICE.name) == (found.owner_code, found.line, found.supervisor)
    assert ("一科", {"main_leader": "p1"}, True) == (found.section, found.people, found.open)


def test_an_office_that_the_account_names_goes_before_that_of_the_tree():
    """What was filed counts."""
    units = {u.code: u for u in (OFFICE, bureau(parent="zfb"))}
    assert "某委" == responsibility(card("1", supervisor="某委"), units).supervisor


def test_a_firm_above_an_owner_checks_nothing():
    """A competent office is one by its kind."""
    units = {u.code: u for u in (OFFICE, FIRM, bureau(parent="f"))}
    assert OFFICE.name == responsibility(card("1"), units).supervisor


def test_an_owner_that_nobody_or_two_units_are_named_like_has_no_code():
    """Nothing is guessed; the name stands as the account tells it."""
    for units in ({}, {"a": bureau(code="a"), "b": bureau(code="b")}):
        found = responsibility(card("1", closed_at=AT - DAY), units)
        assert (OWNER, "", (), "", False) == (
            found.owner,
            found.owner_code,
            found.line,
            found.supervisor,
            found.open,
        )
