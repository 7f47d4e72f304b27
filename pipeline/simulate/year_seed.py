"""The year of a simulated city, as files: the bulletin of each round, and the figures by quarter."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict

from events.bulletin import Edition
from events.days import chinese_day
from events.figures import InternalRow
from events.instants import FAR
from pipeline.home.actor import OFFICE
from pipeline.home.new_home import make_home
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.bulletin import draft
from pipeline.office.counts.over_time import AskCounts, list_counts
from pipeline.office.focus.focus_list import known_focus
from pipeline.office.rounds import Freeze, freeze
from pipeline.simulate.extras import extras_of
from pipeline.simulate.place import Place
from pipeline.simulate.run import SIMULATED
from pipeline.simulate.year_run import simulate_year
from projections.bulletin.mentioned import AGAIN
from projections.focus.focus_list import focus_sizes

_EDITIONS: tuple[tuple[Edition, str], ...] = (("public", ""), ("internal", ".internal"))


def write_year(place: Place, folder: Path, seed: int | None = None) -> dict[str, Any]:
    """Simulate the year of a place: the bulletin of each round and `<place>-year.json` with the figures by quarter.

    The last bulletin is written in its internal edition, too, which marks who was told of before. Returns what the JSON
    says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chosen = place.seed if seed is None else seed
    with tempfile.TemporaryDirectory(prefix=f"xuncha-{place.name}-") as scratch:
        home = make_home(Path(scratch) / "home")
        with open_workspace(home) as workspace:
            made = simulate_year(workspace, place, chosen, Path(scratch) / "out")
            for written in made.bulletins:
                shutil.copy(written, folder / f"{place.name}-year-{written.stem}.docx")
            last = place.rounds[-1]
            freeze(workspace, Freeze(last.name, SIMULATED), OFFICE)
            extras = extras_of(place, chosen)
            contents: dict[str, Any] = {}
            for edition, name in _EDITIONS:
                drafted = draft(
                    workspace,
                    last.name,
                    OFFICE,
                    extras=extras,
                    edition=edition,
                    folder=Path(scratch) / edition,
                )
                shutil.copy(drafted.written.docx, folder / f"{place.name}-year-{last.name}{name}.docx")
                contents[edition] = drafted.bulletin.content
            counts = list_counts(workspace, AskCounts(until=last.quarter), last.check_point)
            answer = {
                "place": place.name,
                "rounds": made.rounds,
                "answers": made.answers,
                "reports": made.reports,
                "focus": _focus_sizes(workspace, place),
                "quarters": [asdict(count) for count in counts],
                "last": contents["public"].figures.plain(),
                "mentioned_again": _mentioned(contents["internal"].internal),
            }
    encoded = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    (folder / f"{place.name}-year.json").write_bytes(encoded + b"\n")
    return answer


def _focus_sizes(workspace: Workspace, place: Place) -> dict[str, int]:
    """Return the size of the focus list at each review and at the last check point."""
    moments = [*(place.focus.reviews if place.focus is not None else ()), place.rounds[-1].check_point]
    sizes = focus_sizes(known_focus(workspace, FAR), moments)
    return {f"{chinese_day(size.until)}": size.size for size in sizes}


def _mentioned(rows: Iterable[InternalRow]) -> list[str]:
    return [row.name for row in rows if any(AGAIN in note for note in row.notes)]
