"""Counts over time, as services: what commands, pages and views ask."""
