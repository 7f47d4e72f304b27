"""Empty sheets to fill in, one of each kind."""

from pathlib import Path

from connectors.sheets import templates


def write_templates(folder: Path) -> list[Path]:
    """Write an empty workbook of each kind of sheet into a folder, over older ones; returns them."""
    return templates.write_templates(folder)
