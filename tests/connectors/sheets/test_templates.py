from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from connectors.sheets.assessment import read_assessment
from connectors.sheets.day_spans import Known
from connectors.sheets.duty_sheet import read_duty_sheet
from connectors.sheets.errors import EmptySheetError
from connectors.sheets.flags import read_flags
from connectors.sheets.interpretations import read_interpretations
from connectors.sheets.kinds import KINDS
from connectors.sheets.kinds.shared import OFFICE
from connectors.sheets.people_sheet import read_people_sheet
from connectors.sheets.readers import read_accounts, read_filings, read_findings, read_looks, read_posts
from connectors.sheets.reposts import read_reposts
from connectors.sheets.self_checks import CheckedWithin, read_self_checks
from connectors.sheets.sites import read_site_columns, read_site_looks, read_sites
from connectors.sheets.templates import GUIDE, write_templates
from connectors.sheets.units import read_units
from connectors.sheets.upper_checks import read_upper_checks
from projections.rules.calendar import days_off

NOW = datetime(2021, 6, 20, tzinfo=UTC)
READERS = {
    "accounts": read_accounts,
    "units": read_units,
    "filings": read_filings,
    "findings": lambda path: read_findings(path, lambda text: text, NOW),
    "looks": lambda path: read_looks(path, NOW),
    "posts": lambda path: read_posts(path, NOW),
    "flags": lambda path: read_flags(path, NOW),
    "self-check": lambda path: read_self_checks(
        path, lambda text: text, CheckedWithin(NOW - timedelta(days=80), NOW)
    ),
    "upper-checks": lambda path: read_upper_checks(path, NOW),
    "interpretations": lambda path: read_interpretations(path, NOW),
    "reposts": lambda path: read_reposts(path, NOW),
    "people": read_people_sheet,
    "duty": lambda path: read_duty_sheet(
        path, {(OFFICE, "张某"): "1", (OFFICE, "李某"): "2"}, Known(NOW.date(), days_off)
    ),
    "sites": read_sites,
    "site-columns": read_site_columns,
    "site-looks": lambda path: read_site_looks(path, NOW),
    "assessment": lambda path: read_assessment(path, NOW),
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    """The templates by name."""
    return {path.stem: path for path in write_templates(tmp_path_factory.mktemp("templates") / "new")}


def test_there_is_one_template_for_each_kind(templates):
    """The names are those of the readers."""
    assert list(templates) == list(READERS)


def test_templates_are_the_same_bytes_every_time(templates, tmp_path):
    """A template that did not change can be compared and cached."""
    for path in write_templates(tmp_path):
        assert path.read_bytes() == templates[path.stem].read_bytes()


ABOUT_NO_ACCOUNT = (
    "units",
    "people",
    "duty",
    "sites",
    "site-columns",
    "site-looks",
    "interpretations",
    "assessment",
)


@pytest.mark.parametrize("name", READERS)
def test_an_empty_template_has_no_rows(templates, name):
    """Handing in the template itself says what is missing."""
    with pytest.raises(EmptySheetError, match="has no rows below its header in row 1; fill in the rows"):
        READERS[name](templates[name])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_data_page_holds_the_header_alone(templates, kind):
    """Bold, frozen, wide enough for its Chinese header, text for everything but counts."""
    page = load_workbook(templates[kind.name]).worksheets[0]
    header = next(page.iter_rows())
    assert page.max_row == 1
    assert page.freeze_panes == "A2"
    assert [cell.value for cell in header] == [column.title for column in kind.columns]
    assert all(cell.font.bold for cell in header)
    for cell, column in zip(header, kind.columns, strict=True):
        dimension = page.column_dimensions[cell.column_letter]
        assert dimension.width >= 2 * len(column.title)
        assert (dimension.number_format == "@") is not column.numeric


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_guide_explains_every_column_in_both_languages(templates, kind):
    """Column, needed or not, Chinese, English, example: no cell is blank."""
    guide = load_workbook(templates[kind.name])[GUIDE]
    rows = [[cell.value for cell in row] for row in guide.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == [column.title for column in kind.columns]
    assert all(len(row) == 5 and all(row) for row in rows)


def test_lists_offer_the_known_words(templates):
    """Other platforms may be written after a warning, other kinds and severities may not."""
    lists = {}
    for name in ("accounts", "filings", "findings"):
        page = load_workbook(templates[name]).worksheets[0]
        for rule in page.data_validations.dataValidation:
            title = page[f"{str(rule.sqref)[0]}1"].value
            lists[name, title] = (rule.formula1.strip('"').split(","), rule.errorStyle)
    assert lists["accounts", "平台"][0][:2] == ["微信订阅号", "微信服务号"]
    assert lists["accounts", "平台"][1] == "warning"
    assert lists["filings", "备案类别"] == (["开设", "变更", "注销", "关停"], "stop")
    assert lists["findings", "性质"] == (["单项否决", "扣分"], "stop")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_filled_template_is_read_back(templates, tmp_path, kind):
    """The examples of the guide, put into the data page, are a valid row."""
    workbook = load_workbook(templates[kind.name])
    examples = [row[4].value for row in workbook[GUIDE].iter_rows(min_row=2)]
    workbook.worksheets[0].append(examples)
    path = tmp_path / "filled.xlsx"
    workbook.save(path)
    (row,) = READERS[kind.name](path)
    assert row.row == 2
    if kind.name in ABOUT_NO_ACCOUNT:
        return
    account = row if kind.name == "accounts" else row.account
    assert (account.given_id, account.name, account.platform) == ("gh_0123456789ab", "某市发布", "微信订阅号")
