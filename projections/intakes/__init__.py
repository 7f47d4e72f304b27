"""Intakes of paper as their facts tell them."""
