"""`xuncha topics`: what it prints, and how it ends."""

from contextlib import closing

import pytest

from pipeline.home.settings import FILE_NAME
from tests.pipeline.program import ROOT, asked, done, rows, xuncha


@pytest.fixture
def home(tmp_path, bare_cluster):
    """A home whose log is to live on Kafka; its topics are not made yet."""
    settings = f'[kafka]\nbootstrap = "{bare_cluster.bootstrap}"\nprefix = "{bare_cluster.prefix}"\n'
    (tmp_path / FILE_NAME).write_text(settings)
    return tmp_path


def test_topics_are_made_and_found_right(home, bare_cluster):
    """A check before says what is missing and exits 1, a check after says that all is right and exits 0."""
    before = xuncha(home, "topics", "check", "--partitions", 2, "--json")
    assert before.status == 1
    missing = {row["topic"]: row["wanted"] for row in before.rows}
    assert missing[bare_cluster.topic("facts")] == "2"
    assert missing[bare_cluster.topic("dead-letters")] == "1"
    assert rows(home, "topics", "apply", "--partitions", 2) == before.rows
    assert asked(home, "topics", "check", "--partitions", 2) == {"rows": []}
    assert "nothing to do" in done(home, "topics", "apply", "--partitions", 2).out


def test_a_wrong_number_of_partitions_is_wrong_use(home, bare_cluster):
    """A person reads which topic, what is there, what was asked, and what to do."""
    done(home, "topics", "apply", "--partitions", 2)
    refused = xuncha(home, "topics", "apply")
    assert refused.status == 2
    assert f"{bare_cluster.topic('facts')} has partitions 2, not 16" in refused.err
    assert "say --partitions with the number that is there" in refused.err
    checked = xuncha(home, "topics", "check")
    assert checked.status == 1
    assert bare_cluster.topic("facts") in checked.out


def test_an_embedded_home_has_no_topics(tmp_path):
    """The command says how a log on Kafka is named."""
    done(tmp_path / "home", "init", "--partitions", 2)
    refused = xuncha(tmp_path / "home", "topics", "check")
    assert refused.status == 2
    assert "--kafka HOST:PORT" in refused.err


def test_a_log_is_deleted_only_by_its_name_and_while_nothing_of_it_runs(home, bare_cluster):
    """The prefix is typed out; a member of one of its groups holds everything up."""
    from kafka import KafkaConsumer

    done(home, "topics", "apply", "--partitions", 2)
    other = xuncha(home, "topics", "delete", "xuncha")
    assert (2, True) == (other.status, "nothing was deleted" in other.complaint)
    with closing(
        KafkaConsumer(
            bare_cluster.topic("facts"),
            bootstrap_servers=bare_cluster.bootstrap,
            group_id=bare_cluster.group("worker"),
        )
    ) as member:
        while not member.assignment():
            member.poll(200)
        refused = xuncha(home, "topics", "delete", bare_cluster.prefix)
        assert (2, True) == (refused.status, "worker" in refused.complaint)
        assert asked(home, "topics", "check", "--partitions", 2) == {"rows": []}
    deleted = asked(home, "topics", "delete", bare_cluster.prefix)["deleted"]
    assert 5 == len(deleted)
    assert "-" == xuncha(home, "topics", "check", "--json").rows[0]["found"]
    assert [] == asked(home, "topics", "delete", bare_cluster.prefix)["deleted"]


def test_help_and_manual_say_who_is_not_noticed():
    """A process without a group holds nothing up, and so the operator has to know that it must be stopped first."""
    told = " ".join(done(ROOT, "topics", "delete", "--help").out.replace("│", " ").split())
    manual = " ".join((ROOT / "docs" / "operate.md").read_text("utf-8").split())
    for text in (told, manual):
        assert "a worker, sink or notifier of " in text
        assert "A ticker, a poll or an import has no group and is not noticed; stop them first." in text
