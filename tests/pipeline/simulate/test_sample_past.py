"""The sample data of the console's first run: the invented city, with a past behind the sheets of its quarter."""

from datetime import UTC, date, datetime

import pytest

from events.instants import FAR
from pipeline.home.actor import OFFICE
from pipeline.home.new_home import make_home
from pipeline.home.workspace import open_workspace
from pipeline.office.advice.advising import list_advice
from pipeline.office.counts.over_time import AskCounts, list_counts
from pipeline.office.interpretation.listing import list_documents
from pipeline.office.key_periods.listing import list_key_periods
from pipeline.office.own_office import DescribeOffice, describe_office
from pipeline.office.reports.self_checks import reports_due
from pipeline.office.reposts.listing import Reposts, list_orders
from pipeline.office.sites.checks import find_site_check
from pipeline.simulate.sample_intake import take_sample
from projections.reports.self_checks import Timing


@pytest.mark.slow
def test_the_sample_data_of_the_first_run_has_three_closed_quarters(tmp_path):
    """Every page of the year has something to show: rounds, tasks answered in time and late, a focus list, reports.

    Websites, documents, pieces to carry and a key period, too.
    """
    with open_workspace(make_home(tmp_path / "home", partitions=4)) as workspace:
        office = "云汀市人民政府办公室"
        describe_office(workspace, DescribeOffice(office, f"{office}文件"), OFFICE)
        take_sample(workspace, OFFICE)
        found = list_counts(workspace, AskCounts(until="2025Q2"), datetime(2025, 7, 1, tzinfo=UTC))
        advised = list_advice(workspace, datetime(2025, 7, 1, tzinfo=UTC))
        orders = list_orders(Reposts(workspace, datetime(2025, 7, 1, tzinfo=UTC)))
        documents = list_documents(workspace, datetime(2025, 3, 31, tzinfo=UTC))
        periods = list_key_periods(workspace, date(2025, 7, 1))
        sites = find_site_check(workspace, "yunting-2025Q1").frozen.rows
        reports = reports_due(workspace, "2025Q1", None, datetime(2025, 7, 1, tzinfo=UTC), FAR)
    assert [40, 40, 40, None] == [count.checked for count in found]
    assert all(count.asked and count.in_time and count.focus for count in found[:3])
    assert any(count.late for count in found)
    assert advised
    assert [17, 40] == [order.asked for order in orders]
    assert all(order.done and order.missing for order in orders)
    assert [0, 0, 1] == sorted(document.missing for document in documents)
    assert ["2025年全国两会"] == [period.name for period in periods]
    assert [("云汀市水利局网站", ("调查征集",))] == [(row.name, row.overdue) for row in sites if row.overdue]
    timings = {state.name: state.timing for state in reports}
    assert Timing.ON_TIME is timings["市直"]
    assert Timing.MISSING is timings["松岭县"]
