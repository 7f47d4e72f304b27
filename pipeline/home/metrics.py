"""All metrics of the processes on Kafka: one list; docs/metrics.md says what each means and when to wake somebody."""

from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)

from events.fields import field
from events.messages import message
from pipeline.home.errors import UsageError

REGISTRY = CollectorRegistry()

_SIZES = (1, 10, 100, 1_000, 5_000, 10_000, 20_000, 50_000)
_BRIEF_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15)
_LONG_S = (0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 30, 60, 300)
_LATENCIES_S = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)

_IN = ("group", "topic", "partition")

INFO = Info("xuncha", "What answers here: release, and the kind of process.", registry=REGISTRY)

RECORDS_TAKEN = Counter(
    "xuncha_records_taken_total",
    "Records read and taken, those read again after a takeover too.",
    ("group", "topic"),
    registry=REGISTRY,
)
COMMITTED_OFFSET = Gauge(
    "xuncha_committed_offset", "Offset that this process has committed.", _IN, registry=REGISTRY
)
END_OFFSET = Gauge(
    "xuncha_end_offset", "End of the partition when it was last read from.", _IN, registry=REGISTRY
)
GAPS_HEALED = Counter(
    "xuncha_gaps_healed_total",
    "Times that records were left out, and came after the reader was set back.",
    ("group", "topic"),
    registry=REGISTRY,
)
REBALANCES = Counter(
    "xuncha_rebalances_total",
    "Times that the group gave partitions to this process.",
    ("group",),
    registry=REGISTRY,
)
RECOVERY_SECONDS = Histogram(
    "xuncha_recovery_seconds",
    "From the takeover of partitions until they can be read on: fence, states, positions.",
    ("group",),
    buckets=_LONG_S,
    registry=REGISTRY,
)

TRANSACTION_RECORDS = Histogram(
    "xuncha_transaction_records",
    "Derived events, states and dead letters of a transaction.",
    ("group",),
    buckets=_SIZES,
    registry=REGISTRY,
)
TRANSACTION_SECONDS = Histogram(
    "xuncha_transaction_seconds",
    "From the begin of a transaction to the end of its commit.",
    ("group",),
    buckets=_BRIEF_S,
    registry=REGISTRY,
)
DERIVED_EVENTS = Counter(
    "xuncha_derived_events_total",
    "Derived events committed: alerts, scores, deliveries.",
    ("group",),
    registry=REGISTRY,
)
DEAD_LETTERS = Counter(
    "xuncha_dead_letters_total",
    "Records that nobody could read, committed as dead letters.",
    ("group",),
    registry=REGISTRY,
)

ROWS_INSERTED = Counter(
    "xuncha_rows_inserted_total",
    "Records that stand in the history, in every table.",
    ("topic",),
    registry=REGISTRY,
)
INSERT_SECONDS = Histogram(
    "xuncha_insert_seconds",
    "From the first question about a batch to its last answer, tries again included.",
    ("topic",),
    buckets=_LONG_S,
    registry=REGISTRY,
)
INSERT_RETRIES = Counter(
    "xuncha_insert_retries_total",
    "Times that the database was asked again after an error.",
    registry=REGISTRY,
)
BROKER_TO_HISTORY_SECONDS = Histogram(
    "xuncha_broker_to_history_seconds",
    "From the append time of a batch's oldest record until the batch is stored.",
    ("topic",),
    buckets=_LATENCIES_S,
    registry=REGISTRY,
)
ORIGIN_TO_HISTORY_SECONDS = Histogram(
    "xuncha_origin_to_history_seconds",
    "From the event time of a batch's newest fact, if it was observed live, until the batch is stored.",
    buckets=_LATENCIES_S,
    registry=REGISTRY,
)

MESSAGES = Counter(
    "xuncha_messages_total",
    "Messages by outcome: sent, delivered in part, refused for good, failed for now.",
    ("channel", "outcome"),
    registry=REGISTRY,
)
SEND_SECONDS = Histogram(
    "xuncha_send_seconds",
    "What a channel took to answer, tries again included.",
    ("channel",),
    buckets=_LONG_S,
    registry=REGISTRY,
)

LOOKS = Counter(
    "xuncha_looks_total",
    "Looks of the patrol that became known: good, failed.",
    ("source", "outcome"),
    registry=REGISTRY,
)
LAST_GOOD_LOOK = Gauge(
    "xuncha_last_good_look_timestamp_seconds",
    "Time of the last look that read all that its source shows.",
    ("source",),
    registry=REGISTRY,
)

TICKS = Counter("xuncha_ticks_total", "Clock ticks appended by this process.", registry=REGISTRY)
LAST_TICK = Gauge(
    "xuncha_last_tick_timestamp_seconds", "Time of the last tick that was appended.", registry=REGISTRY
)


def serve_metrics(host: str, port: int, *, process: str) -> None:
    """Answer scrapes on a thread until the process ends; port 0 opens none. Raises `UsageError` for one in use."""
    if port == 0:
        return
    disable_created_metrics()  # type: ignore[no-untyped-call] # the library has types, but for this
    INFO.info({"version": version("xuncha"), "process": process})
    try:
        start_http_server(port, host, REGISTRY)
    except OSError as e:
        raise UsageError(
            message(
                "metrics cannot be offered at {host}:{port}: {strerror}; each process needs a"
                " {metrics_port} of its own, 0 for none",
                host=host,
                port=port,
                strerror=e.strerror or e,
                metrics_port=field("metrics_port"),
            )
        ) from None
    ProcessCollector(registry=REGISTRY)
