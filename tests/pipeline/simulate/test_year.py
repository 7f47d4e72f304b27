"""A simulated year: rounds, bulletins, answers, reports and the focus list follow from one another."""

import re
import zipfile
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from events.figures import printed
from events.instants import FAR
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.new_home import make_home
from pipeline.home.workspace import open_workspace
from pipeline.office.assessment.flow import load_year as load_year_state
from pipeline.office.assessment.flow import verify as verify_year
from pipeline.office.bulletin import compose, draft
from pipeline.office.counts.over_time import AskCounts, list_counts
from pipeline.office.focus.focus_list import focus_list
from pipeline.office.rectification.tasks import tasks_now
from pipeline.office.reports.self_checks import reports_due
from pipeline.office.reports.upward import write_upward
from pipeline.office.rounds import Freeze, freeze
from pipeline.simulate.place import load_year, parse_place
from pipeline.simulate.run import SIMULATED
from pipeline.simulate.year_run import simulate_year
from projections.bulletin.mentioned import AGAIN
from projections.reports.self_checks import Timing
from tests.pipeline.simulate.small_place import TOML

pytestmark = pytest.mark.slow

ISSUED = """issued = { number = "模拟〔2022〕1号", on = 2022-12-02, extras = { report_deadline = 2022-12-12 } }
"""
AFTER = """
[answers]
in_time = 50
late = 50

[[reports]]
quarter = "2022Q4"
received_on = 2022-12-29
missing = ["乙区"]
covers_year = true

[assessed]
year = 2022
on = 2023-01-31
document = "模拟〔2022〕3号 附件"
objects_to = "乙区人民政府办公室"
objection = "报告已寄出"
"""
WORDING = 'found = [{ rule = "red-1-wording", accounts = 1, among = "clean" }]\n'
FIRST = 'found = [{ rule = "red-1-wording", accounts = 4, among = "publishing" }]\n'
LATER = '    { rule = "red-1-wording", accounts = 1, among = "again" },\n'
FUNCTIONS = '    { rule = "yellow-9-functions"'
NOW = datetime(2023, 1, 15, tzinfo=UTC)


def small_year():
    text = TOML.replace(WORDING, FIRST + ISSUED).replace(FUNCTIONS, LATER + FUNCTIONS) + AFTER
    return parse_place(text.encode(), origin="smalltown.year.toml")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The year of the small town, its last round frozen."""
    place, folder = small_year(), tmp_path_factory.mktemp("year")
    with open_workspace(make_home(folder / "home", partitions=4)) as workspace:
        made = simulate_year(workspace, place, 1, folder / "out")
        freeze(workspace, Freeze(place.rounds[-1].name, SIMULATED), OFFICE)
        yield workspace, made, folder


def test_each_bulletin_asks_and_units_answer_in_time_or_late(town):
    """The tasks of the bulletin that went out are answered in the shares of the place file."""
    workspace, made, _ = town
    tasks = tasks_now(workspace)
    assert 4 <= len({task.account_id for task in tasks}) == made.answers
    assert all(task.answered_at for task in tasks)
    (count,) = list_counts(workspace, AskCounts("2022Q4", "2022Q4"), NOW)
    assert (count.asked, count.in_time + count.late) == (len(tasks), len(tasks))


def test_an_account_told_of_before_is_marked_in_the_internal_edition(town):
    """The wording error of November comes again in December: the annex of the internal edition says so."""
    workspace, _, folder = town
    last = small_year().rounds[-1].name
    told = draft(workspace, last, OFFICE, edition="internal", folder=folder / "internal").bulletin.content
    marked = [row for row in told.internal if any(AGAIN in note for note in row.notes)]
    assert marked
    public = draft(workspace, last, OFFICE, folder=folder / "public").bulletin.content
    assert not public.internal


def test_who_failed_by_silence_is_on_the_focus_list_afterwards(town):
    """The office enters them behind each round that it concludes."""
    workspace, _, _ = town
    assert focus_list(workspace, small_year().rounds[0].check_point.replace(hour=23), FAR)


def test_areas_report_and_one_does_not(town):
    """昆政办发〔2019〕162号 三(三): a report each quarter, the fourth covers the year."""
    workspace, made, _ = town
    states = {s.name: s.timing for s in reports_due(workspace, "2022Q4", None, NOW, FAR)}
    on_time = {name for name, timing in states.items() if timing is Timing.ON_TIME}
    assert made.reports == len(on_time)
    assert "甲县人民政府办公室" in on_time
    assert Timing.MISSING is states["乙区人民政府办公室"]


def test_the_year_is_assessed_told_and_objected_to(town):
    """The list of the home names the offices of the areas; who handed in no report of a quarter is charged for it."""
    workspace, _, _ = town
    state = load_year_state(workspace, 2022)
    rows = {row.name: row for row in state.newest.data.rows}
    assert {"甲县人民政府办公室", "乙区人民政府办公室"} <= rows.keys()
    assert "told" == state.stage
    assert ["报告已寄出"] == [one.data.reason for one in state.open_objections]
    assert verify_year(workspace, 2022).holds


def test_the_report_upward_has_the_figures_of_the_bulletin(town):
    """One source: each figure of the report, in Word and in the workbook, is the one of the bulletin's content."""
    workspace, _, folder = town
    name = small_year().rounds[0].name
    report = write_upward(workspace, name, folder / "up", NOW, "省政府办公厅")
    bulletin = compose(workspace, name).content.figures
    assert bulletin.plain() == report.figures.plain()
    by_ending = {path.suffix: path for path in report.files}
    told = {place: printed(value) for place, _, value in bulletin.by_place()}
    sheet = load_workbook(by_ending[".xlsx"])["数据"]
    assert told == {row[0]: str(row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    with zipfile.ZipFile(by_ending[".docx"]) as document:
        text = re.sub("<[^>]+>", "", document.read("word/document.xml").decode())
    assert f"检查账号数{told['checked']}，合格账号数{told['passed']}" in text


def test_the_year_of_suzhou_ends_with_the_round_of_its_bulletin():
    """The last round has the check point and the numbers of findings of suzhou.toml; no result stands in the file."""
    place = load_year("suzhou")
    assert ["2022Q2", "2022Q3", "2022Q4", "2023Q1"] == [r.quarter for r in place.rounds]
    wording = sum(f.accounts for f in place.rounds[-1].found if f.rule == "red-1-wording")
    assert 16 == wording


def test_a_place_without_a_year_is_refused():
    """The message names those that have one."""
    with pytest.raises(UsageError, match="there are: sample, suzhou"):
        load_year("wuxi")
