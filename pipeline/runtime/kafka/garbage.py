"""How often a process that makes many records looks for cycles among them."""

import gc

_AFTER = (100_000, 20, 100)


def look_seldom() -> None:
    """Look for garbage in cycles after 100,000 new objects instead of 700, in this process from now on.

    Next to nothing of what is made of records is part of a cycle, and every look goes through all that is young: the
    records in hand above all.
    """
    gc.set_threshold(*_AFTER)
