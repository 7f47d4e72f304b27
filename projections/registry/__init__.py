"""The registry at a moment: population, cards, units, filings, counterfeits, and its checks."""
