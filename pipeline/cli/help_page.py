"""The page of `xuncha --help`: written from tables, so that whoever asks what there is does not wait for libraries."""

import re
import shutil
import unicodedata
from collections.abc import Iterator

from pipeline.cli.commands import COMMANDS
from pipeline.cli.reader import in_language

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

WORDS = ("Usage: xuncha [OPTIONS] COMMAND [ARGS]...", "Options:", "Commands:")
"""The other texts of the page."""

_NARROWEST, _WIDEST = 60, 120

_CHARACTER = r"[\u3400-\u9fff][，。；：、！？）》”]*"
_PIECE = re.compile(rf"{_CHARACTER}|[^\u3400-\u9fff]+")
"""What stays on one line: a Chinese character with the marks behind it, or what stands between two of them."""


def help_page(columns: int | None = None) -> str:
    """Return the page for a terminal so many columns wide; by default this one."""
    width = max(_NARROWEST, min(_WIDEST, columns or shutil.get_terminal_size().columns))
    usage, options, commands = map(in_language, WORDS)
    lines = [usage, ""]
    for paragraph in paragraphs():
        lines += [*_wrapped(in_language(paragraph), width), ""]
    lines += [options, *_rows(OPTIONS, width), ""]
    lines += [commands, *_rows(_commands(), width)]
    return "\n".join(lines) + "\n"


def paragraphs() -> list[str]:
    """Return what the page says first."""
    return [paragraph.replace("\n", " ") for paragraph in ABOUT.strip().split("\n\n")]


def _commands() -> dict[str, str]:
    """Return what each command does, without former names."""
    return {name: command.does for name, command in COMMANDS.items() if not command.now}


def _rows(rows: dict[str, str], width: int) -> Iterator[str]:
    indent = 4 + max(map(len, rows))
    for name, text in rows.items():
        first, *more = _wrapped(in_language(text), width - indent)
        yield f"  {name:{indent - 2}}{first}"
        yield from (" " * indent + line for line in more)


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text between words, or Chinese characters, into lines of so many columns; such a character takes two."""
    lines = [""]
    for word in text.split():
        gap = " "
        for piece in _PIECE.findall(word):
            longer = f"{lines[-1]}{gap}{piece}".lstrip()
            if _columns(longer) > width and lines[-1]:
                lines.append(piece)
            else:
                lines[-1] = longer
            gap = ""
    return lines


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
