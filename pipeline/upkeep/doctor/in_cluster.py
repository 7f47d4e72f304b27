"""Checks of a log on Kafka: brokers, topics, ticks, and the brokers' clock."""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta

from connectors.kafka.client import admin
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.offsets import read_group
from connectors.kafka.reader import Reader
from connectors.kafka.topics import MISSING, PARTITIONS, Difference, check_topics, partition_count
from connectors.log.port import FACTS
from events.clock import ClockTicked
from events.codec import CODEC, UnreadableEventError
from events.envelope import Record
from events.instants import from_micros, local_iso
from events.messages import joined, message
from pipeline.home.folder import Home
from pipeline.home.settings import FILE_NAME
from pipeline.runtime.kafka.lag import TICKER
from pipeline.upkeep.doctor.clocks import APART
from pipeline.upkeep.doctor.finding import Clock, Finding, check, ok, warning, wrong
from pipeline.upkeep.doctor.in_log import late_tick

_FAR = timedelta(days=1)
"""An append time so far ahead will be carried along by every later record."""

_APPLY = "`xuncha topics apply`"


@check("brokers", message("start Kafka, or mend [kafka] bootstrap in {file}", file=FILE_NAME))
def brokers(cluster: Cluster) -> Finding:
    """Ask the brokers who they are."""
    with admin(cluster) as client:
        described = client.describe_cluster()
    answering = joined(", ", (f"{b['host']}:{b['port']}" for b in described["brokers"]))
    return ok(
        message(
            "{described_count} answer: {answering}",
            described_count=len(described["brokers"]),
            answering=answering,
        )
    )


@check("topics", message("make them with {apply}", apply=_APPLY))
def topics(cluster: Cluster) -> Finding:
    """Look for every topic that this release needs."""
    missing = [d.topic for d in _differences(cluster) if d.found == MISSING]
    if missing:
        return wrong(
            message("missing: {missing}", missing=joined(", ", missing)),
            message("make them with {apply}", apply=_APPLY),
        )
    return ok(message("all are there"))


@check("topic settings", message("make the topics with {apply}", apply=_APPLY))
def topic_settings(cluster: Cluster) -> Finding:
    """Compare the settings of the topics with what they must be: kept for ever, told in append time."""
    different = [d for d in _differences(cluster) if d.setting != PARTITIONS and d.found != MISSING]
    if different:
        return wrong(_in_words(different), message("{apply} mends this and keeps every record", apply=_APPLY))
    return ok(message("as this release wants them"))


@check("partitions", message("make the topics with {apply}", apply=_APPLY))
def partitions(cluster: Cluster) -> Finding:
    """Compare the numbers of partitions: an account stands in the same one of facts and of what follows from them."""
    count = partition_count(cluster)
    different = [d for d in _differences(cluster) if d.setting == PARTITIONS and d.found != MISSING]
    if different:
        return wrong(
            _in_words(different),
            message(
                "partitions are never added or taken away: take another prefix, apply, and move the records "
                "with `xuncha export` and `xuncha import`"
            ),
        )
    return ok(message("{count}, the same in every topic that follows the facts", count=count))


@check("last tick", message("start `xuncha ticker`"))
def cluster_tick(home: Home, cluster: Cluster, now: datetime) -> Finding:
    """Look at the newest tick that a ticker has noted; without ticks no deadline passes."""
    notes = [c.note for c in read_group(cluster, TICKER).committed.values() if c.note]
    at = datetime.fromisoformat(max(notes)) if notes else None
    if (found := late_tick(at, now, home)) is None:
        return ok(message("at {at}", at=local_iso(at)))
    judge = warning if at is None else wrong
    return judge(found, message("start `xuncha ticker`: without ticks no alert comes"))


@check("broker clock", message("make the topics with {apply}", apply=_APPLY))
def broker_clock(cluster: Cluster, clock: Clock, recent: timedelta) -> Finding:
    """Compare this machine's clock with the append times of the newest records; writes nothing.

    None of them may be later than now; nor may a tick be later than the moment at which a broker took it, for it is
    written when its time has come. A broker that is behind without ticks goes unseen.
    """
    with closing(Reader(cluster)) as reader:
        newest = list(_newest(reader))
    now = clock()
    appended = [from_micros(record.recorded_at) for record in newest]
    if not appended or now - max(appended) > recent:
        return ok(message("not compared: nothing was appended of late"))
    ahead = max(appended) - now
    behind = max((late for record in newest if (late := _behind(record)) is not None), default=timedelta(0))
    for offset, where in (
        (ahead, message("ahead of this machine")),
        (behind, message("behind the machine of the ticker")),
    ):
        if offset > APART:
            judge = warning if offset < _FAR else wrong
            return judge(
                message(
                    "append times are {total_seconds:.1f} s {where}",
                    total_seconds=offset.total_seconds(),
                    where=where,
                ),
                message(
                    "set the clocks of brokers and machines by one time server (NTP); what stands in the log "
                    'with a time of the future is repaired by docs/operate.md, "A clock that was wrong"'
                ),
            )
    return ok(
        message(
            "no append time is later than now, no tick than its append time ({total_seconds:.0f} s allowed)",
            total_seconds=APART.total_seconds(),
        )
    )


def _differences(cluster: Cluster) -> list[Difference]:
    """Return in what topics differ from what they must be, with the number of partitions that the facts have."""
    count = None
    with suppress(ClusterError):  # no facts: told below
        count = partition_count(cluster)
    return check_topics(cluster, partitions=count)


def _in_words(differences: Sequence[Difference]) -> str:
    return joined(
        "; ",
        (
            message(
                "{topic} has {setting} {found}, not {wanted}",
                topic=d.topic,
                setting=d.setting,
                found=d.found,
                wanted=d.wanted,
            )
            for d in differences
        ),
    )


def _newest(reader: Reader) -> Iterator[Record]:
    for partition, end in enumerate(reader.end_offsets(FACTS)):
        if end:
            yield from reader.read(FACTS, partition, end - 1, 1)


def _behind(record: Record) -> timedelta | None:
    """Return by how much a tick is later than its append time; None for another record, and for a dead letter."""
    try:
        envelope = CODEC.envelope(record.value or b"")
    except UnreadableEventError:
        return None
    return envelope.time - from_micros(record.recorded_at) if envelope.type == ClockTicked.type else None
