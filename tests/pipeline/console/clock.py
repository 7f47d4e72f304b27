"""The clock of a test: what the program takes for now, so that a city has a past that was recorded when it happened."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

_ROOMS = ("pipeline.", "connectors.")


class _Clock(type):
    """The class of a stand-in for `datetime` that differs in `now` alone; what it makes are plain datetimes."""

    at: datetime

    def __call__(cls, *words: Any, **options: Any) -> datetime:
        return datetime(*words, **options)  # noqa: DTZ001 (the caller says the zone)

    def __getattr__(cls, name: str) -> Any:
        return getattr(datetime, name)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, datetime)


@contextmanager
def clock_at(at: datetime) -> Iterator[None]:
    """Let `datetime.now` of every module of the program that is loaded say one moment."""

    class Then(metaclass=_Clock):
        @staticmethod
        def now(tz: Any = None) -> datetime:
            return at.astimezone(tz) if tz is not None else at.astimezone().replace(tzinfo=None)

    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith(_ROOMS) and getattr(module, "datetime", None) is datetime:
                stack.enter_context(patch.object(module, "datetime", Then))
        yield
