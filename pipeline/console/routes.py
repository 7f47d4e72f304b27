"""Every handler of the console, by area."""

from pipeline.console.pages import frame, parts

HANDLERS = [*frame.HANDLERS, *parts.HANDLERS]
