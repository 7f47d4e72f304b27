"""Looks at sources: feeds, recorded polls, and what a list shows that is new."""
