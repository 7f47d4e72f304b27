"""A log on Kafka and people on PostgreSQL for a walk: servers of its own, and the settings of a home on them."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.kafka_broker import Broker, fetch_jars
from tests.postgres_cluster import Cluster

PEOPLE_URL = "XUNCHA_PEOPLE_URL"


class Servers(NamedTuple):
    """What a home needs to know of its servers."""

    settings: str  # its xuncha.toml
    env: dict[str, str]


def servers_at(bootstrap: str, prefix: str, people_url: str) -> Servers:
    """Return the settings of a home on brokers under a prefix, with a database for people and who signs in."""
    settings = (
        f'[kafka]\nbootstrap = "{bootstrap}"\nprefix = "{prefix}"\n\n[people]\nurl_from = "{PEOPLE_URL}"\n'
    )
    return Servers(settings, {PEOPLE_URL: people_url})


@contextmanager
def kafka_and_postgres() -> Iterator[Servers]:
    """Run a node of Kafka and a server of PostgreSQL until the block is left."""
    fetch_jars()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        broker, database = Broker(Path(folder) / "kafka"), Cluster()
        stack.callback(database.remove)
        database.start()
        stack.callback(broker.remove)
        broker.start()
        yield servers_at(broker.bootstrap, "walk", database.url())
