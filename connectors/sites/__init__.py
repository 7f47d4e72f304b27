"""Sites of government on the net: their columns and days, whether they open, where their links lead."""
