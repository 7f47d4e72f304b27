"""Who may not work on a home while an export is taken in."""

from connectors.kafka.cluster import Cluster
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home


def refuse_notifiers(home: Home) -> None:
    """Refuse an import beside a notifier on Kafka: it has read what was told already, and would not look again."""
    if home.cluster is not None:
        from pipeline.runtime.kafka.lag import NOTIFIER  # noqa: PLC0415 (Kafka's library is slow to import)

        _refuse(home.cluster, NOTIFIER)


def refuse_sinks(home: Home, *, owned: bool) -> None:
    """Refuse to store rows beside a sink that stores rows of the same log: some would stand there twice."""
    if home.cluster is not None:
        from pipeline.runtime.kafka.lag import SINK  # noqa: PLC0415 (Kafka's library is slow to import)

        _refuse(home.cluster, SINK)
    elif not owned:
        raise UsageError(
            message(
                "`xuncha run` owns {path} and fills its history; stop it until the import is done",
                path=home.path,
            )
        )


def _refuse(cluster: Cluster, kind: str) -> None:
    from connectors.kafka.offsets import group_names, read_group  # noqa: PLC0415 (as above)

    names = [name for name in group_names(cluster) if name.startswith(kind)]
    running = [name for name in names if read_group(cluster, name).holders]
    if running:
        raise UsageError(
            message(
                "{running} is running on {bootstrap}; stop it until the import is done",
                running=joined(", ", running),
                bootstrap=cluster.bootstrap,
            )
        )
