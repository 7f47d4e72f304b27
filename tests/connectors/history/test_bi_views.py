"""What docs/bi.md and Grafana ask: each query runs and finds something, and provisioned files name what is there."""

import json
import re
from datetime import date
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import yaml

from connectors.history.rounds import store_run
from connectors.history.sink import Sink
from events import derived_ids
from projections.rounds.deadlines import last_day
from tests.compose_file import services
from tests.connectors.history.random_history import RandomHistory
from tests.connectors.history.test_measures import CHECK_POINT, append_hourly
from tests.connectors.history.test_rounds import RUN_ID, a_row, a_run
from tests.projections.rulebooks import RELEASED

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "bi.md").read_text("utf-8")
GRAFANA = ROOT / "infra" / "grafana"
DASHBOARD = json.loads((GRAFANA / "dashboards" / "xuncha.json").read_text("utf-8"))
_OFFSETS = count()
_OCCASIONAL = (
    "INSERT INTO occasional_records (topic, partition, offset, id, type, subject, time, data) SELECT "
)
ROWS = (
    f"""{_OCCASIONAL} 'facts', 901, number, generateUUIDv4(), 'account.opened',
        concat('wechat:gh_', toString(number)), now64(6),
        '{{"name": "某市发布", "platform": "微信公众号", "owner": "某局", "area": "甲区"}}' FROM numbers(9)""",
    f"""{_OCCASIONAL} 'facts', 902, number, generateUUIDv4(), 'finding.recorded', 'wechat:gh_1', now64(6),
        '{{"rule": "a"}}' FROM numbers(2)""",
    f"""{_OCCASIONAL} 'derived', 903, number, generateUUIDv4(), 'alert.raised', 'wechat:gh_1', now64(6),
        '{{"level": "red"}}' FROM numbers(2)""",
    f"""{_OCCASIONAL} 'derived', 900, 1, generateUUIDv4(), 'alert.held', 'wechat:gh_1', now64(6),
        '{{"level": "red", "name": "某"}}'""",
    f"""{_OCCASIONAL} 'facts', 904, 1, generateUUIDv4(), 'round.announced', 'round:r', now64(6),
        '{{"quarter": "2021Q2"}}'""",
    f"""{_OCCASIONAL} 'facts', 904, 2, generateUUIDv4(), 'round.frozen', 'round:r', now64(6),
        concat('{{"run_id": "', toString(run_id), '"}}') FROM runs LIMIT 1""",
    f"""{_OCCASIONAL} 'facts', 904, 3, generateUUIDv4(), 'bulletin.issued', 'round:r', now64(6),
        concat('{{"number": "某办〔2021〕2号", "issued_on": "2021-07-01", "ruled_deadline": "2021-07-11",',
            '"run_id": "', toString(run_id), '"}}')
        FROM runs LIMIT 1""",
    f"""{_OCCASIONAL} 'facts', 905, 1, generateUUIDv4(), 'focus.entered', 'wechat:gh_1', now64(6),
        '{{"cause": "flag", "cause_id": "0a000000-0000-5000-8000-000000000009"}}'""",
    """INSERT INTO posts (account_key, account_id, published_at, event_id, recorded_at)
        SELECT cityHash64('wechat:gh_1'), 'wechat:gh_1', now64(6), generateUUIDv4(), now64(6)""",
)


@pytest.fixture
def history(embedded_history, log):
    """A history with accounts, posts, findings, alerts and a stored round."""
    append_hourly(log, RandomHistory(1, CHECK_POINT).batches(12))
    Sink(embedded_history, log).catch_up()
    store_run(embedded_history, a_run(), [a_row("wechat:gh_1"), a_row("wechat:gh_2")])
    for statement in ROWS:
        embedded_history.command(statement)
    return embedded_history


@pytest.mark.slow
def test_every_query_of_the_page_and_of_the_dashboard_finds_something(history):
    """As they stand there; Grafana's filter over the time is filled in as Grafana does."""
    asked = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    asked += re.findall(r'query_df\("(.*?)"\)', PAGE)
    assert len(asked) == 9
    panels = [target["rawSql"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    filled = [re.sub(r"\$__timeFilter\((.+?\)?)\)(?= )", r"\1 >= toDateTime(0)", sql) for sql in panels]
    for sql in (*asked, *filled):
        assert "$" not in sql
        assert history.query(sql).result_rows, sql
        assert all(table.startswith("bi_") for table in re.findall(r"\bFROM (\w+)", sql)), sql


def test_a_held_alert_is_in_the_views(history):
    """A step that was passed while people had asked for silence is told."""
    for view in ("alert_history", "bi_alerts"):
        found = history.query(f"SELECT level FROM {view} WHERE type = 'alert.held'").result_rows
        assert found == [("red",)]


def test_quarters_are_those_of_frozen_rounds_of_the_city(history):
    """docs/figures.md: a run that no round was frozen with counts for no quarter; its parts add up to its rows."""
    ((quarter, checked),) = history.query(
        "SELECT quarter, sum(checked) FROM bi_quarters GROUP BY quarter"
    ).result_rows
    assert 2 == checked
    assert quarter


def fact(history, type_, subject, at, data, event_id=None):
    history.command(
        "INSERT INTO records (topic, partition, offset, recorded_at, id, type, subject, time, data) VALUES"
        f" ('facts', 910, {next(_OFFSETS)}, now64(6), '{event_id or uuid4()}',"
        f" '{type_}', '{subject}', '{at}', '{json.dumps(data)}')"
    )


def tasks_of(history, account):
    return history.query(
        "SELECT toString(task_id), rule, basis, toString(due), toString(answered_at), toString(closed_at), reopened"
        f" FROM bi_tasks WHERE account_id = '{account}'"
    ).result_rows


@pytest.mark.slow
def test_a_task_goes_from_bulletin_to_close_under_its_own_id(history):
    """docs/figures.md 整改: due by the ruleset, answered, sent back till a new day, answered, closed; withdrawn."""
    ((issue,),) = history.query(
        "SELECT id FROM occasional_records WHERE type = 'bulletin.issued'"
    ).result_rows
    task = str(derived_ids.task(issue, "wechat:gh_1", "red-5-silent"))
    said = {"tasks": [task], "unit": "某局"}
    waits = (task, "red-5-silent", "某办〔2021〕2号", "2021-07-11", None, None, 0)
    assert [waits] == tasks_of(history, "wechat:gh_1")
    fact(history, "rectification.answered", "wechat:gh_1", "2021-07-02 01:00:00", said)
    (answered,) = tasks_of(history, "wechat:gh_1")
    assert answered[4].startswith("2021-07-02 01:00:00")
    back = {"tasks": [task], "held": False, "by": "C2", "due": "2021-07-20"}
    fact(history, "rectification.rechecked", "wechat:gh_1", "2021-07-05 01:00:00", back)
    assert [(*waits[:3], "2021-07-20", None, None, 1)] == tasks_of(history, "wechat:gh_1")
    fact(history, "rectification.answered", "wechat:gh_1", "2021-07-06 01:00:00", said)
    held = {"tasks": [task], "held": True, "by": "C2"}
    fact(history, "rectification.rechecked", "wechat:gh_1", "2021-07-07 01:00:00", held)
    (closed,) = tasks_of(history, "wechat:gh_1")
    assert closed[4].startswith("2021-07-06")
    assert closed[5].startswith("2021-07-07")
    fact(history, "finding.withdrawn", "wechat:gh_1", "2021-07-08 01:00:00", {"corrects": str(RUN_ID)})
    assert [] == tasks_of(history, "wechat:gh_1")


@pytest.mark.parametrize("ruleset", RELEASED, ids=lambda r: r.label)
def test_a_bulletin_that_notes_no_day_is_due_as_its_released_ruleset_says(history, ruleset):
    """昆政办发〔2019〕162号 附件3 通报整改: bulletins of before version 4, as the lists of rectification have them."""
    run = uuid4()
    store_run(history, a_run(run_id=run, ruleset=ruleset.label), [a_row("wechat:gh_4")])
    fact(history, "round.frozen", "round:earlier", "2020-07-09 01:00:00", {"run_id": str(run)})
    issued = {"number": "某办〔2020〕2号", "issued_on": "2020-07-10", "run_id": str(run)}
    fact(history, "bulletin.issued", "round:earlier", "2020-07-10 01:00:00", issued)
    ((*_, due, _, _, _),) = tasks_of(history, "wechat:gh_4")
    day = last_day(date(2020, 7, 10), ruleset.rectification)
    assert due == (None if day is None else day.isoformat())


@pytest.mark.slow
def test_a_day_that_the_bulletin_names_goes_before_that_of_its_ruleset(history):
    """Its own day, and the one that was noted at the issue, count; an office's own ruleset of then is not known."""
    for n, (label, noted, due) in enumerate(
        (
            ("jiangsu-kunshan-2019-162@1", {"report_deadline": "2020-07-31"}, "2020-07-31"),
            ("jiangsu-kunshan-2019-162@1", {"ruled_deadline": "2020-07-22"}, "2020-07-22"),
            ("own@1", {}, None),
        )
    ):
        run, account, round_ = uuid4(), f"wechat:gh_{n + 5}", f"round:own{n}"
        store_run(history, a_run(run_id=run, ruleset=label), [a_row(account)])
        fact(history, "round.frozen", round_, "2020-07-09 01:00:00", {"run_id": str(run)})
        issued = {"number": "某办〔2020〕3号", "issued_on": "2020-07-10", "run_id": str(run), **noted}
        fact(history, "bulletin.issued", round_, "2020-07-10 01:00:00", issued)
        ((*_, told, _, _, _),) = tasks_of(history, account)
        assert told == due


def test_an_order_of_the_office_is_a_task_and_a_separate_case_is_none(history):
    """The problem is that of its finding; what stays secret is not in views for BI."""
    for n, rule in enumerate(("yellow-9-functions", "red-2-secrets")):
        finding, order = (f"0b000000-0000-5000-8000-00000000000{i}" for i in (n, n + 4))
        fact(history, "finding.recorded", "wechat:gh_3", "2021-06-01 01:00:00", {"rule": rule}, finding)
        ordered = {"finding_id": finding, "due": "2021-06-20"}
        fact(history, "rectification.ordered", "wechat:gh_3", "2021-06-02 01:00:00", ordered, order)
    ((task, rule, basis, due, *_),) = tasks_of(history, "wechat:gh_3")
    order = UUID("0b000000-0000-5000-8000-000000000004")
    assert (rule, basis, due) == ("yellow-9-functions", "", "2021-06-20")
    assert task == str(derived_ids.task(order, "wechat:gh_3", rule))


def test_a_stay_on_the_focus_list_begins_with_its_first_cause_and_ends_with_its_exit(history):
    """projections/focus: an exit at one moment goes before an entry; an entry by a withdrawn finding is void."""
    wrong = "0c000000-0000-5000-8000-000000000001"
    for at, cause in (("2021-01-01", "finding"), ("2021-01-09", "flag"), ("2021-03-01", "verdict")):
        entry = {"cause": cause, "cause_id": str(uuid4())}
        fact(history, "focus.entered", "wechat:gh_2", f"{at} 01:00:00", entry)
    for at in ("2021-03-01", "2021-04-01"):
        fact(history, "focus.left", "wechat:gh_2", f"{at} 01:00:00", {"weeks": 4})
    void = {"cause": "finding", "cause_id": wrong}
    fact(history, "focus.entered", "wechat:gh_2", "2021-05-01 01:00:00", void)
    fact(history, "finding.withdrawn", "wechat:gh_2", "2021-05-02 01:00:00", {"corrects": wrong})
    stays = history.query(
        "SELECT toString(toDate(entered_at)), toString(toDate(left_at)), causes, first_cause FROM bi_focus"
        " WHERE account_id = 'wechat:gh_2' ORDER BY entered_at"
    ).result_rows
    assert stays == [("2021-01-01", "2021-03-01", 2, "finding"), ("2021-03-01", "2021-04-01", 1, "verdict")]


def test_accounts_are_counted_at_the_end_of_each_month(history):
    """docs/figures.md: (beginning, end]; midnight after the last day of a month belongs to it, in Chinese time."""
    opened = {"name": "丙", "platform": "抖音", "area": "丙区", "opened_at": "2021-03-31T16:00:00Z"}
    fact(history, "account.opened", "douyin:1", "2021-03-31 16:00:00", opened)
    fact(history, "account.closed", "douyin:1", "2021-05-31 16:00:01", {})
    months = history.query(
        "SELECT toString(month), accounts, opened, closed FROM bi_account_months WHERE area = '丙区'"
        " AND month BETWEEN '2021-03-01' AND '2021-06-01' ORDER BY month"
    ).result_rows
    assert [row[1:] for row in months] == [(1, 1, 0), (1, 0, 0), (1, 0, 0), (0, 0, 1)]


def test_grafana_is_provisioned_with_what_is_there():
    """Its data source is the service and user of the compose file, and every panel asks it; nobody edits it away."""
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/xuncha.yaml").read_text("utf-8"))[
        "datasources"
    ]
    assert source["jsonData"]["username"] == "bi"
    assert source["jsonData"]["host"] in services()
    assert source["secureJsonData"] == {"password": "$XUNCHA_BI_PASSWORD"}
    (provider,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/xuncha.yaml").read_text("utf-8"))[
        "providers"
    ]
    grafana = services()["grafana"]
    assert grafana["profiles"] == ["bi"]
    assert f"./infra/grafana/dashboards:{provider['options']['path']}:ro" in grafana["volumes"]
    assert source["type"] in grafana["environment"]["GF_PLUGINS_PREINSTALL"]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for panel in DASHBOARD["panels"]:
        assert {panel["datasource"]["uid"], *(t["datasource"]["uid"] for t in panel["targets"])} == {
            source["uid"]
        }
