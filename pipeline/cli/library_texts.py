"""What the library of the command line says by itself: the headings of its pages, and what is wrong with a line.

It writes its sentences before it raises them, so they are found again by their form.
"""

import re
from functools import cache

from events.messages import Message
from pipeline.cli.reader import in_language

HEADINGS = {
    "ABORTED_TEXT": "Aborted.",
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "COMMANDS_PANEL_TITLE": "Commands",
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "ERRORS_PANEL_TITLE": "Error",
    "OPTIONS_PANEL_TITLE": "Options",
    "REQUIRED_LONG_STRING": "[required]",
    "RICH_HELP": "Try [blue]'{command_path} {help_option}'[/] for help.",
}
"""Texts of its pages, by the names under which the library keeps them."""

HELP = "Show this message and exit."
USAGE = "Usage:"

TEMPLATES = (
    "Invalid value for {where}: {problem}",
    "Invalid value: {problem}",
    "Missing argument {name}.",
    "Missing option {name}.",
    "Missing command.",
    "No such option: {name} (Possible options: {options})",
    "No such option: {name}",
    "No such command {name}. Did you mean {names}?",
    "No such command {name}.",
    "Got unexpected extra argument(s) ({words})",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "{value} is not one of {choices}.",
    "Value {value} is not a valid {kind}.",
    "file {path} does not exist.",
    "file {path} is a directory.",
    "file {path} is not readable.",
    "dir {path} does not exist.",
    "dir {path} is a file.",
    "dir {path} is not readable.",
    "path {path} does not exist.",
    "path {path} is not readable.",
)
"""Sentences of the library, the more exact one first; a test compares them with what it says."""

_PUT_IN = re.compile(r"\\\{([a-z]+)\\\}")


def as_message(sentence: str, within: str = "") -> str:
    """Return a sentence of the library as a message, which can be told in another language; others as they are.

    `within` is a text of ours that the library may have put into its own.
    """
    if isinstance(within, Message) and sentence == within:
        return within
    for template, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            values = found.groupdict()
            return Message(template, {name: as_message(value, within) for name, value in values.items()})
    return sentence


def write_headings() -> None:
    """Have the library write the headings of its next page in the language of who reads."""
    from typer import rich_utils  # noqa: PLC0415 (slow to import, and most commands show no page of the library)

    for name, text in HEADINGS.items():
        setattr(rich_utils, name, in_language(text))


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(t, re.compile(_PUT_IN.sub(r"(?P<\1>.+?)", re.escape(t)), re.DOTALL)) for t in TEMPLATES]
