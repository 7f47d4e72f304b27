"""Help of commands and what is wrong with a line, in the language of who reads; beside the options it is English."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any

import typer
from typer.exceptions import TyperException

from pipeline.cli.library_texts import USAGE, as_message, write_headings
from pipeline.cli.reader import in_language

_TEXTS = ("help", "short_help", "epilog", "rich_help_panel")


class ReadersContext(typer.Context):
    """The context of a command whose help is shown in the language of who reads."""

    def get_help(self) -> str:
        """Return the help of the command, or write it where the library does so."""
        write_headings()
        return str(_in_language(self.command, self).get_help(self))

    def get_usage(self) -> str:
        """Return the line on how the command is called."""
        return _usage(self.command, self)


class _TranslatedError(typer.BadParameter):
    """What was wrong with a line, in words that are shown as they are."""

    def format_message(self) -> str:
        return self.message


def let_help_be_read(command: Any) -> None:
    """Have a command and those below it show their help in the language of who reads."""
    command.context_class = ReadersContext
    for below in getattr(command, "commands", {}).values():
        let_help_be_read(below)


@contextmanager
def errors_in_language() -> Iterator[None]:
    """Tell what is wrong with a line, or that somebody gave up, in the language of who reads."""
    try:
        yield
    except (typer.Abort, EOFError):
        write_headings()
        raise
    except TyperException as e:
        write_headings()
        text = as_message(e.format_message(), within=e.message)
        translated = in_language(text)
        if translated == str(text):
            raise
        raise _TranslatedError(translated, getattr(e, "ctx", None)) from None


def _in_language(command: Any, ctx: Any) -> Any:
    """Return a copy of a command whose texts are in the language; the command itself stays."""
    translated = _copied(command)
    translated.get_usage = partial(_usage, command)
    if ctx is not None:
        translated.params = [_copied(param) for param in command.get_params(ctx)]
        translated.add_help_option = False  # it is among the options already
    if hasattr(command, "commands"):
        translated.commands = {name: _in_language(below, None) for name, below in command.commands.items()}
    return translated


def _usage(command: Any, ctx: Any) -> str:
    usage: str = command.get_usage(ctx)
    return usage.replace(USAGE, in_language(USAGE), 1)


def _copied(thing: Any) -> Any:
    made = copy(thing)
    for name in _TEXTS:
        if isinstance(text := getattr(thing, name, None), str) and text:
            setattr(made, name, in_language(text))
    return made
