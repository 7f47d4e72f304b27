"""`make seeds`: three cities from nothing to their bulletins, and the figures of each by name."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from events.bulletin_content import BulletinContent
from events.instants import local_iso
from events.messages import joined, message
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.logs import configure_logs
from pipeline.home.new_home import make_home
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.bulletin import draft
from pipeline.office.bulletin.check import check
from pipeline.office.rounds import Freeze, freeze
from pipeline.simulate.assessed_seed import write_assessed_year
from pipeline.simulate.extras import extras_of
from pipeline.simulate.place import Place, load_place, load_year, place_names, years
from pipeline.simulate.run import SIMULATED, simulate_city
from pipeline.simulate.year_place import load_year_place, year_names
from pipeline.simulate.year_seed import write_year


def main() -> None:
    """Write the bulletins of every place, and the years, into the folder that the first argument names."""
    configure_logs()
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/seeds")
    for name in place_names():
        figures = write_seed(load_place(name), folder)
        sys.stdout.write(
            f"{name}: {figures['checked']} checked, {figures['failed']} failed, {figures['pass_rate']}\n"
        )
    for name in (name for name in years() if name in place_names()):
        written = write_year(load_year(name), folder)
        rates = ", ".join(f"{count['quarter']} {count['pass_rate']}" for count in written["quarters"])
        sizes = list(written["focus"].values())
        sys.stdout.write(f"{name}, a year: {rates}; focus list {sizes[0]} to {sizes[-1]}\n")
    for name in year_names():
        written = write_assessed_year(load_year_place(name), folder)
        failed = sum(row["outcome"] == "failed" for row in written["units"])
        sys.stdout.write(f"{name}: {len(written['units'])} units assessed, {failed} failed\n")


def write_seed(place: Place, folder: Path, seed: int | None = None) -> dict[str, Any]:
    """Simulate a place in a home of its own and write `<place>.docx` and `<place>.json`; returns the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"xuncha-{place.name}-") as scratch:
        home = make_home(Path(scratch) / "home")
        with open_workspace(home) as workspace:
            freeze_seed(workspace, place, seed)
            return publish_seed(workspace, place, folder, seed)


def freeze_seed(workspace: Workspace, place: Place, seed: int | None = None) -> None:
    """Bring a place into a home and freeze its last round."""
    simulate_city(workspace, place, place.seed if seed is None else seed)
    freeze(workspace, Freeze(place.rounds[-1].name, SIMULATED), OFFICE)


def publish_seed(workspace: Workspace, place: Place, folder: Path, seed: int | None = None) -> dict[str, Any]:
    """Draft the bulletin of the newest run of a place's last round and read it back; returns its figures by name.

    Raises `UsageError` for a bulletin that contradicts itself or its rows.
    """
    name = place.rounds[-1].name
    extras = extras_of(place, place.seed if seed is None else seed)
    with tempfile.TemporaryDirectory() as scratch:
        made = draft(workspace, name, OFFICE, extras=extras, folder=Path(scratch))
        examined = check(workspace, name, OFFICE, folder=Path(scratch))
        if not examined.holds:
            raise UsageError(
                message(
                    "the bulletin of {name} does not say what its rows say: {faults}",
                    name=name,
                    faults=joined("; ", examined.faults),
                )
            )
        shutil.copy(made.written.docx, folder / f"{place.name}.docx")
    content = made.bulletin.content
    figures = content.figures.plain()
    provenance = content.provenance
    answer = {
        "place": place.name,
        "round": name,
        "ruleset": provenance.ruleset,
        "check_point": local_iso(provenance.check_point),
        "run_id": str(provenance.run_id),
        "digest": provenance.digest,
        "figures": figures,
        "annex": content.annex,
        **_beside(content),
    }
    encoded = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    (folder / f"{place.name}.json").write_bytes(encoded + b"\n")
    return figures


def _beside(content: BulletinContent) -> dict[str, Any]:
    """Return the annexes beside that of the accounts, by name; nothing where there is none."""
    annexes = {annex.name: annex.rows for part in content.beside for annex in part.annexes}
    return {"annexes": annexes} if annexes else {}


if __name__ == "__main__":
    main()
