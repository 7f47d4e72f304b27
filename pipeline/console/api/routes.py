"""Every route of the API."""

from pipeline.console.api.hinting import take_hints_of_program
from pipeline.console.api.observing import take_events
from pipeline.console.api.pushing import take_push_of_hub, verify_subscription
from pipeline.console.api.reading import read_page

DESCRIBED = [take_events, take_hints_of_program, read_page]
"""Those that the description of the API tells of."""

PUSHED = [take_push_of_hub, verify_subscription]
"""Those that hubs call, as their own standard describes them."""
