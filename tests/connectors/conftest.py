"""Sheets as people make them, written by the library for workbooks or byte by byte; and HTTP endpoints by script."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.connectors.endpoint import Answer, Endpoint

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


@pytest.fixture
def endpoint() -> Iterator[Callable[..., Endpoint]]:
    """Start endpoints that answer by script; all are stopped after the test."""
    started: list[Endpoint] = []

    def start(*answers: Answer, host: str = "127.0.0.1") -> Endpoint:
        started.append(Endpoint(*answers, host=host))
        return started[-1]

    yield start
    for each in started:
        each.stop()
