"""The whole examination of a home; what needs something that is not there is not looked at."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from connectors.kafka.cluster import Cluster
from events.days import chinese_day
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import FILE_NAME, Overrides
from pipeline.upkeep.doctor import in_answers, in_history, in_home, in_log, in_sources
from pipeline.upkeep.doctor.clocks import database_clock
from pipeline.upkeep.doctor.finding import Clock, Finding, reason_of


def examine(path: Path, over: Overrides, clock: Clock) -> Iterator[Finding]:
    """Yield what each check finds, as it finds it."""
    try:
        home = Home(path, over)
    except (UsageError, OSError) as e:
        yield Finding(
            "wrong", reason_of(e), message("mend {file}, or name another home", file=FILE_NAME), "settings"
        )
        return
    yield in_home.settings(home)
    yield in_home.secrets(home.settings)
    yield in_home.channels(home)
    yield in_sources.sources(home, clock())
    if home.settings.reading_review.lexicon:
        yield in_sources.lexicon(home)
    yield in_home.disk(home.path)
    yield in_home.calendar(chinese_day(clock()))
    yield in_home.ruleset(home)
    if home.settings.clickhouse is None:
        yield in_home.confinement(home)
    if home.cluster is None:
        yield in_log.embedded_file(home)
        yield in_log.embedded_tick(home, clock())
        yield in_log.embedded_times(home, clock())
        yield in_log.dead_letters(home)
    else:
        yield from _examine_cluster(home, home.cluster, clock)
    yield from _examine_history(home, clock)


def _examine_cluster(home: Home, cluster: Cluster, clock: Clock) -> Iterator[Finding]:
    from pipeline.upkeep.doctor import in_cluster  # noqa: PLC0415 (Kafka's library is slow to import)

    yield (reached := in_cluster.brokers(cluster))
    if reached.state == "wrong":
        return
    yield (there := in_cluster.topics(cluster))
    if there.state == "wrong":
        return
    yield in_cluster.partitions(cluster)
    yield in_cluster.topic_settings(cluster)
    yield in_cluster.cluster_tick(home, cluster, clock())
    yield in_log.dead_letters(home)
    yield in_cluster.broker_clock(cluster, clock, 2 * timedelta(minutes=home.settings.tick_minutes))


def _examine_history(home: Home, clock: Clock) -> Iterator[Finding]:
    try:
        with home.history() as (client, _):
            yield in_history.database(client)
            yield (migrated := in_history.schema(client))
            if migrated.state != "wrong":
                yield in_history.rows(client)
                yield in_history.files(client)
                yield in_history.one_past(client, home)
                yield in_history.repeats(client)
                yield in_history.stored_rulesets(client, home)
                yield in_history.claims(client, home)
                yield in_history.intakes(client, home)
                yield in_history.texts(client, home)
                yield in_answers.answers(client, clock())
                yield in_answers.emergencies(client, clock())
            if home.settings.clickhouse is not None:
                yield database_clock(client, clock)
    except Exception as e:  # noqa: BLE001 # whatever keeps the history shut
        yield Finding(
            "wrong",
            reason_of(e),
            message("start `xuncha run` or the server that the settings name"),
            "database",
        )
