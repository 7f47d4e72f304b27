"""The sample papers of an invented city, with what a careful clerk would take from each (tests/fixtures/intake)."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from connectors.papers.paper import ReadFile, ReadPage, Record
from connectors.papers.reading import read_paper

FOLDER = Path(__file__).parents[2] / "fixtures" / "intake"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.suffix not in (".json", ".md"))


@cache
def expected(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).with_suffix(".expected.json").read_text("utf-8"))


@cache
def read(name: str) -> ReadFile:
    return read_paper(name, (FOLDER / name).read_bytes(), date.fromisoformat(expected(name)["received"]))


def pages(name: str) -> list[tuple[dict[str, Any], ReadPage]]:
    return [
        (said, page)
        for said, page in zip(expected(name)["pages"], read(name).pages, strict=True)
        if said["read"]
    ]


def records(name: str) -> dict[tuple[str, int], Record]:
    return {(record.page, record.row): record for _, page in pages(name) for record in page.records}
