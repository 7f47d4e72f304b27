"""Seven papers of an invented city: what does not depend on the registry is as a careful clerk would take it."""

from collections import Counter

import pytest

from connectors.papers.paper import Reason, Record
from connectors.papers.reasons import text_of
from tests.connectors.papers.samples import NAMES, expected, pages, read, records

LEDGERS = [name for name in NAMES if name.startswith(("01", "02", "07"))]
LOOKS = [name for name in NAMES if name.startswith(("03", "04"))]
FINDINGS = next(name for name in NAMES if name.startswith("05"))
SELF_CHECK = next(name for name in NAMES if name.startswith("06"))
SORTS = ("data", "total", "note", "signature", "section", "blank")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_read_or_says_why_not(name):
    """Instructions and hidden lists of choices are named, tables are of their kind."""
    for said, page in zip(expected(name)["pages"], read(name).pages, strict=True):
        assert said["page"] == page.title
        assert said["read"] == page.read
        if not page.read:
            assert page.why is not None
            assert said["why"] == text_of(page.why, "en")
            continue
        assert (said["kind"], said["header_rows"]) == (page.kind, list(page.header_rows))


@pytest.mark.parametrize("name", NAMES)
def test_the_cells_around_a_table_say_area_unit_and_time(name):
    """Area, who reports, day of the sheet and time of looking are those of the cells around the table."""
    for said, page in pages(name):
        for key in ("area", "reported_by", "sheet_date", "looked_at"):
            if key in said["context"]:
                stated = getattr(page.context, key)
                assert said["context"][key] == str(stated.value), key
                assert stated.place or stated.source == "page_name"
        for key in ("year", "quarter"):
            if key in said["context"]:
                assert said["context"][key] == getattr(page.context, key)
        assert said.get("encoding", "") == read(name).encoding


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_understood_kept_aside_or_ignored(name):
    """Each header is under one of the three, with the fields that its cells hold."""
    for said, page in pages(name):
        understood = {
            column.header: "+".join(column.fields)
            for column in page.columns
            if column.use == "understood" and not column.rule
        }
        words = {header: field.split(" ")[0] for header, field in said["columns"]["understood"].items()}
        words.pop("8 + 4 indicators", None)
        assert words == understood
        for use in ("kept_aside", "ignored"):
            assert said["columns"][use] == [column.header for column in page.columns if column.use == use]


def test_indicators_of_a_matrix_are_columns_of_rules():
    """The two-row header of a self-check has eight red lines and four deductions."""
    ((_, page),) = pages(SELF_CHECK)
    lines = Counter(column.rule.partition("-")[0] for column in page.columns if column.rule)
    assert lines == {"red": 8, "yellow": 4}


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_sorted_and_totals_agree(name):
    """Data, totals, notes, signatures, sections and blanks are counted, and a stated total is compared."""
    for said, page in pages(name):
        assert {sort: said["rows"][sort] for sort in SORTS} == {sort: page.count(sort) for sort in SORTS}
        assert said.get("cells_filled_down", 0) == sum(page.filled_down.values())
        assert said.get("duplicate_rows", 0) == len(page.fated("duplicate"))
        if "stated_total" in said:
            (total,) = page.totals
            assert (said["stated_total"], said["total_agrees"]) == (total.stated, total.agrees)
        else:
            assert not page.totals


@pytest.mark.parametrize("name", NAMES)
def test_the_sums_of_a_page_add_up(name):
    """Taken, doubtful, contradicting, refused and duplicate rows are all rows of data."""
    for _, page in pages(name):
        fates = Counter(record.fate for record in page.records)
        assert sum(fates.values()) == page.count("data")
        assert page.rows == tuple(sorted(page.rows, key=lambda row: row.number))
        assert len({row.number for row in page.rows}) == len(page.rows)


def record_at(name: str, said: dict) -> Record:
    page = said.get("page", "(csv)")
    return records(name)[page, said.get("row", said.get("row_in_file"))]


@pytest.mark.parametrize("name", LEDGERS)
def test_rows_of_a_ledger_give_their_accounts(name):
    """Name, platform, owner, area, id and opening are as the row says, or as the default of a doubt; a month is one."""
    for said in expected(name)["records"]:
        record = record_at(name, said)
        opened = record.time("opened_at")
        platform = record.platform.name if record.platform else record.doubts[0].default
        assert (said["name"], said["platform"]) == (record.text("name"), platform)
        assert (said["owner"], said["area"]) == (record.text("owner"), record.text("area"))
        assert (said["native"] or "") == record.text("account_id")
        assert said["opened"] == (None if opened is None else str(opened))
        assert said["opened_precision"] == (None if opened is None else opened.precision)
        assert said.get("functions", record.text("functions")) == record.text("functions")


@pytest.mark.parametrize("name", LEDGERS)
def test_people_of_a_ledger_are_those_of_its_accounts(name):
    """A person who is merged over several rows is the person of each; numbers are their digits alone."""
    told = expected(name)["people"]
    for number, said in enumerate(told):
        row = said.get("row", 4 + number)
        (person,) = records(name)[said.get("page", "(csv)"), row].people
        assert records(name)[said.get("page", "(csv)"), row].text("owner") == said["unit"]
        assert (said["role"], said["name"], said["phone"] or "") == (person.role, person.name, person.phone)
        assert said.get("post", person.post) == person.post
    several = [said for said in told if len(said.get("accounts", [])) > 1 and "/" not in said["accounts"][0]]
    for said in several:
        page, row = said["page"], said["row"]
        same = [records(name)[page, row + step].people for step in range(len(said["accounts"]))]
        assert len(set(same)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_cells_that_cannot_be_read_are_set_aside_and_masked(name):
    """A wrong number or date costs its cell, never the row, and no digit of a number is told."""
    said = [(c["row"], c["field"], c["cell"], c["why"]) for c in expected(name).get("cells_set_aside", [])]
    found = [
        (record.row, cell.field, cell.cell, text_of(cell.why, "en"))
        for record in records(name).values()
        for cell in record.set_aside
    ]
    assert said == found


@pytest.mark.parametrize("name", LEDGERS)
def test_a_platform_that_is_unknown_or_double_is_a_question_with_a_default(name):
    """A typing error is offered the nearest known type, two platforms are two accounts."""
    found = {
        (record.row, doubt.field, doubt.cell): doubt
        for record in records(name).values()
        for doubt in record.doubts
    }
    for said in expected(name).get("doubtful", []):
        doubt = found.pop((said["row"], said["field"], said["cell"]))
        assert doubt.default == said["default"].split(":")[0].replace(" ", "_")
    assert {doubt.why.code for doubt in found.values()} <= (
        {"two_platforms"} if name.startswith("07") else set()
    )


@pytest.mark.parametrize("name", LOOKS)
def test_rows_of_a_weekly_sheet_give_their_looks(name):
    """The newest post is known to the minute or to the day, and the look is that of the page."""
    for said in expected(name)["records"]:
        record = record_at(name, said)
        newest = record.time("newest_post_at")
        assert (said["newest"], said["looked_at"]) == (str(newest), str(record.time("looked_at")))
        assert newest is not None
        assert said["newest_date_only"] == (newest.precision == "day")


def test_a_weekly_sheet_is_checked_against_itself():
    """Days that do not agree are asked, a post after the look is refused, posts without a newer one contradict."""
    name = LOOKS[1]
    by_fate = {
        fate: [r.row for r in records(name).values() if r.fate == fate]
        for fate in ("doubtful", "refused", "contradicting")
    }
    assert by_fate == {"doubtful": [14], "refused": [23], "contradicting": [41]}
    (days,) = records(name)["9.1-9.7", 14].doubts
    (late,) = records(name)["9.1-9.7", 23].refusals
    assert (days.why.code, days.default) == ("days_differ", None)
    assert (late.why.code, late.column) == ("after_the_look", "G")


def test_findings_give_rule_severity_count_and_day():
    """Words mean their rule; numbers before 处, 条 and 个 are counts; days take the year of the title."""
    for said in expected(FINDINGS)["records"]:
        record = record_at(FINDINGS, said)
        (finding,) = record.findings
        assert record.fate == "taken"
        assert (said["rule"], said["severity"], said["count"]) == (
            finding.rule,
            finding.severity,
            finding.count,
        )
        assert said["found"] == str(record.time("found_at"))
        assert (said["text_kept"], said["reference"] or "") == (finding.keeps_text, finding.reference)
        assert bool(record.text("finding_text")) == said["text_kept"]


def test_findings_that_words_do_not_settle_are_doubtful():
    """Severity, silence, several problems and advice are asked, with the rule that comes first and the count."""
    doubtful = {record.row: record for record in records(FINDINGS).values() if record.fate == "doubtful"}
    assert list(doubtful) == [said["row"] for said in expected(FINDINGS)["doubtful"]]
    for said in expected(FINDINGS)["doubtful"]:
        (finding,) = doubtful[said["row"]].findings
        assert (said["rule"], said["count"]) == (finding.rule, finding.count)
    codes = {row: [doubt.why.code for doubt in record.doubts] for row, record in doubtful.items()}
    assert codes == {
        3: ["severity"],
        8: ["silence_told"],
        11: ["severity"],
        12: ["rule_unnamed"],
        13: ["severity"],
        15: ["several_problems"],
        16: ["no_rule"],
    }


def test_a_website_among_accounts_is_refused():
    """A website is no account, whatever is found on it."""
    (record,) = [record for record in records(FINDINGS).values() if record.fate == "refused"]
    assert [said["row"] for said in expected(FINDINGS)["refused"]] == [record.row]
    assert [refusal.why for refusal in record.refusals] == [Reason("website")]


def test_a_matrix_gives_outcomes_and_findings():
    """A cross with a number is so many findings; 基本合格 is asked, with 合格 as the default."""
    by_row = {record.row: record for record in records(SELF_CHECK).values()}
    for said in expected(SELF_CHECK)["records"]:
        record = by_row[said["row"]]
        outcome = record.text("outcome") or record.doubts[0].default
        assert said["outcome"] == str(outcome).replace("_", " ")
        assert str(record.time("checked_at")) == "2026-09-18"
    found = [
        (record.row, finding.words, finding.count)
        for record in by_row.values()
        for finding in record.findings
    ]
    assert [(f["row"], f["indicator"], f["count"]) for f in expected(SELF_CHECK)["findings"]] == found
    doubtful = [record.row for record in by_row.values() if record.fate == "doubtful"]
    assert [said["row"] for said in expected(SELF_CHECK)["doubtful"]] == doubtful


def test_the_note_says_what_ticks_and_crosses_mean():
    """The marks of a matrix are explained below it."""
    ((_, page),) = pages(SELF_CHECK)
    assert page.context.marks == {"tick": "fine", "cross": "problem", "slash": "not_applicable"}


def test_an_owner_without_its_area_is_written_out():
    """区民政局 on the page of 石渡区 is 石渡区民政局, and this is told."""
    record = records(LEDGERS[0])["石渡区", 11]
    assert record.text("owner") == "石渡区民政局"
    assert [hint.code for hint in record.hints] == ["owner_written_out"]
