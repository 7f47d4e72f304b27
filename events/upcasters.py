"""Old versions of event types, lifted to their next: plain data in, plain data out."""

from typing import Any


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


def with_destination(data: dict[str, Any]) -> dict[str, Any]:
    """Lift the outcome of a message from when each channel had one destination, which is called as the channel."""
    return {**data, "destination": data["channel"]}
