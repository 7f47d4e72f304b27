"""The golden files: one complete event of each type and version, in the exact bytes of the log."""

from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "golden"
GOLDEN = {file.stem: file.read_bytes() for file in sorted(FOLDER.glob("*.json"))}
"""Bytes by `type.version`; a file that was released is never changed."""


def plain(name: str) -> dict[str, object]:
    """Return a golden event as plain data."""
    return msgspec.json.decode(GOLDEN[name], type=dict[str, object])
