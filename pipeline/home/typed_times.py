"""Times that people type beside sheets: they are read as the cells of sheets are."""

from connectors.sheets.errors import BadValueError
from connectors.sheets.times import read_moment
from events.fields import marked
from events.moments import Moment
from pipeline.home.errors import UsageError


def typed_moment(text: str) -> Moment:
    """Return the moment of a text, Chinese time without a zone; raises `UsageError` with what is wrong about it."""
    try:
        return read_moment(text)
    except BadValueError as e:
        raise UsageError(marked(e)) from None
