"""Reading what an office hands in beside the rows: a TOML file with texts, good practice, demands and deadline."""

from pathlib import Path

from events.bulletin import Extras
from events.messages import joined, message
from pipeline.home.toml_files import read_toml


def read_extras(path: Path) -> Extras:
    """Read extras from TOML; raises `UsageError` naming the file and the field."""
    return read_toml(
        path,
        Extras,
        hint=message("extras may have {struct_fields}", struct_fields=joined(", ", Extras.__struct_fields__)),
    )
