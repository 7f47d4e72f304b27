"""Every handler of the console, by area."""

from pipeline.console.pages import frame, public

HANDLERS = [*frame.HANDLERS, *public.HANDLERS]
