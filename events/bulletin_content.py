"""Everything that the documents of one bulletin say, before any template puts it into words."""

from datetime import datetime

import msgspec

from events.beside import BesideAccounts
from events.bulletin import Edition, Extras, Imprint, Override
from events.figures import AnnexRow, Figures, Finish, InternalRow, NamedAccount, Provenance, Series


class BulletinContent(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of a bulletin; all of its numbers are in `figures`, all of its lists follow from the same rows."""

    title: str
    area: str
    quarter: str
    period_start: datetime  # findings from here up to the check point count
    edition: Edition
    basis: tuple[str, ...]  # what the check rests on; empty: nobody said it
    tiers_whole: tuple[str, ...]
    provenance: Provenance
    figures: Figures
    labels: dict[str, str]  # of figures
    named: dict[
        str, tuple[NamedAccount, ...]
    ]  # accounts of a figure, in the order of its parts where it has some
    annex: tuple[AnnexRow, ...]
    series: tuple[Series, ...]
    extras: Extras
    imprint: Imprint = Imprint()
    finish: Finish = Finish()
    overrides: tuple[Override, ...] = ()
    internal: tuple[InternalRow, ...] = ()  # empty in the public version
    beside: tuple[BesideAccounts, ...] = ()  # their figures stand in `figures`, too
    beside_known_at: datetime | None = (
        None  # up to when the facts behind `beside` count; None: there are no such parts
    )
