"""Reading rulesets and ladders from their files, and the hash by which a manifest names one."""

import hashlib
from typing import TypeVar

import msgspec

from events.messages import joined, message
from projections.rules.faults import ruleset_faults
from projections.rules.ladder_steps import NamedLadder, step_faults
from projections.rules.rulesets import Ruleset, RulesetError

T = TypeVar("T")

_UNHASHED = (b"\n[handling.", b"\n[rectification]")
"""How the sections begin that the hash leaves out."""


def parse_ruleset(text: bytes, *, origin: str) -> Ruleset:
    """Read a ruleset from TOML; raises `RulesetError` naming `origin` and each field that is wrong."""
    ruleset = _decode(text, Ruleset, origin)
    faults: list[str] = [*ruleset_faults(ruleset), *hash_faults(text)]
    if faults:
        raise RulesetError(
            joined("\n", (message("{origin}: {fault}", origin=origin, fault=fault) for fault in faults))
        )
    return ruleset


def parse_ladder(text: bytes, *, origin: str) -> NamedLadder:
    """Read a named ladder from TOML; raises `RulesetError` naming `origin` and each field that is wrong."""
    ladder = _decode(text, NamedLadder, origin)
    faults: list[str] = step_faults(ladder.steps, ladder.patrol_days)
    if not ladder.steps:
        faults.append(message("a ladder has steps; write [[steps]]"))
    if faults:
        raise RulesetError(
            joined("\n", (message("{origin}: {fault}", origin=origin, fault=fault) for fault in faults))
        )
    return ladder


def ruleset_hash(text: bytes) -> str:
    """Return the SHA-256 of a ruleset's bytes before `[handling]` and what stands behind it.

    By it a manifest names a ruleset.
    """
    return hashlib.sha256(_hashed(text)).hexdigest()


def hash_faults(text: bytes) -> list[str]:
    """Return what is wrong with a ruleset whose hash would leave out more than `[handling]` and `[rectification]`."""
    try:
        hashed = msgspec.toml.decode(_hashed(text))
    except (msgspec.DecodeError, ValueError):
        hashed = None
    whole = msgspec.toml.decode(text)
    unhashed = dict.fromkeys(("handling", "rectification"))
    if hashed is None or hashed | unhashed != whole | unhashed:
        return [
            message(
                "[handling] and [rectification] stand last in the file: what follows them is not in the hash"
            )
        ]
    return []


def _hashed(text: bytes) -> bytes:
    """Return the part of a file on which verdicts depend."""
    ends = [at for begin in _UNHASHED if (at := text.find(begin)) >= 0]
    return text[: min(ends)].removesuffix(b"\r") if ends else text


def _decode(text: bytes, kind: type[T], origin: str) -> T:
    try:
        return msgspec.toml.decode(text, type=kind)
    except UnicodeDecodeError:
        raise RulesetError(message("{origin}: is not UTF-8; save it as UTF-8", origin=origin)) from None
    except (
        msgspec.MsgspecError,
        ValueError,
        RecursionError,
    ) as e:  # the last two: numbers, lists without end
        raise RulesetError(message("{origin}: {error}", origin=origin, error=e)) from None
