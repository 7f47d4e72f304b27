"""All texts that people are told in their language, and whether the catalogue has them.

`python -m tests.messages` writes what is missing into `infra/messages/zh.po`, without a translation, and takes out what
no code says any more. See CONTRIBUTING, "Adding a text".
"""

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from typer.main import get_command

from pipeline.cli.commands import COMMANDS
from pipeline.cli.help_page import OPTIONS, WORDS, paragraphs
from pipeline.cli.library_texts import HEADINGS, HELP, TEMPLATES, USAGE
from pipeline.cli.program import app
from pipeline.home.catalogue import FILE

ROOT = Path(__file__).parents[1]
ROOMS = ("events", "projections", "connectors", "pipeline")
MAKES = {"message", "joined"}
"""Functions whose first argument is a template, or what stands between two texts."""
_WRAP = 110
_SAYS = re.compile(r"[^\W\d_]{2}|[:;,] ")


def collected() -> dict[str, str]:
    """Return every English text with the place where it is said first."""
    found: dict[str, str] = {}
    for place, text in (*templates(), *helps()):
        if has_words(text):
            found.setdefault(text, place)
    return found


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules of the program by name."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def templates() -> Iterator[tuple[str, str]]:
    """Yield the templates of all messages in the code; one that is no literal is an error."""
    for name, tree in modules():
        makes = _imported(tree) & MAKES
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makes:
                template = node.args[0]
                assert isinstance(template, ast.Constant), f"{name}:{node.lineno}: a template is a literal"
                yield name, template.value


def _imported(tree: ast.AST) -> set[str]:
    """Return what a module imports from the module of messages."""
    imports = (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "events.messages")
    return {alias.name for node in imports for alias in node.names}


def helps() -> Iterator[tuple[str, str]]:
    """Yield all that help pages and the command line's library say."""
    yield from (("pipeline/cli/help_page.py", text) for text in (*paragraphs(), *WORDS, *OPTIONS.values()))
    yield from (("pipeline/cli/commands.py", command.does) for command in COMMANDS.values())
    yield from (
        ("pipeline/cli/library_texts.py", text) for text in (*HEADINGS.values(), HELP, USAGE, *TEMPLATES)
    )
    command = get_command(app)
    yield from _helps_of(command, "xuncha")


def _helps_of(command: Any, path: str) -> Iterator[tuple[str, str]]:
    texts = [command.help, command.short_help, command.epilog]
    texts += [getattr(param, "help", None) for param in command.params]
    texts += [getattr(part, "rich_help_panel", None) for part in (command, *command.params)]
    yield from ((path, text) for text in texts if isinstance(text, str) and text)
    for name in sorted(command.list_commands(None)) if hasattr(command, "list_commands") else ():
        yield from _helps_of(command.get_command(None, name), f"{path} {name}")


def has_words(template: str) -> bool:
    """Tell whether there is something to translate in a text beside what is put in: words, or marks between parts."""
    try:
        fixed = "".join(text for text, *_ in string.Formatter().parse(template))
    except ValueError:  # a help text with a brace
        fixed = template
    return _SAYS.search(fixed) is not None


def placeholders(template: str) -> set[tuple[str, str, str]]:
    """Return what a template puts in: name, format and conversion."""
    parts = string.Formatter().parse(template)
    return {(name, spec or "", conversion or "") for _, name, spec, conversion in parts if name is not None}


def catalogue() -> polib.POFile:
    """Return the catalogue as it is."""
    return polib.pofile(str(FILE), wrapwidth=_WRAP) if FILE.exists() else polib.POFile(wrapwidth=_WRAP)


def write() -> None:
    """Bring the catalogue to what the code says, in the order of the rooms."""
    known = {entry.msgid: entry.msgstr for entry in catalogue()}
    made = polib.POFile(wrapwidth=_WRAP)
    made.metadata = {"Language": "zh_CN", "Content-Type": "text/plain; charset=UTF-8"}
    for text, place in collected().items():
        made.append(polib.POEntry(msgid=text, msgstr=known.get(text, ""), occurrences=[(place, "")]))
    made.save(str(FILE))
    left = sum(not entry.msgstr for entry in made)
    sys.stdout.write(f"{len(made)} texts, {left} without a translation\n")


if __name__ == "__main__":
    write()
