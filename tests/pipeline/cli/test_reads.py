"""Reads do not write: what is asked leaves the log as it was, and is answered at a moment that is closed."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from connectors.history import knowledge
from connectors.history.client import HistoryError
from connectors.log.port import FACTS
from events.account import AccountOpened
from events.codec import Event
from events.ids import fact_id
from events.instants import EPOCH, from_micros
from pipeline.cli.commands import COMMANDS
from pipeline.home import workspace as workspaces
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from tests.connectors.log.facts import START, a_post
from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, process, xuncha
from tests.reading import READING, state_of, writing

STATUS = ("status", "--check-point", c.CHECK_POINT)


@pytest.mark.slow
def test_no_reading_command_writes_to_a_log(city, tmp_path):
    """Neither facts nor derived events nor dead letters, whether it finds what it is asked for or not."""
    run = asked(city, "score", "--check-point", c.CHECK_POINT)["run_id"]
    assert [] == list(writing(city, tmp_path, run))


@pytest.mark.slow
def test_no_reading_command_writes_to_a_log_in_which_nothing_was_closed(new_home, tmp_path):
    """Nor to that of a home that was just made."""
    assert [] == list(writing(new_home, tmp_path))


def test_a_new_home_is_answered_from_before_everything(new_home):
    """Nothing is known there: as known at the beginning of time, no account is open."""
    answer = asked(new_home, *STATUS)
    assert ("1970-01-01T08:00:00+08:00", 0, []) == (answer["known_at"], answer["behind"], answer["rows"])


def test_what_was_written_is_known_to_the_next_question(city):
    """Nobody has to close a moment behind it: the times of an embedded log rise over all of its partitions."""
    before = asked(city, *STATUS)
    with closing(Home(city).open_log()) as log:
        log.append([a_post(1)])
        last = log.closed_until()
    after = asked(city, *STATUS)
    assert before["known_at"] < after["known_at"]
    assert from_micros(last) == datetime.fromisoformat(after["known_at"])
    assert after["known_at"] == asked(city, *STATUS)["known_at"]


def test_a_question_asked_again_as_known_then_gets_the_same_answer(city):
    """What came since counts no more than if it were to come yet, and is counted as lying behind."""
    then = asked(city, *STATUS)
    with closing(Home(city).open_log()) as log:
        log.append([a_post(n) for n in range(3)])
    again = asked(city, *STATUS, "--known-at", then["known_at"])
    assert then | {"behind": 3} == again


def test_a_moment_after_the_newest_record_is_open(city):
    """Somebody may still write into it."""
    answer = xuncha(city, *STATUS, "--known-at", (datetime.now(UTC) + timedelta(hours=1)).isoformat())
    assert answer.status == 2
    assert "is not closed yet; the newest closed moment is" in answer.complaint


def test_a_command_that_wrote_says_when_its_facts_are_known(city):
    """The moment that it tells is the one at which the next question is answered."""
    wrote = done(city, "accounts", "stop-notice", c.POSTING, "--json")
    told = wrote.err.split("known at ")[1].strip()
    assert told == asked(city, *STATUS)["known_at"]
    assert "known at" not in done(city, *STATUS, "--json").err


@pytest.mark.slow
def test_a_command_that_died_behind_its_facts_is_known_by_the_next(city):
    """A crash between the fact and what follows it leaves nothing that nobody closes."""
    before = asked(city, *STATUS)["known_at"]
    ended = process(
        city, "accounts", "stop-notice", c.POSTING, env={"XUNCHA_FAIL_POINT": "append.after_commit"}
    )
    assert ended.status != 0
    answer = asked(city, *STATUS)
    assert before < answer["known_at"]
    assert answer["behind"] == 0


def test_people_are_told_as_known_at_which_moment(city):
    """Below the table, and how much was recorded since."""
    then = asked(city, *STATUS)["known_at"]
    with closing(Home(city).open_log()) as log:
        log.append([a_post(1)])
    said = done(city, *STATUS, "--known-at", then).out
    assert f"known at {then}；此后另有 recorded since: 1" in said.splitlines()[-1]


@pytest.mark.slow
def test_a_check_point_that_has_not_come_is_not_scored(city):
    """What happens until then counts; `today` is now, and a day alone its 24:00."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    refused = xuncha(city, "score", "--check-point", tomorrow)
    assert (2, True) == (refused.status, "behind the newest record of the log" in refused.complaint)
    assert asked(city, "score", "--check-point", "2021-06-17")["check_point"] == "2021-06-18T00:00:00+08:00"
    assert xuncha(city, "score", "--check-point", "today").status == 0
    assert xuncha(city, "score", "--check-point", "2021-06-31").status == 2


def test_known_facts_are_read_once_while_a_home_is_open(city, monkeypatch):
    """Until something is written: then they are read anew."""
    asked_for = []
    read = workspaces.KnownFacts._keep
    monkeypatch.setattr(
        workspaces.KnownFacts, "_keep", lambda self, types: (asked_for.extend(types), read(self, types))[1]
    )
    with open_workspace(Home(city)) as opened:
        kinds = ("finding.recorded", "finding.withdrawn")
        first = opened.known.read(kinds)
        assert first
        assert first == opened.known.read(kinds)
        assert [k for k in first if k.recorded_at <= 0] == opened.known.read(kinds, EPOCH)
        assert sorted(kinds) == sorted(asked_for)
        opened.log.append([a_post(1)])
        opened.catch_up()
        opened.known.read(kinds[:1])
        assert [kinds[0]] == asked_for[2:]


def test_the_table_of_commands_names_what_reads():
    """Each word that it names is a command, and the table of arguments asks none that it does not name."""
    assert len(set(READING)) == len(READING) > 40
    assert {"status", "accounts list", "focus history", "reconcile"} <= set(READING)
    assert not any(command.reads for name, command in COMMANDS.items() if name in ("score", "run", "init"))


@pytest.mark.parametrize("known_at", [None, EPOCH])
def test_a_workspace_offers_only_what_is_closed(city, known_at):
    """A moment that is given is taken if it is closed; without one it is the newest."""
    with open_workspace(Home(city)) as opened:
        newest = opened.offered()
        assert (known_at or newest) == opened.known_at(known_at)
        with pytest.raises(HistoryError, match="is not closed yet"):
            opened.known_at(newest + timedelta(microseconds=1))
        with closing(Home(city).open_log()) as log:
            assert sum(opened.log.end_offsets(FACTS)) == sum(state_of(log)[0])


def test_one_account_is_read_alone(city, monkeypatch):
    """However many there are, the facts that are decoded are its own; the answers are the same."""
    about = (("explain", c.POSTING, "--check-point", c.CHECK_POINT), ("accounts", "show", c.POSTING))
    before = [asked(city, *words) for words in about]
    few = decoded_by(monkeypatch, city, about)
    with closing(Home(city).open_log()) as log:
        log.append([an_opening(n) for n in range(500)])
    assert few == decoded_by(monkeypatch, city, about)
    after = [asked(city, *words) for words in about]
    assert before[0] | {"known_at": after[0]["known_at"]} == after[0]
    assert before[1] | {"at": after[1]["at"]} == after[1]


def an_opening(number):
    account = f"wechat:other-{number}"
    data = AccountOpened(given_id=f"other-{number}", name=f"号{number}", platform="微信订阅号")
    return Event(fact_id("test", account, "opened"), "test", account, START, data)


def decoded_by(monkeypatch, home, commands):
    """Return how many facts each command decodes."""
    counts = []
    decode = knowledge._known

    def counting(*row):
        counts[-1] += 1
        return decode(*row)

    with monkeypatch.context() as patched:
        patched.setattr(knowledge, "_known", counting)
        for words in commands:
            counts.append(0)
            done(home, *words)
    return counts
