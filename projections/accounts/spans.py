"""Rows handed in that are complete over a span: which of them an account keeps."""

from projections.accounts.state import AccountState
from projections.sources.looks import RECENT_KEPT, LookMark


def widen_spans(state: AccountState, mark: LookMark, complete_from: int) -> bool:
    """Take rows that are complete over a span; returns False where another span covers it."""
    reach = (complete_from, mark.proves_until)
    covered = any(_covers(span, *reach) for span in state.spans)
    others = [span for span in state.spans if span.id != mark.id]
    within = [
        span
        for span in others
        if span.complete_from is not None and _covers(mark, span.complete_from, span.proves_until)
    ]
    # Those that another covers prove again what it proved, should it be withdrawn; the newest of them do.
    dropped = {span.id for span in within[:-RECENT_KEPT]}
    state.spans = [*(span for span in others if span.id not in dropped), mark]
    return not covered


def _covers(span: LookMark, complete_from: int, proves_until: int) -> bool:
    """Tell whether rows handed in are complete over a span, too."""
    return (span.complete_from or 0) <= complete_from and span.proves_until >= proves_until
