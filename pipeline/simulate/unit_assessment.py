"""The yearly assessment of a simulated year: who is assessed, the draft, its telling, and one objection."""

from datetime import UTC, datetime, timedelta

from events.days import chinese_day, last_second
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import Workspace
from pipeline.office.assessment import flow
from pipeline.office.assessment.results import AskYear
from pipeline.office.assessment.schemes import FOLDER
from pipeline.office.assessment.years import scheme_of_year
from pipeline.office.units import unit_tree
from pipeline.simulate.place import Assessed


def assess_units(workspace: Workspace, asked: Assessed) -> None:
    """Assess the competent offices of the areas for a year; they are told, and one objects.

    The home gets a list of its own of who is assessed, under the name that the scheme asks for.
    """
    at = last_second(asked.on)
    tree = unit_tree(workspace, at)
    roster = scheme_of_year(workspace, asked.year).scheme.roster
    rows = [
        f'    {{ code = "{unit.code}", name = "{unit.name}", kind = "{asked.kind}" }},\n'
        for unit in sorted(tree.values(), key=lambda unit: unit.code)
        if unit.kind == "competent_office"
    ]
    folder = workspace.home.path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    text = f'name = "{roster}"\ndocument = "{asked.document}"\nunits = [\n{"".join(rows)}]\n'
    (folder / f"{roster}.units.toml").write_text(text, "utf-8")
    flow.draft(workspace, AskYear(asked.year, at), OFFICE)
    until = chinese_day(datetime.now(UTC)) + timedelta(days=asked.told_days)
    flow.tell(workspace, asked.year, until, OFFICE)
    if asked.objects_to:
        objection = flow.Object(year=asked.year, unit=asked.objects_to, reason=asked.objection)
        flow.object_to(workspace, objection, OFFICE)
