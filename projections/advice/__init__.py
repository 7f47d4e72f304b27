"""Advice about accounts: improve, merge or close, each with its evidence; people decide."""
