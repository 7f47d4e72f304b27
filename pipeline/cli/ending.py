"""How a command ends whatever happens to it: a sentence and a status, never a traceback."""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from events.messages import message
from pipeline.cli.streams import forget_output
from pipeline.home.errors import UsageError

FAULT = 70  # EX_SOFTWARE of sysexits.h: the program is wrong, not its use
_FRAMES = 12


class EndsQuietly(TyperGroup):
    """Ends a command with 0 once nobody reads on, as in `xuncha accounts list | head -1`."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what it printed is written out here, where a closed pipe can still be met."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            forget_output()
            raise typer.Exit(0) from None


def refuse_other_encodings(words: Sequence[str]) -> None:
    """Refuse words that are not UTF-8, which cannot be stored or shown; the name of a file that is there may be."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            if not os.path.lexists(word):
                raise UsageError(
                    message("{word!r} is not UTF-8; type it again in a terminal that is", word=word)
                ) from None


def unforeseen(error: BaseException) -> str:
    """Return the sentence about an error that nobody has foreseen; a line of the log says where it came from.

    The line has places alone: a message may hold what people typed (design, promise 11).
    """
    import structlog  # noqa: PLC0415 (slow to import, and most commands log nothing)

    from pipeline.home.logs import configure_logs  # noqa: PLC0415 (as above)

    configure_logs()
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    kind = type(error).__name__
    structlog.get_logger(__name__).error(
        "unforeseen", error=kind, at=[f"{_short(f.filename)}:{f.lineno} {f.name}" for f in frames]
    )
    return message(
        "this is a fault of the program ({kind}: {said}); nothing is known of what was left undone, so"
        " look before you repeat the command, and report the line “unforeseen” of the log above",
        kind=kind,
        said=str(error)[:200],
    )


def _short(name: str) -> str:
    """Return a file of a package without the folders that hold packages."""
    parts = Path(name).parts
    return "/".join(parts[-3:])
