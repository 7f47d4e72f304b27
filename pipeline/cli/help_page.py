"""The page of `xuncha --help`: written from tables, so that whoever asks what there is does not wait for libraries."""

import shutil
import unicodedata
from collections.abc import Iterator

from pipeline.cli.commands import COMMANDS

ABOUT = """巡查 xuncha: watches government accounts on other people's platforms, warns before one goes stale,
and proves each quarter's verdicts.

Begin with: xuncha init; xuncha accounts import accounts.csv; xuncha polls replay polls/; xuncha run --until-idle;
xuncha status --check-point 2021-06-17T15:24:25+08:00
"""

OPTIONS = {
    "--home FOLDER": "Folder of this xuncha. [XUNCHA_HOME; default: .xuncha]",
    "--kafka HOST:PORT": "Brokers of a log on Kafka. [XUNCHA_KAFKA]",
    "--clickhouse URL": "Server of a history on ClickHouse. [XUNCHA_CLICKHOUSE]",
    "--clock-is-right": "Write, however far the clock is ahead of the newest record (max_clock_gap_days).",
    "--install-completion": "Install completion for the current shell.",
    "--show-completion": "Show completion for the current shell, to copy it or customize the installation.",
    "--help": "Show this page; behind a command: show its own.",
}
"""Options before a command, and what they do."""

_NARROWEST, _WIDEST = 60, 120


def help_page(columns: int | None = None) -> str:
    """Return the page for a terminal so many columns wide; by default this one."""
    width = max(_NARROWEST, min(_WIDEST, columns or shutil.get_terminal_size().columns))
    lines = ["Usage: xuncha [OPTIONS] COMMAND [ARGS]...", ""]
    for paragraph in ABOUT.strip().split("\n\n"):
        lines += [*_wrapped(paragraph.replace("\n", " "), width), ""]
    lines += ["Options:", *_rows(OPTIONS, width), ""]
    lines += ["Commands:", *_rows(_commands(), width)]
    return "\n".join(lines) + "\n"


def _commands() -> dict[str, str]:
    """Return what each command does, without former names."""
    return {name: command.does for name, command in COMMANDS.items() if not command.now}


def _rows(rows: dict[str, str], width: int) -> Iterator[str]:
    indent = 4 + max(map(len, rows))
    for name, text in rows.items():
        first, *more = _wrapped(text, width - indent)
        yield f"  {name:{indent - 2}}{first}"
        yield from (" " * indent + line for line in more)


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text between words into lines of so many columns; a Chinese character takes two."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if _columns(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
