"""The brokers' administration, and what their errors are turned into."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import stamina
from kafka.admin import KafkaAdminClient
from kafka.errors import BrokerResponseError, KafkaError, RetriableError
from kafka.net.compat import KafkaNetClient

from connectors.kafka.cluster import PATIENCE_MS, REACH_S, RECONNECT_MS, Cluster, ClusterError
from events.messages import joined, message

T = TypeVar("T")
_PAUSE_S = 0.1


@contextmanager
def broker_errors(cluster: Cluster) -> Iterator[None]:
    """Turn the client's errors into one that says which brokers, and what to look at."""
    try:
        yield
    except KafkaError as e:
        # Who got an answer need not look for the brokers.
        advice = (
            ""
            if isinstance(e, BrokerResponseError)
            else message("; are the brokers up, and is this their address?")
        )
        raise ClusterError(
            message(
                "Kafka at {bootstrap}: {error}{advice}", bootstrap=cluster.bootstrap, error=e, advice=advice
            )
        ) from e


@contextmanager
def admin(cluster: Cluster) -> Iterator[KafkaAdminClient]:
    """Open the brokers' administration; raises `ClusterError` where they do not answer."""
    with broker_errors(cluster), closing(open_client(KafkaAdminClient, cluster)) as client:
        yield client


def is_passing(error: Exception) -> bool:
    """Tell whether brokers answered that they will be ready: a coordinator that moves, a log that is being made."""
    cause = error.__cause__
    return isinstance(cause, RetriableError) and isinstance(cause, BrokerResponseError)


patiently = stamina.retry(on=is_passing, attempts=None, timeout=20.0, wait_initial=0.1, wait_max=1.0)
"""Repeats a question to the administration while brokers say that they will be ready."""


def _require_somebody(cluster: Cluster) -> None:
    """Raise `ClusterError` where none of the addresses takes a connection; the client would try for longer."""
    deadline = time.monotonic() + REACH_S
    refused: dict[str, str] = {}
    while (left_s := deadline - time.monotonic()) > 0:
        for address in cluster.bootstrap.split(","):
            host, _, port = address.strip().rpartition(":")
            try:
                socket.create_connection((host.strip("[]"), int(port)), left_s / 2).close()
            except ValueError:
                raise ClusterError(
                    message("Kafka at {bootstrap}: an address is HOST:PORT", bootstrap=cluster.bootstrap)
                ) from None
            except OSError as e:
                refused[address] = e.strerror or str(e)
            else:
                return
        time.sleep(_PAUSE_S)
    reasons = joined(", ", sorted(set(refused.values())))
    raise ClusterError(
        message(
            "Kafka at {bootstrap}: {reasons}; are the brokers up, and is this their address?",
            bootstrap=cluster.bootstrap,
            reasons=reasons,
        )
    )


def open_client(kind: Callable[..., T], cluster: Cluster, **config: Any) -> T:
    """Open a consumer or an administration; one that finds no brokers would leave its thread and sockets behind.

    Raises `ClusterError`.
    """
    _require_somebody(cluster)
    networks: list[KafkaNetClient] = []

    def network(**of_client: Any) -> KafkaNetClient:
        networks.append(KafkaNetClient(**of_client))
        return networks[-1]

    try:
        with broker_errors(cluster):
            return kind(
                bootstrap_servers=cluster.bootstrap.split(","),
                bootstrap_timeout_ms=PATIENCE_MS,
                reconnect_backoff_max_ms=RECONNECT_MS,
                kafka_client=network,
                **config,
            )
    except BaseException:
        for opened in networks:
            opened.close()
            opened._manager._net.stop()  # noqa: SLF001 (as the client's own `close` does)
        raise
