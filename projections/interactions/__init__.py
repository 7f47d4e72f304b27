"""Interaction tests and functions that fail, as known at a moment: what waits, what is suspected, what came of it."""
