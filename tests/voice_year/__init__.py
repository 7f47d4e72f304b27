"""A year of a city through folds, routing and composition, in memory: who got how many messages."""
