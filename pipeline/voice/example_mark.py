"""The mark 示例 before what a home of invented data tells, put there right before it is sent."""

from collections.abc import Callable

from msgspec.structs import replace

from connectors.notify.message import Message
from pipeline.home.folder import Home

MARK = "【示例数据】"


def marked_messages(home: Home, then: Callable[[Message], Message]) -> Callable[[Message], Message]:
    """Return what marks the messages of a home of invented data, behind what `then` puts into them."""

    def complete(message: Message) -> Message:
        message = then(message)
        return replace(message, text=f"{MARK}{message.text}") if home.example_path.exists() else message

    return complete
