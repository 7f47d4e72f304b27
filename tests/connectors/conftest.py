"""Sheets as people make them: written by the library for workbooks, byte by byte for CSV."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

WriteCsv = Callable[..., Path]
WriteXlsx = Callable[..., Path]


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    def write(*lines: str, encoding: str = "utf-8", name: str = "sheet.csv", newline: str = "\r\n") -> Path:
        path = tmp_path / name
        path.write_bytes(newline.join([*lines, ""]).encode(encoding))
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> WriteXlsx:
    def write(
        *rows: Sequence[object], change: Callable[[Worksheet], None] | None = None, name: str = "sheet.xlsx"
    ) -> Path:
        workbook = Workbook()
        page = workbook.worksheets[0]
        for row in rows:
            page.append(list(row))
        if change is not None:
            change(page)
        path = tmp_path / name
        workbook.save(path)
        return path

    return write
