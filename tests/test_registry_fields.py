"""Fields of accounts, units and findings stand in the facts that state them; other places are held against these.

Whoever adds a field to one of these facts is told here where else it belongs.
"""

import re
from pathlib import Path

import pytest

from connectors.forms.form import FilingForm
from connectors.sheets.kinds import ACCOUNTS, FILINGS, FINDINGS, UNITS
from connectors.sheets.rows import AccountRow, FindingRow, UnitRow
from events.account import ACCOUNT_TEXTS, AccountChanged, AccountOpened
from events.facts import FindingFact, RegistryEntry
from events.finding import FindingRecorded
from events.unit import UNIT_FIELDS, UnitChanged, UnitRegistered
from pipeline.cli.accounts import _CARD
from pipeline.cli.units import _COLUMNS
from projections.registry.cards import AccountCard
from projections.registry.units import Unit

VIEWS = Path(__file__).parents[1] / "infra" / "clickhouse" / "0006_views.sql"
TEXTS, UNIT, FINDING = set(ACCOUNT_TEXTS), set(UNIT_FIELDS), set(FindingRecorded.__struct_fields__)
NOT_OF_A_SHEET = {"handed_in_at", "evidence", "case_number", "date_only"}
"""Of a finding: a sheet has 证据编号 for evidence and case number, and the form of a time tells whether it is a day."""

OF_OTHER_FACTS = {"ruleset", "account_class", "line", "originals"}
"""Of an account: what facts about its rules tell."""


def fields(struct: type) -> set[str]:
    return set(struct.__struct_fields__)


def keys(kind) -> set[str]:
    return {column.key for column in kind.columns}


def view(name: str) -> set[str]:
    """Return the columns that a view declares."""
    declared = re.search(rf"CREATE VIEW {name}\n\((.*?)\n\) AS", VIEWS.read_text("utf-8"), re.DOTALL)
    assert declared is not None, name
    return set(re.findall(r"^    (\w+) ", declared[1], re.MULTILINE))


PLACES = {
    "AccountChanged": (fields(AccountChanged), TEXTS | {"extra", "people"}),
    "AccountCard": (fields(AccountCard), TEXTS | {"given_id", "extra", "people", "opened_at", "date_only"}),
    "AccountRow": (fields(AccountRow), TEXTS | {"given_id", "extra", "people", "opened_at"}),
    "sheet of accounts": (keys(ACCOUNTS), TEXTS | {"account_id", "opened_at"}),
    "sheet of filings": (keys(FILINGS), {f"new_{name}" for name in TEXTS - {"platform"}}),
    "titles of `accounts show`": (set(_CARD), TEXTS | {"given_id", "opened_at"}),
    "view accounts": (view("accounts"), fields(RegistryEntry) - {"opened_id"} - OF_OTHER_FACTS),
    "UnitChanged": (fields(UnitChanged), UNIT),
    "Unit": (fields(Unit), UNIT),
    "UnitRow": (fields(UnitRow), UNIT),
    "sheet of units": (keys(UNITS), UNIT),
    "titles of `units list`": ({column.key for column in _COLUMNS}, UNIT),
    "FindingRow": (fields(FindingRow), FINDING - NOT_OF_A_SHEET | {"found_at", "reference"}),
    "sheet of findings": (keys(FINDINGS), FINDING - NOT_OF_A_SHEET | {"found_at", "reference"}),
    "view findings": (view("findings"), FINDING - NOT_OF_A_SHEET | {"found_at"}),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_has_every_field(place):
    """The message names what is missing, and where."""
    has, wanted = PLACES[place]
    assert wanted <= has, f"{place} lacks {sorted(wanted - has)}"


def test_what_changes_was_there_at_the_opening():
    """A change states no field that an opening does not have, but for its reason."""
    assert fields(AccountChanged) - {"reason"} <= fields(AccountOpened)
    assert fields(UnitChanged) - {"reason"} == fields(UnitRegistered)


def test_parts_of_an_account_or_a_finding_are_named_as_the_whole_names_them():
    """The population, the scorer and the filing form hold fewer fields, and none under another name."""
    assert fields(RegistryEntry) <= fields(AccountCard)
    assert fields(FindingFact) - {"id", "found_at"} <= FINDING
    assert (
        TEXTS >= {"name", "platform", "owner", "description", "link", "section"} == TEXTS & fields(FilingForm)
    )
