"""How sites are read and visited, as `[sites]` of the settings writes it."""

from typing import Annotated

import msgspec


class SiteReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Visits and looks at the sites of the registry; without the section the patrol makes none."""

    visits_a_day: Annotated[int, msgspec.Meta(ge=20, le=96)] = 24  # of each home page; twenty have to count
    reference: Annotated[str, msgspec.Meta(pattern=r"^(https?://\S+)?$")] = (
        ""  # a page that is open if our line is
    )
    columns: Annotated[int, msgspec.Meta(ge=1, le=500)] = 60  # pages that a discovery opens
    articles: Annotated[int, msgspec.Meta(ge=0, le=50)] = 5  # of a column that a look opens
    links: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 300  # that a sweep follows
    requests: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 300  # to a site that a look makes
    quota: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = (
        1000  # requests to a site a Chinese day, looks and sweeps
    )
    look_every_days: Annotated[int, msgspec.Meta(ge=0, le=31)] = 1  # home page and columns; 0: by hand alone
    links_every_days: Annotated[int, msgspec.Meta(ge=0, le=31)] = 1  # sweep of links; 0: by hand alone
    hours: Annotated[str, msgspec.Meta(pattern=r"^([01]?[0-9]|2[0-4])-([01]?[0-9]|2[0-4])$")] = (
        "0-24"  # of a Chinese day in which looks and sweeps begin
    )
    pause_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 1.0  # between two requests to one host
    allow_private: bool | tuple[str, ...] = False  # all private networks, or these

    @property
    def first_and_last(self) -> tuple[int, int]:
        """Return the hour from which on looks and sweeps begin, and the one from which on they do not."""
        first, _, last = self.hours.partition("-")
        return int(first), int(last)
