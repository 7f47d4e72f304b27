"""The simulated year of Kunshan against what was written down by hand before anything could reckon it."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from connectors.documents.reading import read_document
from events.bulletin import BulletinIssued
from events.codec import Event
from events.filing import FilingFiled
from events.instants import FAR
from events.known import Known
from events.rectification import RectificationRechecked
from pipeline.home.claims import known_acts
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.assessment.results import reckon, year_facts
from pipeline.office.assessment.shown import charges_of
from pipeline.office.rectification.tasks import tasks_now
from projections.registry.filing_cases import FILING_TYPES, filing_cases
from projections.year.assessment import assess
from projections.year.unit_year import YearFacts, unit_years
from tests.pipeline.office.assessment.conftest import ASKED, PLACE
from tests.projections.year.years import kunshan, kunshan_units

EXPECTED = Path(__file__).parents[2] / "simulate" / "kunshan_2020_expected.csv"
POINTS = (
    *("rectification", "checks", "merging", "filing", "oversight", "appraisal"),
    *("left", "share", "upper_pass", "praise", "total"),
)
SCHEME, UNITS = kunshan(), kunshan_units().units


@pytest.fixture(scope="module")
def known(seed_folder: Path) -> tuple[YearFacts, list[Known]]:
    """What the year holds, and the facts that its filings follow from."""
    with open_workspace(Home(seed_folder / "home")) as workspace:
        return year_facts(workspace, ASKED.year, ASKED.at, FAR), known_acts(workspace.known, FILING_TYPES)


@pytest.fixture(scope="module")
def year(known: tuple[YearFacts, list[Known]]) -> YearFacts:
    return known[0]


def expected() -> list[dict[str, Any]]:
    """Return the sheet as the JSON of a seed has it; what a vetoed unit has no points in is None."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {
            "code": row["code"],
            "unit": row["unit"],
            "kind": row["kind"],
            "vetoes": [row["veto"]] if row["veto"] else [],
            "outcome": row["outcome"],
            **{name: int(row[name]) if row[name] else None for name in POINTS},
        }
        for row in rows
    ]


def test_the_seed_says_what_was_expected_by_hand(seed_folder):
    """昆政办发〔2019〕162号 附件3: each veto, item, limit and bonus, both sides of 80 and 60, over all of annex 1."""
    told = json.loads((seed_folder / "kunshan-2020.json").read_text("utf-8"))["units"]
    assert expected() == [{name: row[name] for name in expected()[0]} for row in told]


def test_the_year_meets_every_clause(year):
    """Nothing of the scheme goes untried: each veto, clause and bonus is met by some unit."""
    rows = [assess(one, SCHEME) for one in unit_years(year, UNITS, SCHEME)]
    met = {charge.code for row in rows for charge in charges_of(row)}
    parts = {veto.code for veto in SCHEME.vetoes} | {clause.code for clause in SCHEME.clauses()} | {"share"}
    assert parts == met


def test_a_filing_across_its_deadline_changes_two_points(known):
    """附件3 开设备案: on the second working day in time, on the third 2 points less; nobody else is touched."""
    facts, filed = known
    moved = [
        replace(k, event=replace(k.event, data=replace(data, filed_at=data.filed_at + timedelta(days=1))))
        if isinstance(data := k.event.data, FilingFiled)
        and data.owner == "昆山市民政局"
        and data.filed_at is not None
        else k
        for k in filed
    ]
    assert 1 == sum(a != b for a, b in zip(filed, moved, strict=True))
    later = replace(facts, cases=filing_cases(moved, ASKED.at))
    before, after = (
        {one.unit: assess(one, SCHEME) for one in unit_years(f, UNITS, SCHEME)} for f in (facts, later)
    )
    changed = {
        unit: (before[unit].total, after[unit].total) for unit in before if before[unit] != after[unit]
    }
    assert {"KS22": (110, 108)} == changed


def test_a_year_that_is_not_over_misses_nothing_yet(year):
    """Until its last day has passed a quarter is neither late nor unchecked, and its share says nothing."""
    early = replace(year, at=PLACE.bulletin.check_point - timedelta(days=120))  # early March
    rows = {one.unit: assess(one, SCHEME) for one in unit_years(early, UNITS, SCHEME)}
    assert ((), 100, 100) == (rows["KS08"].vetoes, rows["KS10"].left, rows["KS30"].total)


def test_the_seed_has_a_sheet_with_every_ground(seed_folder):
    """The Word file names each point with what it rests on: an account, a day, a paper."""
    path = seed_folder / "kunshan-2020.docx"
    text = str(read_document(path.name, path.read_bytes(), noun="sheet"))
    for said in ("昆政办函〔2020〕61号", "2020年第一季度自查整改情况：2020-04-01 报送，期限 2020-03-31"):
        assert said in text


def test_the_same_facts_give_the_same_digest(office, seed_folder):
    """Results do not depend on when they were reckoned, or on the K behind the same facts."""
    told = json.loads((seed_folder / "kunshan-2020.json").read_text("utf-8"))
    assert told["digest"] == reckon(office, ASKED, office.close_moment()).digest


def test_a_recheck_after_the_check_point_changes_no_result(office):
    """附件3 通报整改 整改不到位: what was sent back afterwards belongs to a later T, however late it is asked about."""
    before = reckon(office, ASKED, office.close_moment()).digest
    (task,) = (t for t in tasks_now(office) if t.unit == "昆山市教育局")
    data = RectificationRechecked(tasks=(task.id,), held=False, by="C2", due=date(2021, 3, 20))
    at = ASKED.at + timedelta(days=30)
    office.log.append([Event(uuid4(), "office", task.account_id, at, data)])
    office.catch_up()
    assert before == reckon(office, ASKED, office.close_moment()).digest
    later = reckon(office, replace(ASKED, at=at + timedelta(days=30)), office.close_moment())
    assert before != later.digest


def test_tools_for_figures_see_the_last_days_that_tasks_have(office):
    """昆政办发〔2019〕162号 附件3: ten days from the bulletin; the view has them as the lists of rectification do."""
    issued = [k.event.data for k in office.known.read((BulletinIssued.type,))]
    assert issued
    assert all(one.ruled_deadline == one.issued_on + timedelta(days=10) for one in issued)
    seen = office.client.query("SELECT task_id, due FROM bi_tasks").result_rows
    assert dict(seen) == {task.id: task.due for task in tasks_now(office)}
    assert None not in dict(seen).values()
