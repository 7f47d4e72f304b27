"""Waiting for several works at once, and for what may never come."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

import structlog

from connectors.log.port import LogError

STOP_WITHIN_S = 3.0

_log = structlog.get_logger(__name__)


async def all_done(works: Iterable[Awaitable[None]]) -> None:
    """Do works side by side; the error of one does not cut off the others, and is raised after them."""
    ended = await asyncio.gather(*works, return_exceptions=True)
    errors = [e for e in ended if e is not None]
    if errors:
        raise next((e for e in errors if isinstance(e, LogError)), errors[0])


async def stopped(what: str, stopping: Awaitable[Any]) -> None:
    """Stop something within a limit: brokers that are away must not keep the process."""
    try:
        await asyncio.wait_for(stopping, STOP_WITHIN_S)
    except (Exception, asyncio.CancelledError) as e:  # noqa: BLE001 # on the way out, an error changes nothing
        _log.warning("not stopped in good order", what=what, reason=repr(e))
