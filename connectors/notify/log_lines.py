"""The console of a process whose output is read by machines: messages as lines of its structured log."""

import structlog

from connectors.notify.channel import OneDestination
from connectors.notify.message import Message

_log = structlog.get_logger(__name__)


class LogChannel(OneDestination):
    """Writes each message as one line of the log, whatever form the log has."""

    name = "console"
    replays = True

    def deliver(self, message: Message) -> None:
        """Log a message; it counts as taken, as every other line does."""
        _log.info(
            "message",
            message_id=str(message.id),
            kind=message.kind,
            at=message.at.isoformat(),
            account_id=message.account_id,
            name=message.name,
            owner=message.owner,
            level=message.level,
            audience=message.audience,
            replay=message.replay,
            text=message.text,
        )
