"""Every handler of the console, by area."""

from pipeline.console.pages import (
    filing_acts,
    filings,
    focus,
    frame,
    parts,
    public,
)

HANDLERS = [
    *frame.HANDLERS,
    *filings.HANDLERS,
    *filing_acts.HANDLERS,
    *focus.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
]
