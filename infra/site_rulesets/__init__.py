"""Rulesets for websites, as data."""
