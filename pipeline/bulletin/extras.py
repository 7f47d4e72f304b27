"""Reading what an office hands in beside the rows: a TOML file with texts, good practice, demands and deadline."""

from pathlib import Path

import msgspec

from events.bulletin import Extras
from pipeline.errors import UsageError


def read_extras(path: Path) -> Extras:
    """Read extras from TOML; raises `UsageError` naming the file and the field."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Extras)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise UsageError(f"{path}: {e}; extras may have {', '.join(Extras.__struct_fields__)}") from None
    except OSError as e:
        raise UsageError(f"{path}: {e.strerror}") from None
