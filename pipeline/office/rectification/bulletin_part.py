"""What the internal edition of a bulletin says of problems that came again although they were put right."""

from events.beside import BesideAccounts
from events.bulletin import BulletinIssued
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.beside_moment import BesideMoment
from pipeline.office.rectification.tasks import tasks_now
from projections.bulletin.problems import unit_of
from projections.rounds.relapses import relapses_of
from projections.rounds.relapses_part import RelapsedRow, relapses_part
from projections.rounds.tasks import TASK_TYPES

_UNNAMED = "其他问题"
RELAPSE_TYPES = (*TASK_TYPES, BulletinIssued.type)


def relapses_beside(workspace: Workspace, moment: BesideMoment) -> BesideAccounts | None:
    """Return the part, None where nothing came again."""
    tasks = tasks_now(workspace, known_at=moment.known_at)
    relapses = relapses_of(moment.rows, tasks, moment.check_point)
    names = rule_names(workspace.home.path) if relapses else {}
    return relapses_part(
        [RelapsedRow(one, unit_of(one.row), names.get(one.rule, _UNNAMED)) for one in relapses]
    )
