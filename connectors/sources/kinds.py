"""The one list of kinds of sources: what each is called, proves and needs, and how one is built from settings."""

import difflib
from collections.abc import Callable, Mapping
from datetime import timedelta, tzinfo
from typing import Any

import msgspec

from connectors.sources.feed_url import FeedByUrl, FeedOptions
from connectors.sources.kind import SourceKind
from events.instants import SHANGHAI
from events.messages import message


class KindError(ValueError):
    """A kind of source that does not exist, or settings that it cannot work with."""


class Setting(msgspec.Struct, frozen=True):
    """What a kind is built from; secrets by their names, already fetched from where the settings point."""

    options: Any  # an instance of `Kind.options`
    secrets: Mapping[str, str]
    zone: tzinfo = SHANGHAI  # of times that name none


class Kind(msgspec.Struct, frozen=True):
    """One way to look at accounts, as settings, `sources check` and the documents know it."""

    name: str
    title: str  # Chinese, for people
    preference: int  # 1 is asked for first; of two kinds that show an account the smaller one is better
    options: type[msgspec.Struct]
    build: Callable[[Setting], SourceKind]
    secrets: tuple[str, ...] = ()  # names of the secrets that it needs
    may_take: tuple[str, ...] = ()  # names of those that it takes where they are given
    borrows_login: bool = False  # somebody's personal log-in: off until the office decides so by name
    can_prove_silence: bool = False  # shows all that an account publishes; else `proves_silence` is refused
    lag: timedelta = timedelta(0)  # unless the settings say another
    list_length: int | None = None  # items that its lists hold at most, where that is known


KINDS: tuple[Kind, ...] = (
    Kind(
        name="feed",
        title="公开的订阅源（RSS、Atom、JSON Feed）",
        preference=5,
        options=FeedOptions,
        build=lambda setting: FeedByUrl(zone=setting.zone),
        can_prove_silence=True,
        lag=timedelta(hours=24),
    ),
)
"""Every kind, in order of preference."""


def kind_named(name: str) -> Kind:
    """Return the kind of a name; raises `KindError` that tells the nearest one."""
    names = [kind.name for kind in KINDS]
    if name in names:
        return KINDS[names.index(name)]
    if near := difflib.get_close_matches(name, names, n=1):
        raise KindError(message("no kind of source {name!r}; did you mean {near}?", name=name, near=near[0]))
    raise KindError(
        message("no kind of source {name!r}; there are {names}", name=name, names=", ".join(names))
    )


def build(
    name: str,
    options: Mapping[str, object] | None = None,
    secrets: Mapping[str, str] | None = None,
    zone: tzinfo = SHANGHAI,
) -> SourceKind:
    """Build a kind from its settings, as TOML has them; raises `KindError` and names the setting that is wrong."""
    kind, given = kind_named(name), dict(secrets or {})
    try:
        read = msgspec.convert(dict(options or {}), kind.options)
    except msgspec.ValidationError as error:
        raise KindError(message("settings of the kind {name}: {error}", name=name, error=error)) from None
    if missing := [secret for secret in kind.secrets if not given.get(secret)]:
        raise KindError(
            message("the kind {name} needs secrets: {missing}", name=name, missing=", ".join(missing))
        )
    if unknown := sorted(given.keys() - {*kind.secrets, *kind.may_take}):
        raise KindError(
            message("the kind {name} takes no such secrets: {unknown}", name=name, unknown=", ".join(unknown))
        )
    return kind.build(Setting(read, given, zone))
