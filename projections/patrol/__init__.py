"""Which accounts need a person today: who fails when, and whom to look at."""
