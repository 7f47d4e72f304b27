"""The assessment of a simulated year, as files."""

import tempfile
from pathlib import Path
from typing import Any

import msgspec

from events.instants import local_iso
from pipeline.home.actor import OFFICE
from pipeline.home.new_home import make_home
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.assessment.flow import draft as draft_year
from pipeline.office.assessment.results import AskYear
from pipeline.office.assessment.schemes import find_scheme
from pipeline.office.assessment.sheets import year_sheets
from pipeline.office.assessment.shown import result_rows
from pipeline.simulate.assessed_year import simulate_assessed_year
from pipeline.simulate.year_place import YearPlace


def write_assessed_year(place: YearPlace, folder: Path) -> dict[str, Any]:
    """Simulate a year in a home of its own, assess it, write `<place>.docx` and `<place>.json`; returns the results."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"xuncha-{place.name}-") as scratch:
        home = make_home(Path(scratch) / "home")
        with open_workspace(home) as workspace:
            simulate_assessed_year(workspace, place)
            return publish_assessed_year(workspace, place, folder)


def publish_assessed_year(workspace: Workspace, place: YearPlace, folder: Path) -> dict[str, Any]:
    """Draft the assessment of a simulated year and write its sheet and its results; returns the results."""
    made = draft_year(workspace, AskYear(place.year, place.check_point, place.scheme), OFFICE).data
    scheme = find_scheme(made.scheme, workspace.home.path).scheme
    answer = {
        "place": place.name,
        "year": place.year,
        "scheme": made.scheme,
        "check_point": local_iso(made.check_point),
        "digest": made.digest,
        "units": result_rows(made.rows, scheme),
    }
    encoded = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    (folder / f"{place.name}.json").write_bytes(encoded + b"\n")
    (folder / f"{place.name}.docx").write_bytes(year_sheets(workspace, place.year)["docx"])
    return answer
