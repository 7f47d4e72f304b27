"""Files of a home whose facts are invented say so, whoever writes them."""

from pathlib import Path

from connectors.documents.example_marking import as_example
from pipeline.home.folder import Home

__all__ = ["as_example", "mark_file", "marked"]


def marked(home: Home, content: bytes) -> bytes:
    """Return what is written of a home, with the mark above its pages where the home is an example."""
    return as_example(content) if home.example_path.exists() else content


def mark_file(home: Home, path: Path) -> None:
    """Put the mark above the pages of a file that was written of a home, where the home is an example."""
    content = path.read_bytes()
    if (told := marked(home, content)) != content:
        path.write_bytes(told)
