"""The same facts through Kafka and through a folder: one digest, whatever the number of partitions."""

import os
import signal
from contextlib import closing
from datetime import timedelta

import pytest

from events.account import AccountClosed, AccountCorrected, AccountOpened
from events.codec import Event
from events.ids import fact_id
from events.platforms import SERVICE_ACCOUNT
from events.withdrawal import FactWithdrawn
from tests.bench.generate import BEGIN, stream
from tests.embedded_digest import embedded_digest
from tests.kafka.contents import until
from tests.pipeline.program import asked, done

pytestmark = pytest.mark.larger

EVENTS = int(os.environ.get("XUNCHA_DIGEST_EVENTS", "4000"))
"""200,000 in `make test-long`."""

ACCOUNTS = EVENTS // 40
RULESET = "jiangsu-kunshan-2019-162"


@pytest.fixture(scope="module")
def facts():
    told = list(stream(EVENTS, ACCOUNTS))
    return [*told, *mended(told)]


def mended(told):
    """Yield corrections of some openings, closings that never were, and an account that never was."""

    def about(fact, data, key):
        return Event(fact_id("office", fact.subject, key), "office", fact.subject, fact.time, data)

    def back(wrong):
        data = FactWithdrawn(corrects=wrong.id, of_type=wrong.type, its_time=wrong.time, reason="误录")
        return about(wrong, data, f"back:{wrong.id}")

    openings = [fact for fact in told if isinstance(fact.data, AccountOpened)]
    for opened in openings[:20]:
        later = AccountCorrected(
            corrects=opened.id, reason="误录", platform=SERVICE_ACCOUNT, opened_at=BEGIN + timedelta(days=2)
        )
        correction = about(opened, later, "corrected")
        yield correction
        if opened in openings[:5]:
            yield back(correction)
    for opened in openings[20:40]:
        closed = about(opened, AccountClosed(), "closed")
        yield from (back(closed), closed)
    twin = Event(fact_id("office", "wechat:twin", "opened"), "office", "wechat:twin", BEGIN, openings[0].data)
    yield from (twin, back(twin), twin)


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


@pytest.mark.parametrize(
    "partitions", [1, pytest.param(2, marks=pytest.mark.long), pytest.param(4, marks=pytest.mark.slow)]
)
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
