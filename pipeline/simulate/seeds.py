"""`make seeds`: three cities from nothing to their bulletins, and the figures of each by name."""

import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict

from events.bulletin import Edition, Extras, Practice
from events.days import chinese_day
from events.figures import InternalRow
from events.instants import FAR, local_iso
from events.messages import joined, message
from events.platforms import platform_slug
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.logs import configure_logs
from pipeline.home.new_home import make_home
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.bulletin import draft
from pipeline.office.bulletin.check import check
from pipeline.office.counts.over_time import AskCounts, list_counts
from pipeline.office.focus.focus_list import known_focus
from pipeline.office.rounds import Freeze, freeze
from pipeline.simulate.chance import shuffled
from pipeline.simulate.place import Place, load_place, load_vocabulary, load_year, place_names, years
from pipeline.simulate.registry import build_registry
from pipeline.simulate.run import SIMULATED, simulate_city
from pipeline.simulate.year_run import simulate_year
from projections.bulletin.mentioned import AGAIN
from projections.focus.focus_list import focus_sizes

_NAMED_ON = "wechat"
_EDITIONS: tuple[tuple[Edition, str], ...] = (("public", ""), ("internal", ".internal"))


def main() -> None:
    """Write the bulletins of every place into the folder that the first argument names."""
    configure_logs()
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/seeds")
    for name in place_names():
        figures = write_seed(load_place(name), folder)
        sys.stdout.write(
            f"{name}: {figures['checked']} checked, {figures['failed']} failed, {figures['pass_rate']}\n"
        )
    for name in (name for name in years() if name in place_names()):
        told = write_year(load_year(name), folder)
        rates = ", ".join(f"{count['quarter']} {count['pass_rate']}" for count in told["quarters"])
        sizes = list(told["focus"].values())
        sys.stdout.write(f"{name}, a year: {rates}; focus list {sizes[0]} to {sizes[-1]}\n")


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
            told: dict[str, Any] = {}
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
                told[edition] = drafted.bulletin.content
            counts = list_counts(workspace, AskCounts(until=last.quarter), last.check_point)
            answer = {
                "place": place.name,
                "rounds": made.rounds,
                "answers": made.answers,
                "reports": made.reports,
                "focus": _focus_sizes(workspace, place),
                "quarters": [asdict(count) for count in counts],
                "last": told["public"].figures.plain(),
                "mentioned_again": _mentioned(told["internal"].internal),
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
    told = content.provenance
    answer = {
        "place": place.name,
        "round": name,
        "ruleset": told.ruleset,
        "check_point": local_iso(told.check_point),
        "run_id": str(told.run_id),
        "digest": told.digest,
        "figures": figures,
        "annex": content.annex,
    }
    encoded = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    (folder / f"{place.name}.json").write_bytes(encoded + b"\n")
    return figures


def extras_of(place: Place, seed: int) -> Extras:
    """Return what the office hands in beside the rows; whom it praises is chosen by lot among those that exist."""
    praised = place.praised
    if praised is None:
        return place.extras
    accounts = build_registry(place, load_vocabulary(), seed).accounts
    names = [a.name for a in accounts if a.filed and platform_slug(a.platform) == _NAMED_ON]
    first = [n.name for n in place.named if n.filed]
    others = [n for n in shuffled(names, seed, "praised") if n not in first]
    chosen = tuple((first + others)[: praised.accounts])
    practice = Practice(praised.text, accounts=chosen)
    return msgspec.structs.replace(place.extras, practices=(*place.extras.practices, practice))


if __name__ == "__main__":
    main()
