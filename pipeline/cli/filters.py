"""Which rows of a list people ask for: by unit, area, tier and platform of an account, and by a state."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

from events.closeness import nearest
from events.folding import fold
from events.messages import message
from pipeline.cli.option_groups import Filters
from pipeline.home.errors import UsageError
from pipeline.home.registry import Registry, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope, accounts_within

C = TypeVar("C", bound=str)
T = TypeVar("T")


def scope_of(filters: Filters) -> Scope:
    """Return what the options ask for."""
    return Scope(filters.unit, filters.area, filters.platform, filters.tier)


def kept_accounts(
    workspace: Workspace, filters: Filters, registry: Registry | None = None
) -> AbstractSet[str] | None:
    """Return the ids of the accounts that a list is about, None for all, those that nobody knows among them.

    Whoever has no registry at hand leaves it out: it is read where somebody asks for less than all.
    """
    scope = scope_of(filters)
    if scope == Scope():
        return None
    return accounts_within(workspace, registry or registry_now(workspace), scope)


def codes_meant(asked: Sequence[str] | None, words: Mapping[C, str], option: str) -> AbstractSet[C] | None:
    """Return the codes that people mean by codes or Chinese words, None where nobody said any.

    Raises `UsageError` for what is neither, with the nearest of the words.
    """
    if not asked:
        return None
    by_word = {fold(name): code for code, word in words.items() for name in (code, word)}
    meant = set()
    for text in asked:
        if fold(text) not in by_word:
            known = "；".join(f"{word} {code}" for code, word in words.items())
            raise UsageError(
                message(
                    "{option} {text!r} is none{nearest}; there are: {known}",
                    option=option,
                    text=text,
                    nearest=nearest(text, by_word),
                    known=known,
                )
            )
        meant.add(by_word[fold(text)])
    return meant


def rows_with(rows: Sequence[T], asked: str | None, option: str, of: Callable[[T], str]) -> list[T]:
    """Return the rows of which a text is what people said, however it is written; all where nobody said anything.

    Raises `UsageError` where no row has it, with the nearest of those that some row has.
    """
    if asked is None:
        return list(rows)
    kept = [row for row in rows if fold(of(row)) == fold(asked)]
    if rows and not kept:
        raise UsageError(
            message(
                "no row of the list has {option} {said!r}{nearest}",
                option=option,
                said=asked,
                nearest=nearest(asked, {of(row) for row in rows}),
            )
        )
    return kept
