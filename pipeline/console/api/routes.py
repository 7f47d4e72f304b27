"""Every route of the API."""

from pipeline.console.api.observing import take_events
from pipeline.console.api.reading import read_page

DESCRIBED = [take_events, read_page]
"""Those that the description of the API tells of."""
