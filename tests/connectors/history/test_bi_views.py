"""What docs/bi.md and Grafana ask: each query runs and finds something, and provisioned files name what is there."""

import json
import re
from pathlib import Path

import pytest
import yaml

from connectors.history.rounds import store_run
from connectors.history.sink import Sink
from tests.compose_file import services
from tests.connectors.history.random_history import RandomHistory
from tests.connectors.history.test_measures import CHECK_POINT, append_hourly
from tests.connectors.history.test_rounds import a_row, a_run

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "bi.md").read_text("utf-8")
GRAFANA = ROOT / "infra" / "grafana"
DASHBOARD = json.loads((GRAFANA / "dashboards" / "xuncha.json").read_text("utf-8"))
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


def test_every_query_of_the_page_and_of_the_dashboard_finds_something(history):
    """As they stand there; Grafana's filter over the time is filled in as Grafana does."""
    asked = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    asked += re.findall(r'query_df\("(.*?)"\)', PAGE)
    assert len(asked) == 6
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
