"""The console: messages for whoever sits in front of it."""

from io import StringIO
from typing import TextIO

from connectors.notify.channel import DeliveryError, OneDestination
from connectors.notify.message import Message

_STYLES = {
    "alert": "bold yellow",
    "stalled": "bold red",
    "impaired": "bold red",
    "cleared": "green",
    "recovered": "green",
    "restored": "green",
}


class ConsoleChannel(OneDestination):
    """Prints messages to a stream, in colour only where it is a terminal, whatever the environment says."""

    name = "console"
    replays = True

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty()

    def deliver(self, message: Message) -> None:
        """Print a message as one piece, its first line in the colour of its kind."""
        from rich.console import Console  # noqa: PLC0415 (a console for browsers only asks which channels there are)
        from rich.text import Text  # noqa: PLC0415

        headline, *rest = message.text.split("\n")
        text = Text(headline, style=_STYLES.get(message.kind, "bold"))
        text = Text("\n").join([text, *(Text(line) for line in rest)])
        piece = StringIO()
        Console(file=piece, force_terminal=self._coloured, soft_wrap=True).print(text)
        try:
            self._stream.write(self._printable(piece.getvalue()))
            self._stream.flush()
        except (OSError, ValueError) as e:  # a broken pipe, or a stream that was closed
            raise DeliveryError(
                f"the console takes no text: {type(e).__name__}", permanent=True, unknown=False
            ) from None

    def _printable(self, text: str) -> str:
        """Escape what the stream's encoding cannot say, rather than lose the message."""
        encoding = self._stream.encoding or "utf-8"
        return text.encode(encoding, "backslashreplace").decode(encoding)
