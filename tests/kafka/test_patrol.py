"""The patrol of a log on Kafka: the same facts, and nothing is asked twice."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.kafka.cluster import Cluster
from connectors.log.port import FACTS
from events.codec import CODEC
from pipeline.home.folder import Home
from pipeline.patrol.process import AskPatrol, patrol
from tests.pipeline.inputs import feed
from tests.pipeline.patrol.site import SETTINGS, site

pytestmark = pytest.mark.kafka


def test_a_pass_over_a_log_on_kafka_makes_the_facts_of_looks(cluster: Cluster, tmp_path):
    """Post, look and sweep stand in the topic; a second pass has nothing to do."""
    home = tmp_path / "home"
    home.mkdir()
    with site() as served:
        served.feeds = {"/a.xml": feed([datetime.now(UTC) - timedelta(hours=20)])}
        text = SETTINGS.format(accounts=f'"test:a" = "{served.url("/a.xml")}"', more="", canaries=["test:a"])
        kafka = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
        (home / "xuncha.toml").write_text(kafka + text, "utf-8")
        looks = [patrol(Home(home), AskPatrol(once=True)).total("good") for _ in range(2)]
    assert [1, 0] == looks
    log = Home(home).open_log()
    try:
        records = [r for p, end in enumerate(log.end_offsets(FACTS)) for r in log.read(FACTS, p, 0, end)]
    finally:
        log.close()
    types = {CODEC.envelope(record.value).type for record in records}
    assert {"post.published", "account.patrolled", "sweep.completed"} == types
