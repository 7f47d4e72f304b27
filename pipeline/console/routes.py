"""Every handler of the console, by area."""

from pipeline.console.pages import (
    filing_acts,
    filings,
    frame,
    parts,
    public,
)

HANDLERS = [
    *frame.HANDLERS,
    *filings.HANDLERS,
    *filing_acts.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
]
