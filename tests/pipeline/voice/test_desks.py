"""Which channels are routed, and what a chat of several units hears."""

import pytest

from connectors.notify.message import message_of
from pipeline.home.folder import Home
from pipeline.voice.channels import build_channels
from pipeline.voice.desk import matter_of
from pipeline.voice.desks import desks_of, manner_of, outlets_of
from projections.rules.ladder import Ladder
from projections.voice.hours import Hours
from projections.voice.routing import Line
from tests.pipeline.derived import cleared, raised, stalled, withdrawn
from tests.projections.rulebooks import KUNSHAN

SETTINGS = """
[voice]
quiet_from = "21:00"
quiet_until = "07:15"
messages_a_day = 3
city_office = "某市人民政府办公室"
[voice.groups]
school-robot = "某市教育局"

[[channel]]
kind = "wecom-robot"
name = "school-robot"
key = "env:XUNCHA_TEST_KEY"

[[channel]]
kind = "wecom-robot"
name = "all-robot"
key = "env:XUNCHA_TEST_KEY"

[[channel]]
kind = "wecom-app"
name = "wecom"
corporation = "c"
agent = 1
secret = "env:XUNCHA_TEST_KEY"
"""


@pytest.fixture
def opened(new_home, monkeypatch):
    monkeypatch.setenv("XUNCHA_TEST_KEY", "k")
    (new_home / "xuncha.toml").write_text(SETTINGS, "utf-8")
    return Home(new_home)


def test_channels_of_people_and_groups_of_a_unit_are_routed(opened):
    """In the order of the settings; console, file and webhook are told everything as before."""
    channels = build_channels(opened)
    manner = manner_of(opened.settings, channels)
    assert (Line("school-robot", "group:school-robot"), Line("wecom", "wecom")) == manner.lines
    assert (Hours(21 * 60, 7 * 60 + 15), 3, False) == (manner.hours, manner.most_a_day, manner.pilot)
    outlets = outlets_of(opened, channels)
    assert {"school-robot", "wecom"} == desks_of(opened, outlets, channels).keys()
    for outlet in outlets.values():
        outlet.close()


def test_a_chat_that_stands_for_no_unit_hears_of_sources_alone(opened):
    """Nothing about one unit goes into a group of others."""
    outlets = outlets_of(opened, build_channels(opened))
    about_unit, about_source = (message_of(event, limit_days=14) for event in (raised("A"), stalled()))
    assert () == outlets["all-robot"].destinations(about_unit)
    assert ("all-robot",) == outlets["all-robot"].destinations(about_source)
    assert ("console",) == outlets["console"].destinations(about_unit)
    for outlet in outlets.values():
        outlet.close()


def test_a_matter_has_what_routing_asks_of_a_message():
    """Step of the ladder, silence and limit of an alert, what an end ends and a withdrawal takes back."""
    ladder = Ladder(KUNSHAN)
    alert = matter_of(message_of(raised("A"), limit_days=14), ladder)
    assert ("early", 14) == (alert.step, (alert.limit_at - alert.silent_since).days)
    last = matter_of(message_of(raised("A", level="day-14"), limit_days=14), ladder)
    limit = matter_of(message_of(raised("A", level="limit"), limit_days=14), ladder)
    assert ("last", "limit") == (last.step, limit.step)
    end = matter_of(message_of(cleared("A"), limit_days=14), ladder)
    assert alert.opener_id == end.opener_id
    taken_back = matter_of(message_of(withdrawn("A"), limit_days=14), ladder)
    assert str(alert.id) == taken_back.corrects
    assert "early" == matter_of(message_of(raised("A", level="red"), limit_days=14), ladder).step
