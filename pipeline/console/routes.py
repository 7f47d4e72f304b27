"""Every handler of the console, by area."""

from pipeline.console.pages import (
    frame,
    parts,
    public,
)

HANDLERS = [
    *frame.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
]
