"""What the program answers over the city of the guide for offices, frozen: code may move, answers may not.

`python -m tests.net` writes `tests/net.json` again; an answer that changes on purpose has its line in CHANGELOG.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.pipeline.program import xuncha

FILE = Path(__file__).with_suffix(".json")
ROUND = "jiangcheng-2023Q1"
CHECK_POINT = "2023-02-20T23:59:59+08:00"
LISTS = (
    "accounts list",
    "accounts show a07",
    "accounts responsible a07",
    "alerts",
    f"bulletin figures {ROUND}",
    f"bulletin show {ROUND}",
    "claims list",
    "counterfeits list",
    "dead-letters list",
    "evidence verify",
    f"explain a08 --check-point {CHECK_POINT}",
    "filings late",
    "filings list",
    "findings list",
    "focus history",
    "focus list --on 2023-02-21",
    "people access",
    "people list",
    "registry check",
    f"reports due --quarter 2023Q1 --check-point {CHECK_POINT}",
    "round list",
    f"round show {ROUND}",
    "rounds",
    "rulesets ladders",
    "rulesets list",
    "rulesets show national-2019-19@1",
    "sources",
    f"status --check-point {CHECK_POINT}",
    "units list",
    "units tree",
    "upper-checks list",
)
"""Each command that reads, without `--json`."""

VARIES = "<varies>"
"""Stands for a leaf that two builds of one city do not have in common: moments of today, and what is made of them."""


def answers(home: Path) -> dict[str, Any]:
    """Return status and JSON of each command."""
    found = {}
    for line in LISTS:
        answer = xuncha(home, *line.split(), "--json")
        found[line] = {"status": answer.status, "json": json.loads(answer.out or "null"), "error": answer.err}
    return found


def differences(frozen: Any, found: Any, path: str = "") -> Iterator[str]:
    """Yield where an answer is not what is frozen."""
    if frozen == VARIES and not isinstance(found, dict | list):
        return
    if isinstance(frozen, dict) and isinstance(found, dict):
        if list(frozen) != list(found):
            yield f"{path}: keys {list(frozen)} became {list(found)}"
            return
        for key in frozen:
            yield from differences(frozen[key], found[key], f"{path}.{key}")
    elif isinstance(frozen, list) and isinstance(found, list) and len(frozen) == len(found):
        for n, (before, now) in enumerate(zip(frozen, found, strict=True)):
            yield from differences(before, now, f"{path}[{n}]")
    elif frozen != found:
        yield f"{path}: {frozen!r} became {found!r}"


def masked(first: Any, second: Any) -> Any:
    """Return what two builds have in common."""
    if isinstance(first, dict) and isinstance(second, dict) and list(first) == list(second):
        return {key: masked(first[key], second[key]) for key in first}
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [masked(a, b) for a, b in zip(first, second, strict=True)]
    return first if first == second else VARIES


def freeze(build: Callable[[Path], Path]) -> None:
    """Write the answers over two cities that `build` makes, each in a folder of its own."""
    found = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            before = Path.cwd()
            os.chdir(folder)
            found.append(answers(build(Path(folder))))
            os.chdir(before)
    FILE.write_text(json.dumps(masked(*found), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    from tests.test_office_guide import follow_guide

    freeze(lambda folder: follow_guide(folder)[0])
