"""All that is wrong with a ruleset somebody writes: every item is looked at, not only up to the first fault."""

from datetime import date, datetime, time
from typing import Any

import msgspec

from events.messages import message
from projections.rules.faults import ruleset_faults
from projections.rules.ladder_steps import Assumption, Step
from projections.rules.reading import hash_faults
from projections.rules.rulesets import (
    Limits,
    PlannedRound,
    Roll,
    Rule,
    Ruleset,
    Weeks,
)

_TABLES: dict[str, type[Any]] = {"freshness": Limits, "weeks": Weeks, "roll": Roll}
_LISTS: dict[str, type[Any]] = {
    "rules": Rule,
    "ladder": Step,
    "assumptions": Assumption,
    "rounds": PlannedRound,
}


def check_ruleset(text: bytes) -> tuple[Ruleset | None, list[str]]:
    """Return the ruleset, None where it is none, and its faults, each with the field or the line it stands at."""
    try:
        raw = msgspec.toml.decode(text)
    except UnicodeDecodeError:
        return None, [message("is not UTF-8; save it as UTF-8")]
    except (msgspec.DecodeError, ValueError, RecursionError) as e:
        return None, [message("is no TOML: {error}", error=e)]
    faults = []
    sound = dict(raw)
    for key, kind in _TABLES.items():
        if key in raw and (fault := _fault(raw[key], kind, f"$.{key}")):
            faults.append(fault)
            sound.pop(key)
    for key, kind in _LISTS.items():
        if isinstance(raw.get(key), list):
            found = [_fault(item, kind, f"$.{key}[{i}]") for i, item in enumerate(raw[key])]
            faults.extend(fault for fault in found if fault)
            sound[key] = [item for item, fault in zip(raw[key], found, strict=True) if not fault]
    if "freshness" not in sound and "freshness" in raw:
        sound["freshness"] = {
            "limit_days": 1,
            "look_max_age_hours": 1,
        }  # told above; the rest is looked at, too
    try:
        ruleset = _convert(sound, Ruleset)
    except msgspec.ValidationError as e:
        return None, [*faults, str(e)]
    if faults:
        return None, faults
    return ruleset, [*ruleset_faults(ruleset), *hash_faults(text)]


def _fault(value: object, kind: type[Any], place: str) -> str | None:
    try:
        _convert(value, kind)
    except msgspec.ValidationError as e:
        text = str(e)
        inner = text.partition(" - at `$")
        return f"{inner[0]} - at `{place}{inner[2].rstrip('`')}`"
    return None


def _convert(value: object, kind: type[Any]) -> Any:
    return msgspec.convert(value, kind, builtin_types=(datetime, date, time), str_keys=True)
