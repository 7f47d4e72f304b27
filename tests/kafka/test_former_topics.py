"""Topics that a former program left, on a fresh broker: the processes of this one go on where those of it stood."""

import signal
from contextlib import contextmanager

import pytest

from tests.fork_server import Process
from tests.former_state import fill_topics, unpack
from tests.kafka.contents import until
from tests.pipeline import small_city
from tests.pipeline.program import asked, command, done, environment, rows

LISTS = ("accounts list", "alerts", "rounds", "findings list", "sources", "dead-letters list", "units list")
ENDS_WITHIN_S = 60


@pytest.fixture
def former(bare_cluster, tmp_path):
    """The home of that cluster, and its topics filled on the broker of the tests."""
    former = unpack("cluster-home.tar.xz", tmp_path)
    settings = f'[kafka]\nbootstrap = "{bare_cluster.bootstrap}"\nprefix = "{bare_cluster.prefix}"\n'
    (former.home / "xuncha.toml").write_text(settings, "utf-8")
    assert fill_topics(bare_cluster) > 300
    return former


@contextmanager
def processes(home):
    """Keep worker, sink, notifier and history running; they have to end when they are asked to."""
    with (home / "processes.log").open("wb") as log:
        running = Process(command(home, "run", "--no-ticks"), env=environment(), stdout=log, stderr=log)
        try:
            until((home / "run" / "door.json").exists)
            yield
            running.send_signal(signal.SIGTERM)
            assert running.wait(ENDS_WITHIN_S) == 0
        finally:
            running.kill()
            running.wait()


@pytest.mark.slow
def test_former_topics_open_and_nobody_is_told_twice(former):
    """Worker and notifier start on them, old rounds verify, the same sheet again makes no twin."""
    told, (home, inputs, said) = former.told, former
    assert told.count(b"\n") >= 2, "one summary of what was old, and news"
    with processes(home):
        done(home, "run", "--until-idle")
        assert said["accounts"] == sorted(r["account_id"] for r in rows(home, "accounts", "list"))
        done(home, "accounts", "import", inputs / "accounts.csv")
        done(home, "findings", "import", inputs / "findings.csv")
        done(home, "run", "--until-idle")
        assert told == former.told
        assert said["accounts"] == sorted(r["account_id"] for r in rows(home, "accounts", "list"))
        for words in LISTS:
            assert asked(home, *words.split())
        for run in said["runs"]:
            proof = asked(home, "verify", run["run_id"])
            assert (True, run["digest"]) == (proof["holds"], proof["stored_digest"])
        status = asked(
            home, "status", "--check-point", small_city.CHECK_POINT, "--ruleset", "national-2019-19"
        )
        assert len(said["accounts"]) == len(status["rows"])
        fields = ("alert_id", "type", "level")
        wanted = {tuple(alert[f] for f in fields) for alert in said["alerts"]}
        assert wanted <= {tuple(alert[f] for f in fields) for alert in rows(home, "alerts")}
