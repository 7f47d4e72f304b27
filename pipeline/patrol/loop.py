"""The event loop of the patrol, and how seldom its process looks for garbage."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_GARBAGE_AFTER = (20_000, 20, 20)
"""Little of what looks make is part of a cycle, and every search goes through the plans of all accounts."""


def new_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of uvloop, which is compiled; where there is none, the usual one, which does the same."""
    try:
        import uvloop  # noqa: PLC0415 (not built for every platform)
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Let this process look for garbage seldom meanwhile."""
    before = gc.get_threshold()
    gc.set_threshold(*_GARBAGE_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
