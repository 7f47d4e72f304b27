"""Every command that only asks, with arguments for the city of the guide, and what a log was before and after."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from connectors.log.port import DERIVED, FACTS, Log
from pipeline.cli.commands import COMMANDS
from pipeline.home.folder import Home
from tests.net import CHECK_POINT, ROUND
from tests.pipeline.program import Answer, xuncha

READING = tuple(f"{name} {word}".strip() for name, command in COMMANDS.items() for word in command.reads)
FAULT = 70

_AT = f"--check-point {CHECK_POINT}"
_ARGUMENTS = {
    "accounts show": "a07",
    "accounts responsible": "a07",
    "bulletin check": f"{ROUND} --out FOLDER/bulletin",
    "bulletin figures": ROUND,
    "bulletin show": ROUND,
    "bulletin templates": "FOLDER/read-templates",
    "changes": "--since 2023-02-20",
    "dead-letters show": "1",
    "diff": "RUN RUN",
    "emergencies show": "a07",
    "explain": f"a08 {_AT}",
    "export": "FOLDER/read-export",
    "filings form": "FOLDER/read-form.docx --owner 甲区生态环境局",
    "focus watch": _AT,
    "key-period report": "2023年全国两会 --on 2023-03-05",
    "people show": "p1 --reason 核对 --role officer",
    "registry export-national": "FOLDER/read-national.xlsx",
    "registry reconcile": "FOLDER/read-national.xlsx",
    "reports due": f"--quarter 2023Q1 {_AT}",
    "reposts praise": "--quarter 2023Q1",
    "reposts show": "转载〔2023〕3号",
    "reposts suggest": "转载〔2023〕3号",
    "round show": ROUND,
    "rulesets check": "FOLDER/no-ruleset.toml",
    "rulesets show": "national-2019-19@1",
    "sites facts": "www.example.gov.cn",
    "sites result": "2023Q1",
    "sites show": f"www.example.gov.cn {_AT}",
    "sites status": _AT,
    "sites verify": "2023Q1",
    "status": _AT,
    "templates": "FOLDER/read-sheets",
    "verify": "RUN",
}


def line_of(command: str, folder: Path, run: str) -> list[str]:
    """Return the words of a reading command; where a home has none of what it asks for, it says so."""
    if command == "sql":
        return [command, "SELECT count() FROM records"]
    arguments = _ARGUMENTS.get(command, "").replace("FOLDER", str(folder)).replace("RUN", run)
    return [*command.split(), *arguments.split()]


def state_of(log: Log) -> tuple[Any, ...]:
    """Return where both topics of a log end, and its dead letters."""
    return *(log.end_offsets(topic) for topic in (FACTS, DERIVED)), log.letters()


def writing(home: Path, folder: Path, run: str = "5f0c") -> Iterator[tuple[str, Answer]]:
    """Yield each reading command that left another log than it found, or ended by a fault, with what it said."""
    with closing(Home(home).open_log()) as log:
        before = state_of(log)
        for command in READING:
            answer = xuncha(home, *line_of(command, folder, run))
            if (after := state_of(log)) != before or answer.status == FAULT:
                yield command, answer
            before = after
