"""What a command was given to take in, and where in it a text stands."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from connectors.people.mentions import fold
from connectors.sheets.errors import SheetError


class Given(msgspec.Struct, frozen=True):
    """Texts by option or argument, and files; where a text stands is asked only once it is refused."""

    texts: tuple[tuple[str, str], ...] = ()
    files: tuple[Path, ...] = ()
    command: str = ""  # as people type it, for access logs

    def places(self, text: str, is_meant: Callable[[str], bool]) -> list[str]:
        """Return where a text that is refused stands: option, or file with row and column, line or cell.

        Facts put words of their own around what was typed: then `is_meant` says which part of the text it was. Empty
        where it stands nowhere, as a text that the registry had before.
        """
        wanted = fold(text)
        for option, given in self.texts:
            folded = fold(given)
            if folded and (wanted in folded or folded in wanted) and is_meant(given):
                return [option]
        return [place for path in self.files for place in _places_in(path, wanted)]


NOTHING = Given()


def _places_in(path: Path, wanted: str) -> Iterator[str]:
    from connectors.sheets.places import cells_holding  # noqa: PLC0415 (slow to import, needed for a refusal)

    try:
        if path.suffix.lower() == ".toml":
            lines = path.read_text("utf-8").splitlines()
            yield from (f"{path}, line {n}" for n, line in enumerate(lines, start=1) if wanted in fold(line))
        else:
            yield from (f"{path}, {place}" for place in cells_holding(path, wanted))
    except (OSError, UnicodeDecodeError, SheetError):
        return
