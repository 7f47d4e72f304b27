"""Sources of the patrol as `[[source]]` of the settings writes them; `pipeline/patrol/configured.py` checks them."""

from typing import Annotated, Any

import msgspec

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Hours = Annotated[str, msgspec.Meta(pattern=r"^([01]?[0-9]|2[0-4])-([01]?[0-9]|2[0-4])$")]
_Duration = Annotated[str, msgspec.Meta(pattern=r"^(0|[0-9]{1,7}[smhd])$")]
_Reference = Annotated[str, msgspec.Meta(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$")]


class PatrolSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One source: how it looks, at which accounts, how often, and what its looks prove."""

    name: _Name  # for ever: facts carry it
    kind: str
    # which accounts: those of the registry that fit all of these, and have an address
    platforms: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    template: str = ""  # of addresses, with {native_id}
    addresses: str = ""  # a CSV or sheet with account and address, beside the settings
    accounts: dict[str, str] = {}  # account to address
    # how often
    quota: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] | None = None  # requests a Chinese day
    hours: _Hours = "0-24"  # of a Chinese day in which it looks
    pause_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 1.0  # between looks at one host
    at_once: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1  # looks at one host side by side
    # what a look proves
    zone: str = "Asia/Shanghai"  # of times that name none
    lag: _Duration | None = None  # it may show posts this late; None: as its kind does
    proves_silence: bool | None = None  # None: as its kind does
    canaries: tuple[str, ...] = ()  # accounts known to post daily
    list_length: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = (
        None  # items that a list holds at most
    )
    # how it may connect
    secrets: dict[str, _Reference] = {}  # env:NAME or file:PATH
    push: _Reference | None = None  # the secret that pushes are signed with; None: it takes none
    allow_private: bool | tuple[str, ...] = False  # all private networks, or these
    robots: bool = True  # ask robots.txt; false for a reader that the office runs itself
    timeout_s: Annotated[float, msgspec.Meta(ge=1, le=120)] = 30.0  # of a whole look
    options: dict[str, Any] = {}  # of the kind
