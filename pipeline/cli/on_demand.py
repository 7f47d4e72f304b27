"""Commands are imported once somebody calls them: together they take longer than most of them run."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.main import get_group

from pipeline.cli.commands import COMMANDS
from pipeline.cli.ending import EndsQuietly
from pipeline.cli.help_page import help_page
from pipeline.cli.shown_help import ReadersContext, errors_in_language, let_help_be_read


class OnDemand(EndsQuietly):
    """The group of all commands; knows their names, and imports what one of them needs."""

    context_class = ReadersContext

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the words before a command."""
        with errors_in_language():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with errors_in_language():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, None where there is none of this name."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            part = typer.Typer()
            part.callback()(_nothing)  # a group even of one command
            for module in COMMANDS[cmd_name].modules:
                import_module(f"pipeline.cli.{module}").register(part)
            added = get_group(part).commands
            for command in added.values():
                let_help_be_read(command)
            self.commands.update(added)
        _configure_logs()
        return super().get_command(ctx, cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of all commands, for which none is imported."""
        del ctx
        formatter.write(help_page())

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a line; a word that is none is told with those that are like it."""
        if args and args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)


def _configure_logs() -> None:
    """Set up the logs of a command whose modules log; the library takes as long to import as all the rest of most."""
    if "structlog" in sys.modules:
        from pipeline.home.logs import configure_logs  # noqa: PLC0415 (imports it)

        configure_logs()


def _nothing() -> None:
    """Do nothing before a command."""
