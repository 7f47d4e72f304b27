"""The list of metrics, its page, and the port where they are offered."""

import re
import socket
from pathlib import Path

import pytest

from pipeline.home.errors import UsageError
from pipeline.home.metrics import REGISTRY, serve_metrics

PAGE = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text("utf-8")
ROW = re.compile(r"^\| `(xuncha_\w+)` \| (\w+) \| ([\w, ]*?) ?\| (.+?) \|$", re.MULTILINE)
OF_HISTOGRAMS = re.compile(r"_(bucket|sum|count)$")

pytestmark = pytest.mark.source_tree


def listed() -> list[tuple[str, str, str, str]]:
    """Return name, type, labels and help of every metric of the list."""
    suffixes = {"counter": "_total", "info": "_info"}
    return [
        (m._name + suffixes.get(m._type, ""), m._type, ", ".join(m._labelnames), m._documentation)
        for m in REGISTRY._collector_to_names
        if hasattr(m, "_type")
    ]


def test_the_page_tells_every_metric_as_the_list_does():
    """Name, type, labels and meaning, both ways and in the same order."""
    assert listed() == ROW.findall(PAGE)
    assert len(listed()) > 15


def test_every_alarm_asks_for_metrics_that_exist():
    """A misspelt name would be an alarm that never rings."""
    names = {name for name, *_ in listed()}
    asked = {OF_HISTOGRAMS.sub("", name) for name in re.findall(r"\bxuncha_\w+", PAGE)}
    assert asked == names


def test_names_follow_the_conventions():
    """A counter counts a total; what is no number of things carries its unit; each help is one sentence."""
    for name, kind, _, told in listed():
        assert (kind == "counter") == name.endswith("_total"), name
        if kind == "histogram":
            assert name.endswith(("_seconds", "_records")), name
        assert told.endswith("."), name
        assert "\n" not in told, name


def test_a_port_that_is_in_use_is_wrong_use():
    """A person reads where, why, and what to do; nothing is started without its metrics."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            UsageError, match=rf"127\.0\.0\.1:{port}: Address already in use; .*needs a metrics_port"
        ):
            serve_metrics("127.0.0.1", port, process="worker")


def test_an_address_that_is_none_is_wrong_use():
    """A host name that nobody knows is told the same way."""
    with pytest.raises(UsageError, match=r"no-such-host\.invalid:9"):
        serve_metrics("no-such-host.invalid", 9, process="worker")
