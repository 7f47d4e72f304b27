"""Emergencies 应急处置: from a suspicion to the review, each step once, and how long each took."""
