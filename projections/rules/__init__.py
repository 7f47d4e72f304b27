"""Rulesets, ladders and periods as data, and the one scorer that judges by them."""
