"""Every handler of the console, by area."""

from pipeline.console.pages import (
    frame,
    parts,
    public,
    public_reports,
)

HANDLERS = [
    *frame.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
    *public_reports.HANDLERS,
]
