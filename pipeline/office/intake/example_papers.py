"""Papers of an invented city: the home that begins with them is an example, and says so."""

from connectors.sheets.example_mark import is_marked
from pipeline.home.actor import Actor
from pipeline.home.registry import registry_now
from pipeline.home.uploads import read_upload
from pipeline.home.workspace import Workspace
from pipeline.office.intake.stored import StoredPlan
from pipeline.office.own_office import DescribeOffice, describe_office


def begin_as_example(workspace: Workspace, stored: StoredPlan, actor: Actor) -> None:
    """Record that a home without accounts is an example where the papers that fill it say so of themselves.

    A home that has accounts is what it is, whatever somebody hands in.
    """
    marked = any(is_marked(read_upload(workspace.home, paper.sha256)) for paper in stored.papers)
    if marked and not registry_now(workspace).entries:
        describe_office(workspace, DescribeOffice(example=True), actor)
