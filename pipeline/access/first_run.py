"""The first run: a code on the terminal says who may make the first user of a home."""

import hmac
import os
import secrets

from pipeline.access.store import Store
from pipeline.access.user_care import is_empty
from pipeline.home.folder import Home

FILE_NAME = "setup-code"
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without what is read for something else."""

_GROUPS, _LETTERS = 3, 4


def setup_code(home: Home, store: Store) -> str | None:
    """Return the code of the first run, which is made where there is none yet; None where somebody can sign in.

    It lies in a file of the home that only its owner can read, and is removed once somebody can sign in.
    """
    path = home.path / FILE_NAME
    if not is_empty(store):
        path.unlink(missing_ok=True)
        return None
    if not path.exists():
        code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            pass  # another process was faster
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(code)
    return path.read_text("ascii").strip()


def is_code(home: Home, store: Store, given: str) -> bool:
    """Tell whether somebody has the code of the first run."""
    code = setup_code(home, store)
    return bool(code) and hmac.compare_digest(_plain(code or ""), _plain(given))


def _plain(code: str) -> bytes:
    return "".join(c for c in code.upper() if c.isalnum()).encode("utf-8", "replace")
