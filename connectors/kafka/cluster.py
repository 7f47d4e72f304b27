"""Where a log on Kafka lives: the brokers, and the names of its topics and groups."""

import msgspec

from events.fields import FieldsError

PATIENCE_MS = 5_000
"""How long a command waits for brokers that do not answer."""

REACH_S = 2.0
"""How long it waits where nobody even takes a connection: nothing runs there, or it is being started again."""

RECONNECT_MS = 1_000
"""The longest pause before a broker that was away is tried again; the clients' own default is half a minute."""

FOLD_STATES = "fold-states"
"""Compacted: the states of the folds, with the position they have applied."""

NOTIFIED = "notified"
"""Compacted: what each channel took, with the position up to which it was told."""

DEAD_LETTERS = "dead-letters"
"""What could not be read; one partition."""


class Cluster(msgspec.Struct, frozen=True):
    """The brokers, and the prefix that sets the topics of one log apart from those of others."""

    bootstrap: str  # HOST:PORT, more than one separated by commas
    prefix: str = "xuncha"

    def topic(self, name: str) -> str:
        """Return the topic that holds `facts`, `derived`, ..."""
        return f"{self.prefix}.{name}"

    def group(self, name: str) -> str:
        """Return the consumer group of a kind of process."""
        return f"{self.prefix}.{name}"


class ClusterError(FieldsError):
    """The brokers cannot do what was asked; says why and what to do."""
