"""Every handler of the console, by area."""

from pipeline.console.pages import (
    bulletin_acts,
    bulletins,
    corrections,
    frame,
    parts,
    public,
)

HANDLERS = [
    *frame.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
    *bulletins.HANDLERS,
    *bulletin_acts.HANDLERS,
    *corrections.HANDLERS,
]
