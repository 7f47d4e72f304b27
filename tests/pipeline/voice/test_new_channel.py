"""A new channel is its module and one entry in a list (CONTRIBUTING): all who ask the list know it."""

import json

import pytest

from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.upkeep.doctor import in_home
from pipeline.voice import channels
from pipeline.voice.channels import CHANNELS, build_channels, given_channels
from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, rows
from tests.pipeline.toy_channel import TOY, told
from tests.pipeline.transfer.moving import exported


@pytest.fixture
def with_toy(monkeypatch):
    monkeypatch.setattr(channels, "CHANNELS", (*CHANNELS, TOY))


@pytest.fixture
def silent(with_toy, home, tmp_path):
    """A home with alerts that nobody was told yet."""
    del with_toy
    done(home, "accounts", "import", c.registry(tmp_path))
    done(home, "polls", "replay", c.recorded_polls(tmp_path))
    return home


def test_the_notifier_tells_each_of_its_destinations_once(silent):
    """The real one of an embedded home: one summary for each, and the lists name the channel."""
    done(silent, "run", "--until-idle")
    first = told(silent)
    lines = [json.loads(line) for line in (silent / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert [[line["id"] for line in lines]] * 2 == first
    assert 0 == asked(silent, "run", "--until-idle")["delivered"]
    assert first == told(silent)
    (alert,) = [row for row in rows(silent, "alerts") if row["type"] == "alert.raised"]
    assert ["console", "file", "toy"] == alert["delivered"]
    destinations = "SELECT JSONExtractString(data, 'destination') AS destination FROM records"
    of_toy = "WHERE type = 'alert.delivered' AND JSONExtractString(data, 'channel') = 'toy' ORDER BY 1"
    found = rows(silent, "sql", f"{destinations} {of_toy}")
    assert ["p1", "p2"] == [row["destination"] for row in found]


@pytest.mark.slow
def test_a_move_hands_over_what_it_was_told(silent, tmp_path):
    """A home that takes the export in tells it nothing again."""
    done(silent, "run", "--until-idle")
    new = tmp_path / "new"
    done(new, "init", "--partitions", 2)
    done(new, "import", exported(silent, tmp_path / "export"))
    assert 0 == asked(new, "run", "--until-idle")["delivered"]
    assert [[], []] == told(new)


@pytest.mark.slow
def test_the_past_is_no_news_to_a_channel_that_comes_with_a_move(silent, monkeypatch, tmp_path):
    """The old home did not have it: what the others were told there is past for each of its destinations."""
    monkeypatch.setattr(channels, "CHANNELS", CHANNELS)
    done(silent, "run", "--until-idle")
    monkeypatch.setattr(channels, "CHANNELS", (*CHANNELS, TOY))
    new = tmp_path / "new"
    done(new, "init", "--partitions", 2)
    done(new, "import", exported(silent, tmp_path / "export"))
    done(new, "run", "--until-idle")
    assert [[], []] == told(new)


@pytest.mark.usefixtures("with_toy")
def test_doctor_asks_for_its_secrets(home, monkeypatch):
    """By the setting that names the variable."""
    monkeypatch.delenv("XUNCHA_TEST_TOY_KEY", raising=False)
    found = in_home.secrets(Home(home).settings)
    assert ("wrong", "not set: XUNCHA_TEST_TOY_KEY ([toy] key_from)") == (found.state, found.found)


@pytest.mark.usefixtures("with_toy")
def test_a_notifier_finds_it_by_name(home):
    """A name that the settings do not give is refused with those that they do."""
    assert ["toy"] == [channel.name for channel in build_channels(Home(home), ["toy"])]
    with pytest.raises(UsageError, match=r"no channel fax; .* gives console, file, toy"):
        build_channels(Home(home), ["fax"])


def test_every_channel_is_called_as_its_entry(home):
    """Deliveries are recorded under the name of the channel, and an import hands them over by that of the entry."""
    (home / "xuncha.toml").write_text('[webhook]\nurl = "https://alerts.example"\n', "utf-8")
    opened = Home(home)
    assert CHANNELS == tuple(given_channels(opened.settings))
    assert [kind.name for kind in CHANNELS] == [channel.name for channel in build_channels(opened)]
