"""Emergencies that are open: they stand above everything else of a day."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from pipeline.home.read_model import ReadModel
from pipeline.office.emergencies.desk import urgent
from projections.patrol.account_line import AccountLine
from projections.registry.emergencies import EMERGENCY_TYPES, emergencies_of
from projections.rounds.claims import CLAIM_TYPES, counting


class Urgent(msgspec.Struct, frozen=True, kw_only=True):
    """An open emergency, and what it waits for."""

    emergency_id: str
    about: str  # account and unit
    problem: str
    state: str
    since: datetime  # when it was suspected
    waits_since: datetime


def urgent_now(model: ReadModel, among: Mapping[str, AccountLine]) -> list[Urgent]:
    """Return the open emergencies of some accounts, the one that waits longest first."""
    cases = emergencies_of(counting(model.known((*EMERGENCY_TYPES, *CLAIM_TYPES)))).values()
    return [
        Urgent(
            emergency_id=str(case.id),
            about=f"{among[case.account_id].name}（{among[case.account_id].owner}）",
            problem=case.problem,
            state=case.state,
            since=case.suspected_at,
            waits_since=case.steps[-1].at,
        )
        for case in urgent(cases)
        if case.account_id in among
    ]
