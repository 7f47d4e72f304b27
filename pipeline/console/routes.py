"""Every handler of the console, by area."""

from pipeline.console.pages import frame

HANDLERS = [*frame.HANDLERS]
