"""Accounts as people name them: 名称, 名称（平台）, 名称（平台，主办单位）."""

import re
from collections.abc import Mapping
from typing import Protocol

from events.closeness import close_to
from events.facts import RegistryEntry
from events.folding import fold, fold_name, fold_owner
from events.ids import is_made_up
from events.platforms import platform_family, wechat_kind

SHORTEST_START = 6
"""Letters of an id from which it may be cut short."""

_BRACKET = re.compile(r"\s*[（(]([^（()）]+)[)）]\s*$")
_COMMA = re.compile(r"[,，、;；]")


class Titled(Protocol):
    """An account as far as its title goes."""

    @property
    def name(self) -> str: ...
    @property
    def platform(self) -> str: ...
    @property
    def owner(self) -> str: ...


def title(entry: Titled) -> str:
    """Write an account for people."""
    details = "，".join(text for text in (entry.platform, entry.owner) if text)
    return f"{entry.name}（{details}）" if details else entry.name


def real_id(native: str) -> str:
    """Return an id as people are shown it: empty for one that was made up here."""
    return "" if is_made_up(native.rpartition(":")[2]) else native


def accounts_called(text: str, entries: Mapping[str, RegistryEntry]) -> list[str]:
    """Return the accounts that a text names, by account id.

    In a bracket behind the name stand platform and owner, each as anybody writes it. A name that ends with a bracket of
    its own is found where nothing else is. An open question of several stays one: all of them are returned.
    """
    if bracket := _BRACKET.search(text):
        name = fold_name(text[: bracket.start()])
        parts = [part for part in _COMMA.split(bracket[1]) if part.strip()]
        found = [
            account
            for account, entry in entries.items()
            if fold_name(entry.name) == name and all(_speaks_of(part, entry) for part in parts)
        ]
        return found or [account for account, entry in entries.items() if fold(entry.name) == fold(text)]
    name = fold_name(text)
    return [account for account, entry in entries.items() if fold_name(entry.name) == name] if name else []


def accounts_beginning(text: str, handles: Mapping[str, list[str]]) -> list[str]:
    """Return the accounts of which an id begins with a text of six letters or more; `handles` maps ids to accounts."""
    start = fold(text)
    if len(start) < SHORTEST_START:
        return []
    return sorted({a for handle, found in handles.items() if fold(handle).startswith(start) for a in found})


def titles_close_to(text: str, entries: Mapping[str, RegistryEntry], count: int = 3) -> list[str]:
    """Return the accounts that a text comes closest to, as people read them."""
    name = fold_name(_BRACKET.sub("", text))
    by_name: dict[str, list[RegistryEntry]] = {}
    for entry in entries.values():
        by_name.setdefault(fold_name(entry.name), []).append(entry)
    closest = close_to(name, by_name, count)
    return list(dict.fromkeys(title(entry) for found in closest for entry in by_name[found]))[:count]


def _speaks_of(part: str, entry: RegistryEntry) -> bool:
    """Tell whether a word in the bracket is the platform or the owner of an account."""
    kind = wechat_kind(part)
    if platform_family(part) == platform_family(entry.platform):
        return kind in ("", wechat_kind(entry.platform))
    return fold_owner(part) in fold_owner(entry.owner)
