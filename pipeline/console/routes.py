"""Every handler of the console, by area."""

from pipeline.console.pages import (
    compare,
    findings,
    frame,
    objections,
    parts,
    public,
    round_acts,
    round_plan,
    round_sheets,
    rounds,
    two_persons,
)

HANDLERS = [
    *frame.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
    *rounds.HANDLERS,
    *round_plan.HANDLERS,
    *round_acts.HANDLERS,
    *round_sheets.HANDLERS,
    *findings.HANDLERS,
    *objections.HANDLERS,
    *compare.HANDLERS,
    *two_persons.HANDLERS,
]
