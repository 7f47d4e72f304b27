"""Counts over time: what a city's figures come to in each quarter, whole or by part."""
