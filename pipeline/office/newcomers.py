"""What follows where accounts come in, or belong elsewhere now: their rules, and their numbers."""

from pipeline.home.actor import Actor
from pipeline.home.workspace import Workspace
from pipeline.office.account_numbers import Numbered, number_newcomers
from pipeline.office.rulings.assign import rule_newcomers


def settle_newcomers(workspace: Workspace, actor: Actor) -> Numbered:
    """Let accounts follow the rules of their places, and give new ones their numbers."""
    rule_newcomers(workspace, actor)
    return number_newcomers(workspace, actor)
