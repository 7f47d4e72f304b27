"""Conditions of lists, with values that are bound by name."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.readmodel.port import Wanted

Part = tuple[str, Mapping[str, Any]]
_LONGEST_NUMBER = 9


def conditions(wanted: Wanted, contains: str, texts: str, more: str = "") -> tuple[str, dict[str, Any]]:
    """Return the condition of a list, with its values; `contains` and `texts` are as `SqlReadModel` has them."""
    parts: list[Part] = [(more, {})] if more else []
    parts += [*_named(wanted), *_with_words(wanted, contains), *_moments(wanted), *_but(wanted, texts)]
    values = {name: value for _, some in parts for name, value in some.items()}
    return f" WHERE {' AND '.join(said for said, _ in parts)}" if parts else "", values


def marks(keys: Sequence[Any], prefix: str) -> tuple[str, dict[str, Any]]:
    """Return the parameters of a list of values, and the values by name; of none, what nothing equals."""
    values = {f"{prefix}{place}": key for place, key in enumerate(keys)}
    return ", ".join(f":{name}" for name in values) or "NULL", values


def _named(wanted: Wanted) -> Iterator[Part]:
    for column, prefix, keys in (
        ("area", "a", wanted.areas),
        ("owner_folded", "o", wanted.owners),
        ("subject", "s", wanted.among),
    ):
        if keys is not None:
            listed, values = marks(keys, prefix)
            yield f"{column} IN ({listed})", values
    for column, value in (("tier", wanted.tier), ("family", wanted.family)):
        if value is not None:
            yield f"{column} = :{column}", {column: value}


def _with_words(wanted: Wanted, contains: str) -> Iterator[Part]:
    for place, word in enumerate(wanted.words):
        # Aside, for the texts alone stand in an index of their own.
        condition = f"subject IN (SELECT subject FROM accounts WHERE {contains}(said, :w{place}) > 0)"  # noqa: S608 (ours)
        values: dict[str, Any] = {f"w{place}": word}
        if word.isascii() and word.isdecimal() and len(word) < _LONGEST_NUMBER:
            numbered = f"subject IN (SELECT subject FROM numbers WHERE number = :n{place})"  # noqa: S608 (ours)
            yield f"({condition} OR {numbered})", {**values, f"n{place}": int(word)}
        else:
            yield condition, values


def _moments(wanted: Wanted) -> Iterator[Part]:
    for condition, name, moment in (
        ("opened_at <= :open_at AND closed_at > :open_at", "open_at", wanted.open_at),
        ("closed_at <= :closed_by", "closed_by", wanted.closed_at),
        ("counted_from >= :since", "since", wanted.counted_since),
        ("(newest_at < :newest OR newest_at IS NULL)", "newest", wanted.newest_before),
        (
            "(counted_from < :before OR counted_from IS NULL)"
            if wanted.uncounted
            else "counted_from < :before",
            "before",
            wanted.counted_before,
        ),
    ):
        if moment is not None:
            yield condition, {name: moment}


def _but(wanted: Wanted, texts: str) -> Iterator[Part]:
    if wanted.but:
        condition = f"subject NOT IN (SELECT value FROM {texts})"  # noqa: S608 (ours)
        yield condition, {"but": json.dumps(list(wanted.but))}
