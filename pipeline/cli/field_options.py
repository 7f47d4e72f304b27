"""Fields that services name, as the options that fill them."""

from events.fields import marked, shown
from pipeline.cli.reader import in_language

_OTHERWISE = {
    "clock_is_right": "`xuncha --clock-is-right ...`",  # it stands before the command
    "description": "--purpose",
    "first_quarter": "--from",
    "kinds": "--kind",
    "last_quarter": "--until",
    "office_name": "--name",
    "office_opinion": "--text",
    "owner_opinion": "--text",
    "scope": "--about",
    "start": "--from",
    "user_name": "--name",
    "view_name": "--name",
}
"""Fields whose option is not the name with dashes."""


def option_of(field: str) -> str:
    """Return the option that fills a field."""
    return _OTHERWISE.get(field) or f"--{field.replace('_', '-')}"


def with_options(text: str) -> str:
    """Return a text of a service as the command line shows it: in the language of who reads, with options."""
    return shown(in_language(text), option_of)


def told(error: BaseException) -> str:
    """Return the message of an error as the command line shows it."""
    return with_options(marked(error))
