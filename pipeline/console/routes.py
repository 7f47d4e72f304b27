"""Every handler of the console, by area."""

from pipeline.console.api.document import openapi
from pipeline.console.api.routes import DESCRIBED
from pipeline.console.pages import (
    frame,
    parts,
    public,
)

HANDLERS = [
    *frame.HANDLERS,
    *parts.HANDLERS,
    *public.HANDLERS,
    *DESCRIBED,
    openapi,
]
