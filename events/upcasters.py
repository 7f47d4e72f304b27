"""Old versions of event types, lifted to their next: plain data in, plain data out."""

import re
from typing import Any

from events.evidence import SECRETS
from events.finding import SEPARATE_CASE


def unchanged(data: dict[str, Any]) -> dict[str, Any]:
    """Lift to a version that only knows more fields or words."""
    return data


def patrolled_with_reach(data: dict[str, Any]) -> dict[str, Any]:
    """Lift a look that named the oldest post only on the first look of its source.

    Where it brought nothing new it covers on from the look before it; where it did, nobody knows whether older items
    had dropped out of the list in between (design section 3, Old looks).
    """
    lifted = {key: value for key, value in data.items() if key != "covers_from"}
    if data.get("covers_from") is not None:
        return lifted | {"shows_from": data["covers_from"]}
    carries_on = data.get("complete_from") is None and not data.get("new_posts", 0)
    return lifted | {"carries_on": carries_on}


def seeded_by_its_plan(data: dict[str, Any]) -> dict[str, Any]:
    """Lift an announcement whose plan has a seed in every case; one that said none had 0."""
    return {**data, "sample": {"seed": 0, **data["sample"]}}


_CASE_NUMBER = re.compile(r"(?!.*://)\S{1,64}")


def secrets_as_separate_case(data: dict[str, Any]) -> dict[str, Any]:
    """Lift a finding from when state secrets had their rule, finder, note and reference in the log.

    A reference that is no number of a case, or a link, is left behind with them.
    """
    if data.get("rule") != SECRETS:
        return data
    left = {key: value for key, value in data.items() if key not in ("finder", "note", "evidence")}
    references = (e.get("reference", "") for e in data.get("evidence", ()))
    numbers = [number for number in references if _CASE_NUMBER.fullmatch(number)]
    return {**left, "rule": SEPARATE_CASE, **({"case_number": numbers[0]} if numbers else {})}


def with_destination(data: dict[str, Any]) -> dict[str, Any]:
    """Lift the outcome of a message from when each channel had one destination, which is called as the channel."""
    return {**data, "destination": data["channel"]}
