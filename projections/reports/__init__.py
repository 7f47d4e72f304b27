"""Who reports to the city office, when, and about which accounts."""
