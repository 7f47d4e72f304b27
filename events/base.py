"""What every payload of an event shares."""

from functools import cache
from typing import ClassVar

import msgspec


class Payload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Typed data of one event type, at its newest version.

    `derived` events follow from facts and no fold reads them; a `broadcast` stands once in every partition.
    """

    type: ClassVar[str]
    version: ClassVar[int] = 1
    derived: ClassVar[bool] = False
    broadcast: ClassVar[bool] = False

    @classmethod
    @cache
    def schema_uri(cls) -> str:
        """Return the name and version that `dataschema` holds."""
        return f"urn:xuncha:{cls.type}:{cls.version}"
