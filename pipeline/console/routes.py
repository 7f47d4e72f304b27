"""Every handler of the console, by area."""

from pipeline.console.pages import (
    dead_letters,
    frame,
    intake,
    intake_plans,
    looks,
    parts,
    public,
    reports,
    sources,
)

HANDLERS = [
    *dead_letters.HANDLERS,
    *frame.HANDLERS,
    *intake.HANDLERS,
    *intake_plans.HANDLERS,
    *looks.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
    *reports.HANDLERS,
    *sources.HANDLERS,
]
