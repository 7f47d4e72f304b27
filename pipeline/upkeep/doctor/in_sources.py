"""Checks of the sources of the settings, without asking them, and of the lexicon that reads what they show."""

from datetime import datetime

from connectors.wording.lexicon_file import read_lexicon
from events.messages import joined, message
from pipeline.home.folder import Home
from pipeline.home.reading_review import lexicon_path
from pipeline.home.settings import FILE_NAME
from pipeline.patrol.source_check import AskCheck, check_sources
from pipeline.upkeep.doctor.finding import Finding, check, ok, warning

_MOST_LISTED = 3


@check("sources", message("correct its [[source]] in {file}", file=FILE_NAME))
def sources(home: Home, now: datetime) -> Finding:
    """Examine every source as `xuncha sources check --offline` does; nothing is asked of the outside."""
    if not home.settings.source:
        return ok(message("the settings name no source"))
    found = check_sources(home, AskCheck(offline=True, now=now))
    amiss = [
        message("{source}: {detail}", source=one.source, detail=one.detail) for one in found if not one.fits
    ]
    if amiss:
        return warning(
            joined("; ", amiss[:_MOST_LISTED]),
            message("`xuncha sources check` tells all of it, and asks the sources, too"),
        )
    names = sorted({one.source for one in found})
    return ok(message("{names}; ask them with `xuncha sources check`", names=joined(", ", names)))


@check("lexicon", message("correct the file; `xuncha review lexicon check` tells its faults"))
def lexicon(home: Home) -> Finding:
    """Read the lexicon as a look would: nothing of it is shown."""
    return ok(message("{count} entries", count=len(read_lexicon(lexicon_path(home)).entries)))
