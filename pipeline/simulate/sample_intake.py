"""The sheets of the invented city, taken in as a clerk would: for whoever wants to try things out first."""

import tempfile
from datetime import date
from pathlib import Path

import msgspec

from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.intake.confirm import Confirm, confirm
from pipeline.office.intake.papers import TakeIn, plan_intake
from pipeline.office.newcomers import settle_newcomers
from pipeline.office.own_office import DescribeOffice, describe_office, office_now
from pipeline.simulate.place import SAMPLE, load_year
from pipeline.simulate.sample import FINDINGS, LEDGER, WEEKS, write_sample
from pipeline.simulate.year_run import simulate_past

_RECEIVED = date(2025, 7, 1)
_PAST_ROUNDS = 3
"""Quarters before the one of the sheets that are closed with their bulletins."""


class SampleTaken(msgspec.Struct, frozen=True):
    """What came of the sheets."""

    accounts: int
    papers: int


def take_sample(workspace: Workspace, actor: Actor) -> SampleTaken:
    """Take in ledger, looks and findings of the invented city, and let it have a past; `ConflictError` beside others.

    Where the office has not said its name there is no past, for no bulletin can go out.
    """
    if registry_now(workspace).entries:
        raise ConflictError(
            message("accounts are there already; the invented city goes into an empty home alone")
        )
    describe_office(workspace, DescribeOffice(example=True), actor)
    with tempfile.TemporaryDirectory() as folder:
        written = write_sample(Path(folder))
        papers = [Path(folder) / LEDGER, *sorted((Path(folder) / WEEKS).iterdir()), Path(folder) / FINDINGS]
        for paper in papers:
            plan = plan_intake(workspace, TakeIn((paper,), _RECEIVED))
            confirm(workspace, Confirm(plan.id, accept_defaults=True), actor)
            if paper.name == LEDGER:
                settle_newcomers(workspace, actor)
    office = office_now(workspace)
    if office.name and office.letterhead is not None:  # bulletins are signed and headed with them
        place = load_year(SAMPLE)
        simulate_past(workspace, place, place.seed, _PAST_ROUNDS)
    return SampleTaken(written.accounts, len(papers))
