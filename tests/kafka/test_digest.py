"""The same facts through Kafka and through a folder: one digest, whatever the number of partitions."""

import os
import signal
from contextlib import closing
from datetime import timedelta

import pytest

from tests.bench.generate import BEGIN, stream
from tests.embedded_digest import embedded_digest
from tests.kafka.contents import until
from tests.pipeline.program import asked, done

EVENTS = int(os.environ.get("XUNCHA_DIGEST_EVENTS", "4000"))
"""200,000 in `make test-long`."""

ACCOUNTS = EVENTS // 40
RULESET = "jiangsu-kunshan-2019-162"


@pytest.fixture(scope="module")
def facts():
    return list(stream(EVENTS, ACCOUNTS))


@pytest.fixture(scope="module")
def check_point(facts):
    return max(fact.time for fact in facts) - timedelta(hours=1)


@pytest.fixture(scope="module")
def embedded(facts, check_point, tmp_path_factory):
    """The digest of an embedded home."""
    digest, accounts = embedded_digest(facts, check_point, RULESET, tmp_path_factory.mktemp("embedded"))
    assert accounts == ACCOUNTS
    assert BEGIN < check_point
    return digest


@pytest.mark.parametrize("partitions", [1, pytest.param(2, marks=pytest.mark.long), 4])
def test_partitions_and_runtime_change_no_digest(
    partitions, bare_cluster, facts, check_point, embedded, start_worker, tmp_path
):
    """Design promise 3: two workers and a sink over the same facts lead to the digest of the embedded home."""
    from connectors.kafka.log import KafkaLog
    from connectors.kafka.topics import apply_topics

    apply_topics(bare_cluster, partitions=partitions)
    with closing(KafkaLog(bare_cluster, tmp_path / "memory", fail_point=lambda _: None)) as log:
        log.append(facts)
    run = start_worker(bare_cluster, "run", "--no-ticks", "--workers", 2)
    until((run.home / "run" / "door.json").exists)
    done(run.home, "run", "--until-idle")
    answer = asked(run.home, "score", "--check-point", check_point.isoformat(), "--ruleset", RULESET)
    assert embedded == answer["digest"]
    run.send(signal.SIGTERM)
    assert 0 == run.code()
