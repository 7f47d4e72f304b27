"""Every handler of the console, by area."""

from pipeline.console.pages import (
    audit,
    first_run,
    filing_acts,
    filings,
    frame,
    me,
    oidc,
    parts,
    public,
    signin,
    tokens,
    user_acts,
    users,
)

HANDLERS = [
    *signin.HANDLERS,
    *oidc.HANDLERS,
    *me.HANDLERS,
    *first_run.HANDLERS,
    *users.HANDLERS,
    *user_acts.HANDLERS,
    *tokens.HANDLERS,
    *audit.HANDLERS,
    *frame.HANDLERS,
    *filings.HANDLERS,
    *filing_acts.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
]
